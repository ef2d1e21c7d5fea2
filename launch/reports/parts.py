"""What several reports share: methods, columns and remarks."""

from launch.reports.engine.spec import Column, Variant

SPS, SPS_AE, SPS_K0, SPS_AE_K0, BETA_VAE, SPICE = (
    Variant(method, method)
    for method in ("sps", "sps_ae", "sps_k0", "sps_ae_k0", "beta_vae", "spice")
)

SELF_RECON = Column("Self-recon", "test/self_recon_bce", "lower", 5)
IMAGE_PRED = Column("Image-pred", "test/image_pred_bce", "lower", 5)
L_PRIOR = Column("L_prior", "test/prior_mse", "lower")
PITCH_R2 = Column("Learned factor R^2", "test/pitch_r2", "higher")
SYNTHESIS_R2 = Column("Synthesis R^2", "test/synthesis_r2", "higher")
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
SINGLE_NOTE = "The paper gives one number a cell, without a deviation."
FIT_NOTE = (
    "MSE: least squares from the latents to the coordinates, each divided by its variance, "
    "fitted and scored on the same test points, as the authors do; held out: fitted on one half "
    "of the trajectories, scored on the other."
)
OUTLIERS = "10, less outliers"
OUTLIERS_NOTE = "The paper leaves 2 outliers of its 50 runs out; ours are all counted."

# Without all that comes before the first step, and without what keeps it.
NO_FLOW = {
    "model.encoder.flow_passes": 0,
    "warm_start.align_steps": 0,
    "losses.information": 0.0,
    "losses.whiteness": 0.0,
}
NO_START = {**NO_FLOW, "warm_start.imitate_steps": 0, "losses.imitation": 0.0}
