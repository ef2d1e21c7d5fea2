"""Figure 8: wrong assumptions of the group."""

from launch.reports import parts
from launch.reports.engine.spec import Report, Variant


def _wrong(name: str) -> Variant:
    """Return SPS with another group than the ball's."""
    folder = "sps_" + "".join(c for c in name if c.isalnum())
    return Variant(folder, "sps", name, {"model.group.name": name})


REPORT = Report(
    name="figure_8",
    dataset="sps_ball",
    caption="wrong assumptions of the group",
    variants=(
        Variant("sps_k0", "sps_k0", "w/o symmetry"),
        _wrong("(R^2,+)"),
        _wrong("SO(2)"),
        _wrong("(R^1,+)xSO(2)"),
        _wrong("(R^3,+)xSO(2)"),
        _wrong("(R^2,+)xSO(3)"),
        Variant("sps", "sps", "correct: (R^2,+)xSO(2)"),
    ),
    columns=parts.BALL_SCORES,
    notes=(
        "The text names three of the five wrong groups; the other two are those of the published "
        "code. The authors train on 2,048 sequences, ours are as many as in the other reports; "
        "--config.data.n_train=2048 trains on as many as theirs.",
    ),
    picture="draw_boxes",
    seeds="0,1,2",
)
