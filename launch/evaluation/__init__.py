"""What every run ends with: scores, pictures and a table of a model on the test split."""

from launch.evaluation.from_folder import evaluate_run
from launch.evaluation.outputs import encode_split
from launch.evaluation.pictures import draw_pictures
from launch.evaluation.scores import evaluate
from launch.evaluation.table import summary_table

__all__ = ["draw_pictures", "encode_split", "evaluate", "evaluate_run", "summary_table"]
