"""Evaluators that need no labels: reconstruction, prior, symmetry, latents (Tables 3 and 4)."""

from sps_tf import metrics
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.outputs import batches, to_numpy, with_style
from sps_tf.evaluation.report import Report
from sps_tf.frames import to_unit


def reconstruction(context: Context) -> Report:
    """Score decoded frames, and those decoded from the prior's free run where there is one.

    Of SPS+ both are decoded with the style of the first frame, which is always given: section A.3.1
    takes the style from the given frames.

    Returns:
        See `metrics.ReconstructionScore.result`; of SPS+ also `self_recon_bce_own_style`, each
        frame decoded with its own style, as the published code for sound does.
    """
    model, z, z_prior = context.model, context.z, context.predictions.z_prior
    score, own_style = metrics.ReconstructionScore(), metrics.ReconstructionScore()
    pools_style = z_prior is not None and bool(model.layout.style)
    for batch in batches(len(z), context.settings.batch_size):
        logits_prior = None
        logits_self = to_numpy(model.decode_logits(z[batch]))
        if pools_style:
            own_style.update(to_unit(context.frames[batch]), logits_self)
            codes = with_style(model, context.content[batch], z[batch])
            logits_self = to_numpy(model.decode_logits(codes))
        if z_prior is not None:
            codes = with_style(model, z_prior[batch], z[batch])
            logits_prior = to_numpy(model.decode_logits(codes))
        score.update(to_unit(context.frames[batch]), logits_self, logits_prior)
    scores = score.result()
    if pools_style:
        scores["self_recon_bce_own_style"] = own_style.result()["self_recon_bce"]
    return Report(metrics=scores)


def prior(context: Context) -> Report:
    """Score the prior's free run in latent space, see `metrics.prior_mse`."""
    return Report(metrics=metrics.prior_mse(context.content, context.predictions.z_prior))


def equivariance(context: Context) -> Report:
    """Score how well the prior commutes with its group, see `metrics.equivariance_error`."""
    return Report(metrics=metrics.equivariance_error(context.content, *context.predictions))


def latent_std(context: Context) -> Report:
    """Measure the spread of each latent, see `metrics.latent_std`."""
    return Report(metrics=metrics.latent_std(context.z, context.model.layout.names))
