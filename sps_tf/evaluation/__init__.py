"""What every run ends with: evaluators, named by the config, on a model and the test split."""

from sps_tf.evaluation.context import Context
from sps_tf.evaluation.evaluators import EVALUATORS, Evaluator, check_evaluators, make_report
from sps_tf.evaluation.from_folder import evaluate_run
from sps_tf.evaluation.outputs import encode
from sps_tf.evaluation.report import Report, save_report

__all__ = [
    "EVALUATORS",
    "Context",
    "Evaluator",
    "Report",
    "check_evaluators",
    "encode",
    "evaluate_run",
    "make_report",
    "save_report",
]
