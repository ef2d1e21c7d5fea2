"""The pages of results in the docs, and README's tables: what stands on each beside the numbers."""

from typing import NamedTuple


class DocPage(NamedTuple):
    """A page of results.

    Attributes:
        title: above it.
        datasets: the beginnings of the data sets' names whose reports it holds.
        intro: paragraphs above the results.
        measures: what a metric of `results.json` is, by its name.
    """

    title: str
    datasets: tuple[str, ...]
    intro: tuple[str, ...]
    measures: dict[str, str]


class ReadmeTable(NamedTuple):
    """A table of README.

    Attributes:
        report: name of the report whose recorded results it shows.
        presets: a group of columns each; those that are not recorded are left out.
        columns: of each the report's column, its heading here, and the paper's column beside it.
        rows: names of the report's variants.
    """

    report: str
    presets: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[str, ...]


_CHOSEN = (
    "Test split, last weights: no checkpoint is chosen. The authors report the best of their "
    "checkpoints on the set that they report, so the comparison is to our disadvantage."
)
_SEEDS = "A picture shows, of each method, the run of the median score, and names its seed."

PAGES = {
    "ball": DocPage(
        "Results on the ball",
        ("sps_ball",),
        (_CHOSEN, _SEEDS),
        {
            "test/linear_projection_mse": "Table 2: least squares from the latents to the "
            "coordinates, in units of their variance; 0 is perfect, 1 useless; fitted on one half "
            "of the trajectories, scored on the other",
            "..._same_points": "the authors' way: fitted and scored on the same points",
            "test/self_recon_bce, test/image_pred_bce": "Table 4; compare the differences to "
            "`test/pixel_entropy_floor`",
            "test/prior_mse": "L_prior of Table 4",
            "test/equivariance_error": "how far the prior is from commuting with the group",
            "test/free_latent_mse/<axis>": "what the latent without symmetry alone knows of each "
            "axis",
            "test/style_change/ratio": "Table 9: mean of dz_c / dz_s over pairs of colours at one "
            "place; `ratio_of_means`, `ratio_median`; `ratio_chance` is that of noise",
            "test/style_change/precision, _random": "Table 8, colour",
            "test/content_change/precision, _random": "Table 8, place on a level line",
            "test/content_change_anywhere/precision, _random": "the reading of Table 8's caption",
            "test/green_linear_projection_mse_same_points": "Table 10",
        },
    ),
    "sound": DocPage(
        "Results on sound",
        ("sps_scale", "sps_melody"),
        (
            _CHOSEN,
            _SEEDS,
            "Instruments are trained on FluidR3_GM and tested on TimGM6mb: the paper's GeneralUser "
            "GS could not be reached. Six of its test clips are silent, eight partly; they are "
            "counted.",
            "`fast` of instruments and of melodies starts otherwise than the paper, see the "
            "[departures](../departures.md); why, and what failed, is in the "
            "[lab book](../lab_book/sound.md). GMVAE learns from pitch labels, the only method "
            "that has any.",
        ),
        {
            "test/pitch_r2": "R² of a straight line from the learned factor to the true pitch, on "
            "fractions of a semitone that training never heard",
            "..._held_out": "fitted on one half of the clips, scored on the other",
            "test/synthesis_r2": "the factor moved over ±2 standard deviations, decoded, made "
            "sound, heard by YIN; R² of a line",
            "..._mean_of_instruments": "the mean of each instrument's R²",
        },
    ),
    "masks": DocPage(
        "Results on pedestrian masks",
        ("kitti_masks",),
        (
            _CHOSEN,
            _SEEDS,
            "The published file and the human annotations could not be reached. `kitti_masks/mots` "
            "here are tracks that a tracker, PointTrack, **predicted** on the KITTI test videos: "
            "the same camera and format, but other videos, rougher masks, and 502 sequences where "
            "the paper has 1,378; 385 to train on, 117 to test on, no track in both.",
        ),
        {
            "test/linear_projection_mse": "MSE 1 of Table 13: vertical and horizontal position, "
            "area",
            "test/linear_projection_mse_2": "MSE 2: the area replaced by the distance estimated "
            "from it",
        },
    ),
}

README_TABLES = {
    "ball": ReadmeTable(
        "table_2",
        ("fast", "paper_small"),
        (("MSE, held out", "MSE", "MSE"),),
        ("sps", "sps_ae", "sps_k0", "beta_vae"),
    ),
    "sound": ReadmeTable(
        "table_1",
        ("fast",),
        (
            ("Learned factor R^2", "learned factor", "Learned factor R^2"),
            ("Synthesis R^2", "pitch heard", "Synthesis R^2"),
        ),
        ("sps", "sps_k0", "beta_vae", "spice"),
    ),
}
