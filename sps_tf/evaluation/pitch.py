"""Evaluators of the learned pitch (Tables 1 and 12; Figures 3, 11, 12, 17 and 18)."""

from sps_tf import figures, metrics
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.report import Report
from sps_tf.evaluation.synthesis import as_authors
from sps_tf.runs.folder import POINTS_FILE


def pitch(context: Context) -> Report:
    """Score how linear the learned factor is in the pitch, see `metrics.pitch_scores`."""
    return Report(metrics=metrics.pitch_scores(context.pitch_points))


def synthesis(context: Context) -> Report:
    """Score how linear the pitch of decoded notes is in the factor, `metrics.synthesis_scores`.

    Beside ours `synthesis_r2_authors` and `synthesis_r2_authors_mean_of_instruments`: the pitch is
    heard in the authors' way, see `synthesis.as_authors`.
    """
    scores = metrics.synthesis_scores(context.pitch_points)
    theirs = metrics.synthesis_scores(context.hear_points(as_authors(context.settings)))
    for name in ("synthesis_r2", "synthesis_r2_mean_of_instruments"):
        if name in theirs:
            scores[name.replace("_r2", "_r2_authors")] = theirs[name]
    return Report(metrics=scores)


def pitch_figure(context: Context) -> Report:
    """Draw Figure 3, `pitch`, and keep its points for figures over several runs."""
    points = context.pitch_points
    picture = figures.draw_pitch_figure({context.method: points}, context.at_step)
    return Report(pictures={"pitch": picture}, archives={POINTS_FILE: points._asdict()})


def pitch_bars(context: Context) -> Report:
    """Draw the R^2 of each instrument, `pitch_by_instrument`."""
    points = {context.method: context.pitch_points}
    return Report(
        pictures={"pitch_by_instrument": figures.draw_pitch_bars(points, context.at_step)}
    )
