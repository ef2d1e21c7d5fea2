"""A model's three functions over any number of times: frames to latents, on, and back.

They are TensorFlow's, unlike the method, because they are made to be exported.
"""

import keras
import tensorflow as tf
from keras import ops

from sps_tf import layers
from sps_tf.models import SequenceModel


def encode(model: SequenceModel, frames: keras.KerasTensor) -> keras.KerasTensor:
    """Encode each frame by itself, as all models do, so that any number of times will do.

    Args:
        model: a built model.
        frames: (batch, time, height, width, channels) in [0, 1]; batch and time may be unknown.

    Returns:
        (batch, time, latent) float32.
    """
    alone = ops.reshape(frames, (-1, 1, *model.encoder_input_shape[2:]))
    return layers.AsSequences(dtype="float32", name="as_sequences")(model.encode(alone), frames)


def continue_latents(model: SequenceModel, z: tf.Tensor, n_steps: tf.Tensor) -> tf.Tensor:
    """Let the prior run on freely from latents that are given; their mean style goes along.

    Args:
        model: a built model with a prior.
        z: (batch, time, latent), n = time given; batch and time may be unknown, time at least 1.
        n_steps: () int32, N more steps, at least 1.

    Returns:
        (batch, n_steps, latent) float32.
    """
    prior, layout = model.prior, model.layout
    size, body = layout.content_size, len(layout.body)
    content = tf.cast(tf.transpose(z[..., :size], (1, 0, 2)), prior.compute_dtype)
    n_sequences, n_given = tf.shape(z)[0], tf.shape(z)[1]

    def read(t: tf.Tensor, _: tf.Tensor, states: list) -> tuple:
        return t + 1, *prior.advance(tf.reshape(content[t], (-1, body)), states)

    states = prior.initial_states(n_sequences * layout.n_bodies)
    first = tf.zeros((n_sequences * layout.n_bodies, body), content.dtype)
    _, z_next, states = tf.while_loop(lambda t, *_: t < n_given, read, (0, first, states))

    def run(t: tf.Tensor, x: tf.Tensor, states: list, written: tf.TensorArray) -> tuple:
        written = written.write(t, tf.reshape(x, (n_sequences, size)))
        return t + 1, *prior.advance(x, states), written

    written = tf.TensorArray(content.dtype, size=n_steps, element_shape=(None, size))
    last = tf.while_loop(lambda t, *_: t < n_steps, run, (0, z_next, states, written))
    later = tf.cast(tf.transpose(last[-1].stack(), (1, 0, 2)), "float32")
    if size == layout.size:
        return later
    style = tf.reduce_mean(z[..., size:], axis=1, keepdims=True)
    return tf.concat([later, tf.repeat(style, n_steps, axis=1)], axis=-1)
