"""Table 5: how far the pitch latents move when the instrument changes."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_5",
    dataset="sps_scale/instruments",
    caption="Mean ratios of changes in normalised z_c and z_s under timbre augmentation",
    variants=(parts.SPS, parts.UNSPLIT_SOUND, parts.GMVAE, parts.TS_DSAE),
    columns=parts.CHANGE_RATIOS,
    paper={
        "sps": ("0.49",),
        "sps_unsplit": ("2.20",),
        "gmvae": ("0.67",),
        "ts_dsae": ("0.65",),
    },
    with_style=True,
    paper_seeds="not given",
    notes=(parts.GMVAE_NOTE, parts.CHANCE_NOTE, parts.SINGLE_NOTE),
    seeds="0,1,2",
)
