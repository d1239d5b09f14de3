"""Composes the plan: which lever now, next and later, and which to leave alone. Pure; harmful steps cannot be composed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agent.facts import Facts, known_values
from agent.judgement.belief import task_kind
from agent.judgement.outcomes import Lever, Primary
from agent.judgement.tables import DecisionModel
from agent.judgement.verdict import Verdict, may_distil, may_train

When = Literal["now", "next", "later"]

MANY_CALLS = 10_000
"""Calls a day from which shrinking the model is worth a look once the quality is right."""
STYLE_TASKS = frozenset({"tone", "format"})
ORDER: tuple[When, ...] = ("now", "next", "later")


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A lever and when to pull it."""

    lever: Lever
    when: When


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps in order, and the levers to avoid."""

    steps: tuple[PlannedStep, ...]
    avoid: tuple[Lever, ...]


def compose(verdict: Verdict, facts: Facts, wants: tuple[str, ...], model: DecisionModel) -> Plan:
    """The plan that follows from a verdict and the facts."""
    steps = _unique(
        [
            PlannedStep(verdict.first_step, "now"),
            *_companions(verdict, facts),
            *_further(verdict, facts, model),
        ]
    )
    steps.sort(key=lambda step: ORDER.index(step.when))
    pulled = {step.lever for step in steps if step.when != "later"}
    avoid = tuple(dict.fromkeys(lever for lever in _avoid(verdict, facts, wants) if lever not in pulled))
    return Plan(tuple(steps), avoid)


def is_harmful(step: PlannedStep, verdict: Verdict, facts: Facts, model: DecisionModel) -> bool:
    """Whether a step at now or next does harm on these facts; what the contract calls harmful, word for word."""
    if step.when == "later":
        return False
    match step.lever:
        case "fine_tuning":
            return not may_train(facts, model) or "behavior" not in verdict.primary
        case "distillation":
            return verdict.primary != "efficiency" or not may_distil(facts)
        case "rag":
            return verdict.primary in ("behavior", "instruction")
        case _:
            return False


def _companions(verdict: Verdict, facts: Facts) -> Iterator[PlannedStep]:
    """What belongs beside the first step from the start."""
    values = known_values(facts)
    if verdict.first_step == "out_of_scope":
        return
    if values.get("regulated") == ("yes",) or "hostile_policy" in values.get("consistency", ()):
        yield PlannedStep("human_review", "now")
    if verdict.primary.startswith("knowledge") and verdict.first_step != "tool_use":
        yield PlannedStep("prompt_engineering", "now")
    if values.get("eval_set") != ("yes",) and values.get("prompting") != ("exhausted",):
        yield PlannedStep("measure_first", "now")


def _further(verdict: Verdict, facts: Facts, model: DecisionModel) -> Iterator[PlannedStep]:
    """The rungs above the first step."""
    strained = verdict.gaps["efficiency"] >= 0.5
    match verdict.primary:
        case "knowledge":
            yield from _above_knowledge(verdict, facts)
        case "knowledge+behavior":
            training = PlannedStep("fine_tuning", "next")
            yield PlannedStep("fine_tuning", "later" if is_harmful(training, verdict, facts, model) else "next")
        case "behavior" if verdict.first_step == "fine_tuning":
            yield PlannedStep("distillation" if strained else "right_size", "later")
        case "instruction" | "behavior":
            yield PlannedStep("fine_tuning", "later")
            if strained or task_kind(facts) in STYLE_TASKS or _calls(facts) >= MANY_CALLS:
                yield PlannedStep("distillation", "later")
        case "efficiency" if verdict.first_step == "right_size":
            yield PlannedStep("distillation", "later")
    if strained and verdict.primary != "efficiency":
        yield PlannedStep("right_size", "later")


def _above_knowledge(verdict: Verdict, facts: Facts) -> Iterator[PlannedStep]:
    match verdict.first_step:
        case "full_context":
            yield PlannedStep("rag", "later")
        case "tool_use":
            if "own_documents" in known_values(facts).get("knowledge_kind", ()):
                yield PlannedStep("rag", "next")
        case _:
            yield PlannedStep("fine_tuning", "later")


def _avoid(verdict: Verdict, facts: Facts, wants: tuple[str, ...]) -> Iterator[Lever]:
    primary: Primary = verdict.primary
    if verdict.first_step == "out_of_scope":
        yield from (lever for lever in ("fine_tuning", "rag", "distillation") if lever in wants)
        return
    if primary in ("knowledge", "instruction") or (primary == "none" and "fine_tuning" in wants):
        yield "fine_tuning"
    if primary == "behavior":
        if verdict.first_step == "prompt_engineering":
            yield "fine_tuning"
        yield "rag"
    if primary == "instruction":
        yield "rag"
    if primary == "efficiency" and ("fine_tuning" in wants or "rag" in wants):
        yield from (lever for lever in ("fine_tuning", "rag") if lever in wants)
    if primary != "efficiency" and (verdict.gaps["efficiency"] >= 0.5 or "distillation" in wants):
        yield "distillation"
    if verdict.first_step == "full_context":
        yield "rag"


def _unique(steps: list[PlannedStep]) -> list[PlannedStep]:
    seen: dict[Lever, PlannedStep] = {}
    for step in steps:
        seen.setdefault(step.lever, step)
    return list(seen.values())


def _calls(facts: Facts) -> float:
    fact = facts.get("volume")
    return (fact.number or 0.0) if fact and fact.known else 0.0
