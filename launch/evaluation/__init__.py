"""What every run ends with: scores, pictures, sounds and a table of a model on the test split."""

from launch.evaluation.from_folder import evaluate_run
from launch.evaluation.outputs import encode_split
from launch.evaluation.pictures import draw_pictures
from launch.evaluation.pitch_points import collect_pitch_points
from launch.evaluation.report import Report, make_report, save_report
from launch.evaluation.scores import evaluate
from launch.evaluation.sounds import make_sounds
from launch.evaluation.table import summary_table

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
