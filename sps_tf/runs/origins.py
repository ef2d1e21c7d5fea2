"""What models have seen of the world, whose it is, and the licence of weights learned from it."""

from typing import NamedTuple

_OF_PACKAGE = "Apache-2.0, as the package"


class Origin(NamedTuple):
    """What a model has seen of the world.

    Args:
        made_from: the data, and whose they are.
        limits: what a model of them does not know.
        licence: of the weights. Default the package's.
        ships: whether the package may hold the weights. Default True.
    """

    made_from: str
    limits: str
    licence: str = _OF_PACKAGE
    ships: bool = True


# By the first word of a data set's name.
_ORIGINS = {
    "sps_ball": Origin(
        "a bouncing ball, rendered by the project (no data of others)",
        "The ball, the ground and the camera of the training set; one ball, 32 x 32 pixels.",
    ),
    "sps_scale": Origin(
        "major scales, played by FluidSynth with the sound font FluidR3_GM (MIT licence)",
        "Single notes of the instruments and the pitches of the training set: no chords, no "
        "voices, no noise.",
    ),
    "sps_melody": Origin(
        "melodies of the Nottingham set (GPL-3), played by FluidSynth with FluidR3_GM (MIT)",
        "Single notes of the training set's instruments; no chords.",
        "what the melodies' GPL-3 allows",
        ships=False,
    ),
    "kitti_masks": Origin(
        "masks of pedestrians of KITTI-Masks, from KITTI MOTS (CC BY-NC-SA 3.0: not for commerce)",
        "One mask of a pedestrian in 64 x 64 pixels.",
        "CC BY-NC-SA 3.0, as KITTI's data: not for commerce",
        ships=False,
    ),
}
_OWN = Origin(
    "recordings or videos of its maker's own",
    "What is like the training files.",
    "its maker's to give, as far as the files are",
)


def origin_of(dataset: str) -> Origin:
    """Return what is known of a data set; of an unknown one, that it is the maker's own."""
    return _ORIGINS.get(dataset.partition("/")[0], _OWN)
