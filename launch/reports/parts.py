"""What several reports share: methods, columns and remarks."""

from launch.configs import sps_ball
from launch.reports.engine.spec import Column, Variant

SPS, SPS_AE, SPS_K0, SPS_AE_K0, BETA_VAE, SPICE = (
    Variant(method, method)
    for method in ("sps", "sps_ae", "sps_k0", "sps_ae_k0", "beta_vae", "spice")
)
# GMVAE is the one method that learns from labels, the pitches; its label says so.
GMVAE, TS_DSAE = Variant("gmvae", "gmvae"), Variant("ts_dsae", "ts_dsae")

SELF_RECON = Column("Self-recon", "test/self_recon_bce", "lower", 5)
IMAGE_PRED = Column("Image-pred", "test/image_pred_bce", "lower", 5)
L_PRIOR = Column("L_prior", "test/prior_mse", "lower", comparable=False)
PITCH_R2 = Column("Learned factor R^2", "test/pitch_r2", "higher")
PITCH_R2_OF_INSTRUMENTS = Column(
    "Mean of the instruments' R^2", "test/pitch_r2_mean_of_instruments", "higher"
)
SYNTHESIS_R2 = Column("Synthesis R^2", "test/synthesis_r2", "higher")
# Heard in the authors' way, see `sps_tf.evaluation.synthesis.as_authors`.
SYNTHESIS_R2_AUTHORS = Column("Synthesis R^2, authors' YIN", "test/synthesis_r2_authors", "higher")
# Ours alone.
ABOVE_FLOOR = Column("Self-recon, above the floor", "test/self_recon_bce_above_floor", "lower", 5)
PITCH_R2_HELD_OUT = Column("Learned factor R^2, held out", "test/pitch_r2_held_out", "higher")

LOSSES = (SELF_RECON, IMAGE_PRED, L_PRIOR, ABOVE_FLOOR)

_MSE = "test/linear_projection_mse"
_SAME_POINTS = f"{_MSE}_same_points"
# Tables 2 and 10.
LINEAR_FIT = (
    *(Column(f"{axis} axis MSE", f"{_SAME_POINTS}/{axis}", "lower") for axis in "xyz"),
    Column("MSE", _SAME_POINTS, "lower"),
    Column("MSE, held out", _MSE, "lower"),
    Column("Equivariance error", "test/equivariance_error", "lower"),
)
_GREEN = "test/green_linear_projection_mse"
GREEN_FIT = (
    *(Column(f"{axis} axis MSE", f"{_GREEN}_same_points/{axis}", "lower", 3) for axis in "xyz"),
    Column("MSE", f"{_GREEN}_same_points", "lower", 3),
    Column("MSE, held out", _GREEN, "lower", 3),
)
MSE_ALL_COLOURS = Column("MSE, held out, own test split", _MSE, "lower", 3)
# The figures of the ball, which have no numbers of the paper.
BALL_SCORES = (
    Column("MSE, held out", _MSE, "lower", 3),
    *(Column(f"{axis} axis", f"{_MSE}/{axis}", "lower", 3) for axis in "xyz"),
    Column("MSE, same points", _SAME_POINTS, "lower", 3),
    Column("Height from the free latent", "test/free_latent_mse/y", "lower", 3),
    Column("Equivariance error", "test/equivariance_error", "lower", 3),
    Column("L_prior", "test/prior_mse", "lower", 3),
)

L_PRIOR_NOTE = (
    "L_prior: ours is over the prior's free run, in units of each latent's variance; the paper "
    "does not say how its latents are scaled."
)
FLOOR_NOTE = (
    "Self-recon and Image-pred: cross-entropies a pixel, whose floor is the entropy of the "
    "frames; frames that differ from the paper's have another floor."
)
YIN_NOTE = (
    "Synthesis R^2: notes are held, and YIN gets four times the samples, up to 2,500 Hz; beside it "
    "the authors' way, single notes of five hops, up to 1,600 Hz, threshold 0.1, which hears 8 % "
    "of the true notes an octave off."
)
SINGLE_NOTE = "The paper gives one number a cell, without a deviation."
FIT_NOTE = (
    "MSE: least squares from the latents to the coordinates, each divided by its variance, "
    "fitted and scored on the same test points, as the authors do; held out: fitted on one half "
    "of the trajectories, scored on the other."
)
OUTLIERS = "10, less outliers"
OUTLIERS_NOTE = "The paper leaves 2 outliers of its 50 runs out; ours are all counted."

# Tables 5 and 9: ours beside the paper's mean of ratios.
CHANGE_RATIOS = (
    Column("mean of dz_c / dz_s", "test/style_change/ratio", "lower", 3),
    Column("mean dz_c / mean dz_s", "test/style_change/ratio_of_means", "lower", 3),
    Column("median of dz_c / dz_s", "test/style_change/ratio_median", "lower", 3),
    Column("chance", "test/style_change/ratio_chance", "lower", 2),
)


def queries(style: str, content: str) -> tuple[Column, ...]:
    """Return the columns of Tables 6 and 8.

    Args:
        style: what the change of style is called.
        content: what the change of content is called.
    """
    return tuple(
        Column(f"{name}: {title}", f"test/{kind}_change/{score}", "higher", 2)
        for name, kind in ((style, "style"), (content, "content"))
        for title, score in (("precision", "precision"), ("random", "precision_random"))
    )


CHANCE_NOTE = (
    "Chance: the mean of dz_c / dz_s of pure noise. It depends on how the latents are split, so "
    "ratios of other splits are not to be compared without it."
)
GMVAE_NOTE = "GMVAE learns from the pitch of every training note; no other row has labels."

# The ablation of Tables 5 and 6: every latent is predicted, the group acts on the first.
UNSPLIT_SOUND = Variant(
    "sps_unsplit",
    "sps",
    "SPS_VAE, K = 4, z in R^3 without a split, random start",
    {
        "model.latent.content": ("z_pitch", "z_style1", "z_style2"),
        "model.latent.style": (),
        "warm_start.place_steps": 0,
    },
    paper_label="SPS_VAE (Ablation)",
)
# The paper's beta-VAE of A.4.3: one latent, the banjo alone.
BETA_VAE_BANJO = Variant(
    "beta_vae_banjo",
    "beta_vae",
    "beta-VAE, one latent, the banjo alone",
    {
        "model.latent.style": (),
        "model.encoder.place_filters": (),  # a place head asks for more than one latent
        "evaluation.changes.style": (),
        "input.only_instruments": "Banjo",
    },
)

# Without all that comes before the first step, and without what keeps it.
NO_FLOW = {
    "model.encoder.flow_passes": 0,
    "warm_start.align_steps": 0,
    "warm_start.transpose_octaves": 0.0,
}
NO_START = {**NO_FLOW, "warm_start.imitate_steps": 0, "losses.imitation": 0.0}

# The ablation of Tables 8 and 9: every latent is predicted, the group acts on z1 and z3. It starts
# at random: the moments that `fast` starts from tell of places alone.
_SPLIT_OF_ABLATION = {
    "model.latent.content": ("z1", "z2", "z3", "z4", "z5"),
    "model.latent.style": (),
    "model.group.name": "(R^2,+)[z1,z3]xSO(2)[z1,z3]",
    "evaluation.changes.content": ("z1", "z3"),
    "evaluation.changes.style": ("z2", "z4", "z5"),
}
UNSPLIT_BALL = Variant(
    "sps_unsplit",
    "sps",
    "SPS_VAE, K = 4, z in R^5 without a split, random start",
    {**_SPLIT_OF_ABLATION, **NO_START},
    paper_label="SPS_VAE (Ablation)",
)
# The same start with the split, to tell the two apart.
SPS_RANDOM_START = Variant("sps_random_start", "sps", "SPS_VAE+, K = 4, random start", NO_START)
# Table 10's and Figure 16's: trained on green balls.
BETA_VAE_GREEN = Variant(
    "beta_vae_green",
    "beta_vae",
    "beta-VAE, trained on green balls",
    {"evaluation.evaluators": (*sps_ball.VIDEO_EVALUATORS, "green_probe")},
    dataset="sps_ball",
    paper_label="beta-VAE",
)
