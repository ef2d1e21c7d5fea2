"""Names of the latent dimensions: the only place where a latent index is written."""

from collections.abc import Iterable, Sequence

import keras
from keras import ops

from sps_tf.errors import UserError, did_you_mean


@keras.saving.register_keras_serializable("sps_tf")
class LatentLayout:
    """Name the dimensions of a latent vector: content first, then style (section A.3).

    The prior, the group and the latent losses see the content part; the style part (SPS+) is
    constant in a sequence.

    Args:
        content: names of the content dimensions, at least one.
        style: names of the style dimensions. Default none.
        n_bodies: equal parts of the content, one for each thing that moves. The prior, the group
            and the latent losses see each part as a sequence of its own. Default 1, as in the
            paper.

    Raises:
        UserError: if there is no content dimension, a name occurs twice, or the content has no
            such parts.

    Example:
        >>> layout = LatentLayout(content=("z1", "z2", "z3"))
        >>> layout.indices(("z1", "z3"))
        [0, 2]
    """

    def __init__(
        self, content: Sequence[str], style: Sequence[str] = (), n_bodies: int = 1
    ) -> None:
        self.content = tuple(content)
        self.style = tuple(style)
        self.n_bodies = n_bodies
        if not self.content:
            raise UserError("A latent layout needs a content dimension. Received: content=()")
        if len(set(self.names)) != len(self.names):
            raise UserError(f"Latent names must differ. Received: {self.names}")
        if n_bodies < 1 or self.content_size % n_bodies:
            raise UserError(
                "n_bodies must be at least 1 and divide the content latents into equal parts. "
                f"Received: n_bodies={n_bodies}, content={self.content}"
            )

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

    @property
    def body(self) -> tuple[str, ...]:
        """Names of the first body's content; they stand for each body's in prior and group."""
        return self.content[: self.content_size // self.n_bodies]

    def of_every_body(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names that some of `body` have in each body, body after body."""
        places = [self.body.index(name) for name in names]
        firsts = range(0, self.content_size, len(self.body))
        return tuple(self.content[first + place] for first in firsts for place in places)

    def fold(self, content: keras.KerasTensor) -> keras.KerasTensor:
        """Make each body a sequence of its own.

        Args:
            content: (batch, time, content).

        Returns:
            (batch * bodies, time, body), the bodies of a sequence behind one another.
        """
        if self.n_bodies == 1:
            return content
        n_times, size = content.shape[1], len(self.body)
        parts = ops.reshape(content, (-1, n_times, self.n_bodies, size))
        return ops.reshape(ops.swapaxes(parts, 1, 2), (-1, n_times, size))

    def unfold(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Undo `fold`.

        Args:
            z: (..., batch * bodies, time, body).

        Returns:
            (..., batch, time, content).
        """
        if self.n_bodies == 1:
            return z
        *leading, _, n_times, size = z.shape
        parts = ops.reshape(z, (*leading, -1, self.n_bodies, n_times, size))
        return ops.reshape(ops.swapaxes(parts, -3, -2), (*leading, -1, n_times, self.content_size))

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
        return {
            "content": list(self.content),
            "style": list(self.style),
            "n_bodies": self.n_bodies,
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LatentLayout) and self.get_config() == other.get_config()

    def __hash__(self) -> int:
        return hash((self.content, self.style, self.n_bodies))
