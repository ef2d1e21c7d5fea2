"""Evaluators that draw what a model decodes from video (Figures 2 and 5)."""

from sps_tf import figures
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.outputs import to_numpy, with_style
from sps_tf.evaluation.report import Report
from sps_tf.frames import to_unit

_N_DRAWN_SEQUENCES = 3
_N_TRAVERSAL_STEPS = 9


def traversal(context: Context) -> Report:
    """Draw what becomes of a frame as one latent at a time moves: `latent_traversal`."""
    codes = figures.traversal_codes(*context.spread, _N_TRAVERSAL_STEPS)
    picture = figures.draw_traversal(
        to_numpy(context.model.decode(codes)),
        context.model.layout.names,
        f"Latent traversal, {context.at_step}",
    )
    return Report(pictures={"latent_traversal": picture})


def branches(context: Context) -> Report:
    """Draw a few sequences, and below them what each branch makes of them: `branches`."""
    model, z = context.model, context.z[:_N_DRAWN_SEQUENCES]
    z_prior, z_symmetry = context.predict(_N_DRAWN_SEQUENCES)
    decoded, n_given = {"self": to_numpy(model.decode(z))}, 0
    if z_prior is not None:
        decoded["prior"] = to_numpy(model.decode(with_style(model, z_prior, z)))
        n_given = context.settings.n_given
    if z_symmetry is not None:
        decoded["symmetry"] = to_numpy(model.decode(with_style(model, z_symmetry[0], z)))
    title = f"Truth and the branches of the model, {context.at_step}"
    frames = to_unit(context.frames[:_N_DRAWN_SEQUENCES])
    return Report(pictures={"branches": figures.draw_branches(frames, decoded, n_given, title)})
