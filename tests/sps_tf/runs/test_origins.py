import pytest

from sps_tf.runs.origins import origin_of


@pytest.mark.parametrize(
    ("dataset", "licence", "ships"),
    [
        ("sps_ball/colorful", "Apache-2.0, as the package", True),
        ("sps_scale/instruments", "Apache-2.0, as the package", True),
        ("kitti_masks/mots", "CC BY-NC-SA 3.0", False),
        ("sps_melody", "GPL-3", False),
        ("audio_folder", "its maker's to give", True),
    ],
)
def test_the_licence_of_the_weights_is_that_of_what_they_learned_from(dataset, licence, ships):
    origin = origin_of(dataset)
    assert licence in origin.licence
    assert origin.ships == ships
