"""Scripted conversations with the advisor, what they must reach, and the report."""

from evals.ablation import part_rows, put_into, table
from evals.asked import HALVES, load_questions
from evals.library import library_report
from evals.report import report
from evals.runner import Exchange, Result, run, run_all
from evals.scenario import Scenario, ScenarioError, load_scenarios

__all__ = [
    "HALVES",
    "Exchange",
    "Result",
    "Scenario",
    "ScenarioError",
    "library_report",
    "load_questions",
    "load_scenarios",
    "part_rows",
    "put_into",
    "report",
    "run",
    "run_all",
    "table",
]
