"""Table 1: the linearity of pitch, learnt from major scales of the accordion."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_1",
    dataset="sps_scale",
    caption="The linearity of learned pitch factor and synthesised sound pitch",
    variants=(
        parts.SPS,
        parts.SPS_AE,
        parts.SPS_K0,
        parts.SPS_AE_K0,
        parts.BETA_VAE,
        parts.SPICE,
    ),
    columns=(
        parts.PITCH_R2,
        parts.SYNTHESIS_R2,
        parts.SYNTHESIS_R2_AUTHORS,
        parts.PITCH_R2_HELD_OUT,
    ),
    paper={
        "sps": ("0.999 ± 0.001", "0.986 ± 0.025", "0.986 ± 0.025"),
        "sps_ae": ("0.998 ± 0.001", "0.986 ± 0.025", "0.986 ± 0.025"),
        "sps_k0": ("0.997 ± 0.002", "0.910 ± 0.040", "0.910 ± 0.040"),
        "sps_ae_k0": ("0.993 ± 0.006", "0.832 ± 0.129", "0.832 ± 0.129"),
        "beta_vae": ("0.772 ± 0.333", "0.534 ± 0.275", "0.534 ± 0.275"),
        "spice": ("1.000", "N/A", "N/A"),
    },
    paper_seeds="10 (SPICE: 1)",
    notes=(parts.YIN_NOTE,),
)
