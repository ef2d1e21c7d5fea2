"""Table 12: natural melodies."""

from launch.reports import parts
from launch.reports.engine.spec import Column, Report, Variant

REPORT = Report(
    name="table_12",
    dataset="sps_melody",
    caption="Natural melodies, aggregated across all instruments in the test set",
    variants=(
        parts.SPS,
        parts.SPS_K0,
        parts.BETA_VAE,
        parts.SPS_RANDOM_START,
        Variant("sps_k0_random_start", "sps_k0", "SPS_VAE+, K = 0, random start", parts.NO_START),
    ),
    columns=(
        parts.SELF_RECON,
        parts.IMAGE_PRED,
        parts.L_PRIOR,
        Column("Embedding R^2", "test/pitch_r2_mean_of_instruments", "higher"),
        Column("Synthesis R^2", "test/synthesis_r2_mean_of_instruments", "higher"),
        Column("Embedding R^2, one line", "test/pitch_r2", "higher"),
        Column("Synthesis R^2, mean style", "test/synthesis_r2", "higher"),
        Column(
            "Synthesis R^2, authors' YIN",
            "test/synthesis_r2_authors_mean_of_instruments",
            "higher",
        ),
    ),
    paper={
        "sps": ("0.0384", "0.0396", "0.7828", "0.89", "0.47"),
        "sps_k0": ("0.0388", "0.0400", "0.9909", "0.83", "0.25"),
        "beta_vae": ("0.0324", "N/A", "N/A", "0.19", "0.29"),
    },
    with_style=True,
    paper_seeds="not given",
    notes=(
        "R^2: the mean over the instruments of a line each, as in the published code; beside it "
        "one line over all notes, and decoding with the mean style.",
        parts.YIN_NOTE,
        parts.FLOOR_NOTE,
        parts.L_PRIOR_NOTE,
        parts.SINGLE_NOTE,
    ),
)
