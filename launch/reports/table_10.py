"""Table 10: where balls of many colours are, read from the latents."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_10",
    dataset="sps_ball/colorful",
    caption="Linear fits between the true location and the learned location factor, "
    "trained on balls of many colours",
    variants=(parts.SPS, parts.SPS_K0, parts.BETA_VAE_GREEN),
    columns=(*parts.GREEN_FIT, parts.MSE_ALL_COLOURS),
    paper={
        "sps": ("0.11", "0.06", "0.09", "0.09"),
        "sps_k0": ("0.35", "0.72", "0.68", "0.58"),
        "beta_vae_green": ("0.37", "0.76", "0.73", "0.62"),
    },
    with_style=True,
    paper_seeds="not given",
    seeds="0,1,2",
    notes=(
        parts.FIT_NOTE,
        parts.SINGLE_NOTE,
        "Scored on green balls, as in the paper: the motions of the test split. The last column is "
        "of the run's own test split: all colours, green for the last row.",
    ),
)
