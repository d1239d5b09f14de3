"""What a reported result is worth: against the exit test of the step that was recommended, and for the rung above it. Pure."""

from dataclasses import dataclass
from typing import Literal

from agent.facts import Facts, known_values
from agent.judgement.belief import example_count, task_kind
from agent.judgement.outcomes import Lever
from agent.judgement.plan import PlannedStep
from agent.judgement.tables import DecisionModel
from agent.judgement.verdict import COUNTS, Verdict, weights_forbidden

Movement = Literal["better", "same", "worse"]
Word = Literal["works", "better", "same", "worse"]
Result = Literal["reached", "better", "same", "worse", "measured", "unclear"]
"""`measured` is a number with nothing to compare it with; `unclear` is no result that could be judged."""
Course = Literal["stop", "go_on", "climb", "back", "tell_more"]
Reason = Literal[
    "revised",
    "exit_met",
    "strained",
    "falls_short",
    "not_held",
    "not_needed",
    "no_strain",
    "exit_first",
    "still_paying",
    "undo_first",
    "no_comparison",
    "no_number",
    "facts_first",
    "prompt_first",
    "pairs",
    "duty",
    "growth",
    "volume",
]
"""Why a rung is open (the first five) or shut."""

OPENS: frozenset[Reason] = frozenset({"revised", "exit_met", "strained", "falls_short", "not_held"})
THRIFT: frozenset[Lever] = frozenset({"right_size", "distillation"})
"""Levers whose result is cost or speed, with the quality held."""
FACTS: frozenset[Lever] = frozenset({"full_context", "rag", "improve_retrieval", "tool_use"})
"""Levers that bring facts to the model."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that the user reports."""

    value: float
    """A share from 0 to 1, or a count or score as it was said."""
    text: str
    """As it was written."""
    is_share: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a user says came of a step; None where it was not said."""

    before: Figure | None = None
    now: Figure | None = None
    target: Figure | None = None
    less_is_better: bool = False
    """Whether the figures count failures."""
    word: Word | None = None
    """How the quality moved, in words."""
    thrift: Movement | None = None
    """How cost or speed moved."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the plan stood before the report, and where it stands after it."""

    step: Lever
    """The first step that was recommended before."""
    steps: tuple[PlannedStep, ...]
    """The plan after the report."""
    verdict: Verdict
    """After the report; another first step than `step` means that the facts have moved on."""
    facts: Facts
    model: DecisionModel
    """Its floors decide whether there are enough pairs."""


@dataclass(frozen=True, slots=True)
class Rung:
    """The step above, and whether the result opens it."""

    lever: Lever
    is_open: bool
    why: Reason


@dataclass(frozen=True, slots=True)
class Judged:
    """What a report amounts to."""

    result: Result
    """Of the quality."""
    met: bool | None
    """Whether the exit test of the step is met; None where the report cannot tell."""
    by_number: bool
    """Whether a number on cases says so, and not the user's word alone."""
    course: Course
    rung: Rung | None
    """None where the plan has no step above this one, or nothing is left to do."""


def judge_outcome(report: Report, standing: Standing) -> Judged:
    """Judge what came of a step: what moved, whether its exit test is met, and whether the rung above it opens."""
    result = _result(report)
    met = _met(standing.step, result, report)
    rung = _rung(result, met, report, standing)
    return Judged(result, met, report.now is not None, _course(standing.step, result, met, rung), rung)


def moved(report: Report) -> Movement | None:
    """How the reported figures moved; None where there are not two that can be compared."""
    if report.before is None or report.now is None or report.before.is_share != report.now.is_share:
        return None
    gain = (report.now.value - report.before.value) * (-1 if report.less_is_better else 1)
    return "better" if gain > 0 else "worse" if gain < 0 else "same"


def _result(report: Report) -> Result:
    movement = moved(report)
    if _reaches(report):
        return "reached"
    short = report.target is not None and report.now is not None
    if movement == "worse" or (movement is None and report.word == "worse"):
        return "worse"
    if report.word == "works" and not short:
        return "reached"
    if movement is None and report.word in ("better", "same"):
        movement = report.word
    return movement or ("measured" if report.now else "unclear")


def _reaches(report: Report) -> bool:
    """Whether the number meets the target that was said, or leaves nothing to wish for on these cases."""
    now, target = report.now, report.target
    if now is None:
        return False
    if target is not None and target.is_share == now.is_share:
        return now.value <= target.value if report.less_is_better else now.value >= target.value
    return now.value == 0 if report.less_is_better else now.is_share and now.value == 1


def _met(step: Lever, result: Result, report: Report) -> bool | None:
    if step == "measure_first":
        return None  # one number is not yet the failures measured and sorted
    if step in THRIFT:
        return _thrift_met(result, report)
    if result == "better" and report.target is None:
        return True if step == "fine_tuning" and moved(report) else None
    return {"reached": True, "measured": None, "unclear": None}.get(result, False)


def _thrift_met(result: Result, report: Report) -> bool | None:
    """Only where the quality held, by the number or as the user judges it, and cost or speed improved; else open where not said."""
    lost = result == "worse" and report.word != "works"
    if lost or report.thrift in ("same", "worse"):
        return False
    return True if report.thrift == "better" and result not in ("measured", "unclear") else None


def _course(step: Lever, result: Result, met: bool | None, rung: Rung | None) -> Course:
    if rung and rung.is_open:
        return "climb"
    if met:
        return "stop"
    if result == "unclear" and met is None:
        return "tell_more"
    stuck = result == "same" and step not in THRIFT and step != "prompt_engineering"
    return "back" if result == "worse" or stuck else "go_on"


def _rung(result: Result, met: bool | None, report: Report, standing: Standing) -> Rung | None:
    step, verdict = standing.step, standing.verdict
    if verdict.first_step == "out_of_scope":
        return None
    if verdict.first_step != step:
        return Rung(verdict.first_step, True, "revised")
    chosen = _above([s for s in standing.steps if s.when != "now" and s.lever != step], step, met)
    if chosen is None:
        return None
    if met:
        why = _why_after_success(chosen, verdict)
    elif step in THRIFT:
        why = _why_to_distil(result, standing.facts)
    else:
        why = _why_after_failure(chosen, result, report, standing)
    return Rung(chosen.lever, why in OPENS, why)


def _above(above: list[PlannedStep], step: Lever, met: bool | None) -> PlannedStep | None:
    """The step whose gate the result bears on: cost and speed once the quality is there, else what mends the quality."""
    wanted = [s for s in above if s.when == "next"] + [
        s for s in above if (s.lever in THRIFT) == (bool(met) or step in THRIFT)
    ]
    return next(iter([*wanted, *above]), None)


def _why_after_success(chosen: PlannedStep, verdict: Verdict) -> Reason:
    if chosen.when == "next":
        return "exit_met"
    if chosen.lever in THRIFT and verdict.primary != "efficiency":
        return "strained" if verdict.gaps["efficiency"] >= COUNTS else "no_strain"
    return "not_needed"


def _why_to_distil(result: Result, facts: Facts) -> Reason:
    if result != "worse":
        return "no_comparison" if result in ("measured", "unclear") else "not_needed"
    return "not_held" if known_values(facts).get("volume") == ("massive",) else "volume"


def _why_after_failure(chosen: PlannedStep, result: Result, report: Report, standing: Standing) -> Reason:
    by_result: dict[Result, Reason] = {
        "better": "still_paying",
        "worse": "undo_first",
        "measured": "no_comparison",
        "unclear": "no_comparison",
    }
    if chosen.lever == "rag" and standing.step == "full_context":
        return "growth"
    if result in by_result:
        return by_result[result]
    if chosen.lever != "fine_tuning" or chosen.when == "next":
        return "exit_first"
    return _why_to_train(report, standing)


def _why_to_train(report: Report, standing: Standing) -> Reason:
    """The gate of training after a number that did not move, condition by condition."""
    facts = standing.facts
    count = example_count(facts)
    if standing.step in FACTS:
        return "facts_first"
    if report.now is None:
        return "no_number"
    if known_values(facts).get("prompting") != ("exhausted",):
        return "prompt_first"
    if count is None or count < standing.model.floors[task_kind(facts)]:
        return "pairs"
    return "duty" if weights_forbidden(facts) else "falls_short"
