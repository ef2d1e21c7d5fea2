"""Table 10: where balls of many colours are, read from the latents."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_10",
    dataset="sps_ball/colorful",
    caption="Linear fits between the true location and the learned location factor, "
    "trained on balls of many colours",
    variants=(parts.SPS, parts.SPS_K0, parts.BETA_VAE),
    columns=parts.LINEAR_FIT,
    paper={
        "sps": ("0.11", "0.06", "0.09", "0.09"),
        "sps_k0": ("0.35", "0.72", "0.68", "0.58"),
        "beta_vae": ("0.37", "0.76", "0.73", "0.62"),
    },
    with_style=True,
    paper_seeds="not given",
    notes=(
        parts.FIT_NOTE,
        parts.SINGLE_NOTE,
        "The paper scores on green balls; our test split has all colours.",
    ),
)
