"""Rebuild the Keras objects nested in a config."""

import keras


def deserialize_parts(config: dict) -> dict:
    """Turn every serialised Keras object among a config's values back into an object.

    Args:
        config: a constructor's arguments as `get_config` returns them.

    Returns:
        The same arguments with objects in place of their descriptions, also inside lists.
    """

    def rebuild(value: object) -> object:
        if isinstance(value, dict) and "class_name" in value:
            return keras.saving.deserialize_keras_object(value)
        if isinstance(value, list):
            return [rebuild(item) for item in value]
        return value

    # Keras itself reads the dtype policy.
    return {k: v if k == "dtype" else rebuild(v) for k, v in config.items()}


def build_once(layer: keras.layers.Layer, shape: tuple) -> None:
    """Build a layer unless it is built already, as one read from a file is.

    Args:
        layer: the layer.
        shape: its input shape.
    """
    if not layer.built:
        layer.build(shape)
