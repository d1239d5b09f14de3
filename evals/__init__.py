"""Scripted conversations with the advisor, what they must reach, and the report."""

from evals.ablation import part_rows, put_into, table
from evals.asked import HALVES, load_questions
from evals.baselines import baselines
from evals.given import Given, given
from evals.invariance import Variant, invariance, invariance_lines, is_invariant
from evals.library import library_report
from evals.reading import END as READING_END
from evals.reading import START as READING_START
from evals.reading import load_labelled, reading_lines, tally
from evals.report import report
from evals.runner import Exchange, Result, run, run_all
from evals.scenario import Scenario, ScenarioError, load_scenarios

__all__ = [
    "HALVES",
    "READING_END",
    "READING_START",
    "Exchange",
    "Given",
    "Result",
    "Scenario",
    "ScenarioError",
    "Variant",
    "baselines",
    "given",
    "invariance",
    "invariance_lines",
    "is_invariant",
    "library_report",
    "load_labelled",
    "load_questions",
    "load_scenarios",
    "part_rows",
    "put_into",
    "reading_lines",
    "report",
    "run",
    "run_all",
    "table",
    "tally",
]
