"""Table 6: which latents move most when the instrument, or the pitch, changes."""

from launch.reports import parts, table_5
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_6",
    dataset="sps_scale/instruments",
    caption="Augmentation-based queries on the audio task",
    variants=table_5.REPORT.variants,
    columns=parts.queries("timbre", "pitch"),
    paper={
        "sps": ("0.98", "0.67", "0.82", "0.33"),
        "sps_unsplit": ("0.50", "0.67", "0.02", "0.33"),
        "gmvae": ("0.93", "0.50", "0.83", "0.50"),
        "ts_dsae": ("0.81", "0.50", "0.68", "0.50"),
    },
    with_style=True,
    paper_seeds="not given",
    notes=(parts.GMVAE_NOTE, parts.SINGLE_NOTE),
    seeds="0,1,2",
)
