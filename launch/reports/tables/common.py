"""Columns, names and remarks that several tables share."""

from launch.reports.tables.spec import Column

SELF_RECON = Column("Self-recon", "test/self_recon_bce", "lower", 5)
IMAGE_PRED = Column("Image-pred", "test/image_pred_bce", "lower", 5)
L_PRIOR = Column("L_prior", "test/prior_mse", "lower")
PITCH_R2 = Column("Learned factor R^2", "test/pitch_r2", "higher")
SYNTHESIS_R2 = Column("Synthesis R^2", "test/synthesis_r2", "higher")
# Ours alone.
ABOVE_FLOOR = Column("Self-recon, above the floor", "test/self_recon_bce_above_floor", "lower", 5)
PITCH_R2_HELD_OUT = Column("Learned factor R^2, held out", "test/pitch_r2_held_out", "higher")

LABELS = {
    "sps": "SPS_VAE, K = 4",
    "sps_ae": "SPS_AE, K = 4",
    "sps_k0": "SPS_VAE, K = 0",
    "sps_ae_k0": "SPS_AE, K = 0",
    "beta_vae": "beta-VAE",
    "spice": "SPICE",
}
PLUS_LABELS = {
    "sps": "SPS_VAE+, K = 4",
    "sps_k0": "SPS_VAE+, K = 0",
    "beta_vae": "beta-VAE",
}

L_PRIOR_NOTE = (
    "L_prior: ours is over the prior's free run, in units of each latent's variance; the paper "
    "does not say how its latents are scaled."
)
FLOOR_NOTE = (
    "Self-recon and Image-pred: cross-entropies a pixel, whose floor is the entropy of the "
    "frames; frames that differ from the paper's have another floor."
)
SINGLE_NOTE = "The paper gives one number a cell, without a deviation."
