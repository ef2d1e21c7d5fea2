"""Where the moving things in a picture are, by its moments. Not in the paper; no label is used.

The sum over a picture of its difference from the usual picture, and the centre of that difference:
these tell size and place of what moves, smoothly and without folds, which a randomly started
encoder does not.
"""

import keras
import numpy as np
from keras import ops

from sps_tf.errors import check_choice
from sps_tf.frames import in_batches, pixelwise_median

SIZE_MEASURES = ("mass", "area")
# A direction with less of the largest variance is rounding noise.
_SMALLEST_SHARE = 1e-9
# Of the mean mass: a picture with less has next to nothing in it.
_FAINT = 1e-3
# Standard deviations: pictures with next to nothing in them lie no farther out.
_MOST = 3.0
# Of the mean mass: a picture with this much more than usual at its border is cut there.
_CUT = 0.02
# Of the length of a pixel: differences far below it count as noise for the area.
_NOISE = 0.02
# Pixels: added to an area before its logarithm is taken.
_SMALLEST_AREA = 0.1
# Powers of column and row: the mass, its centre, its width.
_POWERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
_N_FIRST_ORDER = 3
# Place of the sum at the border, behind the sums of the powers.
_BORDER = len(_POWERS)


@keras.saving.register_keras_serializable("sps_tf")
class FrameMoments(keras.layers.Layer):
    """Give nearly white numbers that say how much differs from the usual picture, and where.

    They are the leading principal components of the logarithm of the difference's size, and of
    its centre; of its width too where those do not vary in as many ways. The difference of a pixel
    is the length over its channels. They are bent so as to stay within 3. Until `adapt` has found
    enough ways, `active` is 0.

    A picture with next to nothing in it says nothing of the place: its numbers are 0, their mean.
    A picture is *whole* unless something is cut off at its border. Of the others the numbers are
    wrong: what is half out of the picture looks small and too near the middle.

    Args:
        size: number of components.
        size_measure: "mass", the sum of the difference; or "area", the squared sum over the sum of
            squares: how many pixels differ, whatever the contrast. Default "mass".

    Raises:
        UserError: if the measure is unknown.
    """

    def __init__(self, size: int, size_measure: str = "mass", **kwargs: object) -> None:
        # Logarithms of sums over a picture need full precision, whatever the policy.
        super().__init__(**{"dtype": "float32", "trainable": False, **kwargs})
        self.size = size
        self.size_measure = check_choice("size_measure", size_measure, SIZE_MEASURES)

    def build(self, frames_shape: tuple) -> None:
        """Make the weights for frames of shape (..., height, width, channels)."""
        height, width, channels = frames_shape[-3:]
        self.powers = _monomials((height, width))

        def add(name: str, shape: tuple, initializer: str = "zeros") -> keras.Variable:
            return self.add_weight(shape=shape, initializer=initializer, trainable=False, name=name)

        self.median = add("median", (height, width, channels))
        self.faint = add("faint", (), "ones")
        self.most_at_border = add("most_at_border", ())
        self.matrix = add("matrix", (len(_POWERS), self.size))
        self.offset = add("offset", (self.size,))
        self.active = add("active", ())

    def adapt(self, frames: np.ndarray) -> int:
        """Take the median frame, and the components, from training frames.

        Args:
            frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.

        Returns:
            In how many ways the moments vary, at most `size`. With fewer the layer stays off.
        """
        from sklearn.decomposition import PCA

        if not self.built:
            self.build(frames.shape)
            self.built = True
        self.median.assign(pixelwise_median(frames))
        sums = in_batches(self._sums, frames)
        sums = sums.reshape(-1, sums.shape[-1])
        mass = sums[:, 0].mean()
        self.faint.assign(_FAINT * mass + np.finfo("float32").tiny)
        self.most_at_border.assign(np.median(sums[:, _BORDER]) + _CUT * mass)
        moments = ops.convert_to_numpy(self._moments(sums)).astype("float64")
        for n_used in (_N_FIRST_ORDER, len(_POWERS)):
            variances = np.linalg.eigvalsh(np.cov(moments[:, :n_used].T))
            least = _SMALLEST_SHARE * max(variances.max(), _SMALLEST_SHARE)
            n_ways = int(np.sum(variances > least))
            if n_ways >= self.size:
                break
        if n_ways >= self.size:
            pca = PCA(self.size, svd_solver="full").fit(moments[:, :n_used])
            matrix = np.zeros((len(_POWERS), self.size))
            matrix[:n_used] = pca.components_.T / np.sqrt(pca.explained_variance_)
            self.matrix.assign(matrix)
            self.offset.assign(-pca.mean_ @ matrix[:n_used])
        self.active.assign(float(n_ways >= self.size))
        return min(n_ways, self.size)

    def latents(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the components of stored frames, and which frames are whole.

        Args:
            frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.

        Returns:
            (n, time, size) float32, with about mean 0 and covariance 1 over what `adapt` saw, and
            (n, time) float32, 1 where a frame is whole and 0 elsewhere.
        """
        both = in_batches(lambda part: ops.concatenate(self._read(part), axis=-1), frames)
        return both[..., :-1], both[..., -1]

    def sums(self, frames: np.ndarray) -> np.ndarray:
        """Return what `shifted` starts from.

        Args:
            frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.

        Returns:
            (n, time, sums) float32.
        """
        return in_batches(self._sums, frames)

    def shifted(self, sums: np.ndarray, pixels: np.ndarray) -> np.ndarray:
        """Return the components of pictures that are shifted as if nothing were cut off thereby.

        Args:
            sums: (..., sums), see `sums`.
            pixels: (..., 2), how far down and how far to the right each picture goes.

        Returns:
            (..., size) float32.
        """
        height, width = self.median.shape[:2]
        down, right = pixels[..., 0] * 2 / (height - 1), pixels[..., 1] * 2 / (width - 1)
        one, x, y, xx, xy, yy = np.moveaxis(sums[..., :_BORDER], -1, 0)
        moved = [one, x + right * one, y + down * one]
        moved += [
            xx + 2 * right * x + right**2 * one,
            xy + right * y + down * x + right * down * one,
            yy + 2 * down * y + down**2 * one,
        ]
        moved = np.concatenate([np.stack(moved, axis=-1), sums[..., _BORDER:]], axis=-1)
        return ops.convert_to_numpy(self._components(moved.astype("float32")))

    def call(self, frames: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return (..., size) of frames (..., height, width, channels) in [0, 1].

        And (...), 1 where a frame is whole and 0 elsewhere.
        """
        white, whole = self._read(frames)
        return white, whole[..., 0]

    def _read(self, frames: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return (..., size) and (..., 1)."""
        sums = self._sums(frames)
        visible = ops.cast(sums[..., :1] > 10 * self.faint, "float32")
        whole = ops.cast(sums[..., _BORDER : _BORDER + 1] <= self.most_at_border, "float32")
        return visible * self._components(sums), whole

    def _components(self, sums: keras.KerasTensor) -> keras.KerasTensor:
        white = ops.matmul(self._moments(sums), self.matrix) + self.offset
        return _MOST * ops.tanh(white / _MOST)

    def _moments(self, sums: keras.KerasTensor) -> keras.KerasTensor:
        """Return (..., moments): the logarithm of the size, the others for each unit of mass.

        A far ball's place is thus as far from the middle as it looks, and not drawn to it by how
        few pixels it covers. Where hardly anything differs, the centre is the picture's middle.
        """
        mass, others = sums[..., :1], sums[..., 1:_BORDER]
        if self.size_measure == "area":
            squares = sums[..., _BORDER + 1 :]
            least = _NOISE * mass + ops.square(self.faint)
            logarithm = ops.log(ops.square(mass) / (squares + least) + _SMALLEST_AREA)
        else:
            logarithm = ops.log(mass + 10 * self.faint)
        return ops.concatenate([logarithm, others / (mass + self.faint)], axis=-1)

    def _sums(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return (..., moments + 1) of the difference from the median frame.

        Last comes its sum at the picture's border; behind it, for the area, its sum of squares.
        """
        energy = ops.sum(ops.square(ops.cast(frames, "float32") - self.median), axis=-1)
        flat = ops.reshape(ops.sqrt(energy), (*ops.shape(frames)[:-3], len(self.powers)))
        sums = ops.matmul(flat, self.powers)
        if self.size_measure == "mass":
            return sums
        squares = ops.sum(ops.square(flat), axis=-1, keepdims=True)
        return ops.concatenate([sums, squares], axis=-1)

    def compute_output_shape(self, frames_shape: tuple) -> tuple:
        """Return the shapes of the components and of what is whole."""
        return (*frames_shape[:-3], self.size), frames_shape[:-3]

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "size": self.size, "size_measure": self.size_measure}


def _monomials(shape: tuple[int, int]) -> np.ndarray:
    """Return (height width, moments + 1): 1, x, y and so on, with x and y in [-1, 1].

    Last comes 1 at the picture's border and 0 inside.
    """
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij")
    border = np.maximum(np.abs(x), np.abs(y)) == 1
    columns = [x**i * y**j for i, j in _POWERS] + [border]
    return np.stack([column.reshape(-1) for column in columns], axis=-1).astype("float32")
