"""What every run ends with: scores, pictures, sounds and a table of a model on the test split."""

from sps_tf.evaluation.from_folder import evaluate_run
from sps_tf.evaluation.outputs import encode_split
from sps_tf.evaluation.pictures import draw_pictures
from sps_tf.evaluation.pitch_points import collect_pitch_points
from sps_tf.evaluation.report import Report, make_report, save_report
from sps_tf.evaluation.scores import evaluate
from sps_tf.evaluation.sounds import make_sounds
from sps_tf.evaluation.table import summary_table

__all__ = [
    "Report",
    "collect_pitch_points",
    "draw_pictures",
    "encode_split",
    "evaluate",
    "evaluate_run",
    "make_report",
    "make_sounds",
    "save_report",
    "summary_table",
]
