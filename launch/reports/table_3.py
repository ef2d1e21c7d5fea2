"""Table 3: the losses on major scales of the accordion; SPICE has none of them."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="table_3",
    dataset="sps_scale",
    caption="Reconstruction and prediction results on the audio task",
    variants=(parts.SPS, parts.SPS_AE, parts.SPS_K0, parts.SPS_AE_K0, parts.BETA_VAE),
    columns=parts.LOSSES,
    paper={
        "sps": ("0.0292 ± 0.0003", "0.0296 ± 0.0005", "0.0012 ± 0.0006"),
        "sps_ae": ("0.0292 ± 0.0002", "0.0296 ± 0.0002", "0.0012 ± 0.0003"),
        "sps_k0": ("0.0291 ± 0.0003", "0.0295 ± 0.0004", "0.0030 ± 0.0033"),
        "sps_ae_k0": ("0.0291 ± 0.0002", "0.0295 ± 0.0004", "0.0087 ± 0.0212"),
        "beta_vae": ("0.0303 ± 0.0008", "N/A", "N/A"),
    },
    paper_seeds="10",
    notes=(parts.FLOOR_NOTE, parts.L_PRIOR_NOTE),
)
