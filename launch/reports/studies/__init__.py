"""Comparisons of runs on the ball: Figures 5 to 8, the ablation, error against time."""

from launch.reports.studies.spec import Study, Variant, plan_study
from launch.reports.studies.sps_ball import STUDIES

__all__ = ["STUDIES", "Study", "Variant", "plan_study"]
