"""Major scales: Tables 1 and 3 (the accordion); Table 7 (53 instruments)."""

from launch.reports.tables.common import (
    ABOVE_FLOOR,
    FLOOR_NOTE,
    IMAGE_PRED,
    L_PRIOR,
    L_PRIOR_NOTE,
    LABELS,
    PITCH_R2,
    PITCH_R2_HELD_OUT,
    PLUS_LABELS,
    SELF_RECON,
    SINGLE_NOTE,
    SYNTHESIS_R2,
)
from launch.reports.tables.spec import PaperTable

_LOSSES = (SELF_RECON, IMAGE_PRED, L_PRIOR, ABOVE_FLOOR)

TABLES = {
    "sps_scale": (
        PaperTable(
            name="Table 1",
            caption="The linearity of learned pitch factor and synthesised sound pitch",
            columns=(PITCH_R2, SYNTHESIS_R2, PITCH_R2_HELD_OUT),
            labels=LABELS,
            printed={
                "sps": ("0.999 ± 0.001", "0.986 ± 0.025"),
                "sps_ae": ("0.998 ± 0.001", "0.986 ± 0.025"),
                "sps_k0": ("0.997 ± 0.002", "0.910 ± 0.040"),
                "sps_ae_k0": ("0.993 ± 0.006", "0.832 ± 0.129"),
                "beta_vae": ("0.772 ± 0.333", "0.534 ± 0.275"),
                "spice": ("1.000", "N/A"),
            },
            seeds="10 (SPICE: 1)",
        ),
        PaperTable(
            name="Table 3",
            caption="Reconstruction and prediction results on the audio task",
            columns=_LOSSES,
            labels=LABELS,
            printed={
                "sps": ("0.0292 ± 0.0003", "0.0296 ± 0.0005", "0.0012 ± 0.0006"),
                "sps_ae": ("0.0292 ± 0.0002", "0.0296 ± 0.0002", "0.0012 ± 0.0003"),
                "sps_k0": ("0.0291 ± 0.0003", "0.0295 ± 0.0004", "0.0030 ± 0.0033"),
                "sps_ae_k0": ("0.0291 ± 0.0002", "0.0295 ± 0.0004", "0.0087 ± 0.0212"),
                "beta_vae": ("0.0303 ± 0.0008", "N/A", "N/A"),
            },
            seeds="10",
            notes=(FLOOR_NOTE, L_PRIOR_NOTE),
        ),
    ),
    "sps_scale/instruments": (
        PaperTable(
            name="Table 7",
            caption="Reconstruction and prediction results on the audio task, 53 instruments",
            columns=(*_LOSSES, PITCH_R2, SYNTHESIS_R2),
            labels=PLUS_LABELS,
            printed={
                "sps": ("0.0356", "0.0359", "0.0418"),
                "sps_k0": ("0.0360", "0.0363", "0.0486"),
                "beta_vae": ("0.0359", "N/A", "N/A"),
            },
            seeds="not given",
            notes=(
                FLOOR_NOTE,
                L_PRIOR_NOTE,
                SINGLE_NOTE,
                "The paper's R^2 of each instrument are in its Figure 12, without numbers.",
            ),
        ),
    ),
}
