"""Names of the latent dimensions: the only place where a latent index is written."""

from collections.abc import Iterable, Sequence

import keras

from sps_tf.errors import UserError, did_you_mean


@keras.saving.register_keras_serializable("sps_tf")
class LatentLayout:
    """Name the dimensions of a latent vector: content first, then style (section A.3).

    The prior, the group and the latent losses see the content part; the style part (SPS+) is
    constant in a sequence.

    Args:
        content: names of the content dimensions, at least one.
        style: names of the style dimensions. Default none.

    Raises:
        UserError: if there is no content dimension or a name occurs twice.

    Example:
        >>> layout = LatentLayout(content=("z1", "z2", "z3"))
        >>> layout.indices(("z1", "z3"))
        [0, 2]
    """

    def __init__(self, content: Sequence[str], style: Sequence[str] = ()) -> None:
        self.content = tuple(content)
        self.style = tuple(style)
        if not self.content:
            raise UserError("A latent layout needs a content dimension. Received: content=()")
        if len(set(self.names)) != len(self.names):
            raise UserError(f"Latent names must differ. Received: {self.names}")

    @property
    def names(self) -> tuple[str, ...]:
        """All names in the order of the latent axis."""
        return self.content + self.style

    @property
    def size(self) -> int:
        """Length of the latent axis."""
        return len(self.names)

    @property
    def content_size(self) -> int:
        """Number of content dimensions."""
        return len(self.content)

    def indices(self, names: Iterable[str]) -> list[int]:
        """Return the positions of named dimensions on the latent axis.

        Args:
            names: names of dimensions.

        Returns:
            A list of indices.

        Raises:
            UserError: if a name is unknown.
        """
        indices = []
        for name in names:
            if name not in self.names:
                raise UserError(
                    f"Latent dimensions are {', '.join(self.names)}."
                    f"{did_you_mean(name, self.names)} Received: {name!r}"
                )
            indices.append(self.names.index(name))
        return indices

    def split(self, z: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Split latents into their content and style parts.

        Args:
            z: (..., latent).

        Returns:
            (..., content) and (..., style); the latter has length 0 where there is no style.
        """
        return z[..., : self.content_size], z[..., self.content_size :]

    @classmethod
    def from_config(cls, config: dict) -> "LatentLayout":
        """Make an object from the result of `get_config`."""
        return cls(**config)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {"content": list(self.content), "style": list(self.style)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LatentLayout) and self.get_config() == other.get_config()

    def __hash__(self) -> int:
        return hash((self.content, self.style))
