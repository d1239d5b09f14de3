"""The 32 cases of the five sources, through free-text answers, against a recorded floor that only rises."""

from pathlib import Path

import pytest
import yaml

from agent import Advisor
from evals import Result, load_scenarios, run_all

EVALS = Path(__file__).resolve().parents[2] / "evals"
CASES = 32
MARGIN = 1
"""Cases that may pass above the floor: another processor rounds otherwise, and a reading at its threshold may flip."""


@pytest.fixture(scope="module")
def results(session_advisor: Advisor) -> tuple[Result, ...]:
    return run_all(session_advisor, load_scenarios([EVALS / "scenarios" / "seed-cases.yaml"]))


def test_all_cases_of_the_sources_are_there_and_graded(results: tuple[Result, ...]) -> None:
    assert len(results) == CASES
    assert [result.scenario.id for result in results if any(c.passed is None for c in result.checks)] == []


def test_the_cases_that_pass_are_no_fewer_than_the_recorded_floor(results: tuple[Result, ...]) -> None:
    floor = yaml.safe_load((EVALS / "floor.yaml").read_text(encoding="utf-8"))
    assert set(floor) == {"seed_cases"}
    failed = [result.scenario.id for result in results if not result.passed]
    reached = len(results) - len(failed)
    assert reached >= floor["seed_cases"], f"below the floor of {floor['seed_cases']}: {', '.join(failed)} do not pass"
    assert reached <= floor["seed_cases"] + MARGIN, f"raise the floor: {reached} of {CASES} pass"
