"""Natural melodies: Table 12."""

from launch.reports.tables.common import (
    FLOOR_NOTE,
    IMAGE_PRED,
    L_PRIOR,
    L_PRIOR_NOTE,
    PITCH_R2,
    PLUS_LABELS,
    SELF_RECON,
    SINGLE_NOTE,
    SYNTHESIS_R2,
)
from launch.reports.tables.spec import PaperTable

TABLES = {
    "sps_melody": (
        PaperTable(
            name="Table 12",
            caption="Natural melodies, aggregated across all instruments in the test set",
            columns=(SELF_RECON, IMAGE_PRED, L_PRIOR, PITCH_R2, SYNTHESIS_R2),
            labels=PLUS_LABELS,
            printed={
                "sps": ("0.0384", "0.0396", "0.7828", "0.89", "0.47"),
                "sps_k0": ("0.0388", "0.0400", "0.9909", "0.83", "0.25"),
                "beta_vae": ("0.0324", "N/A", "N/A", "0.19", "0.29"),
            },
            seeds="not given",
            notes=(FLOOR_NOTE, L_PRIOR_NOTE, SINGLE_NOTE),
        ),
    ),
}
