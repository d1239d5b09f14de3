"""Scripted conversations with the advisor, what they must reach, and the report."""

from evals.report import report
from evals.runner import Exchange, Result, run, run_all
from evals.scenario import Scenario, ScenarioError, load_scenarios

__all__ = ["Exchange", "Result", "Scenario", "ScenarioError", "load_scenarios", "report", "run", "run_all"]
