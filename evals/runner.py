"""Runs a scenario against the advisor: a deterministic user who answers what is asked, by fact, in free text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent import DONT_KNOW, Advisor
from evals.checks import Check, check
from evals.scenario import Scenario

MOST_TURNS = 14
GO_ON = "Please go on."


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said and what came back."""

    text: str
    reply: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a scenario reached."""

    scenario: Scenario
    exchanges: tuple[Exchange, ...]
    checks: tuple[Check, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether every check holds; one that could not be graded does not."""
        return bool(self.checks) and all(c.passed for c in self.checks)

    @property
    def advice(self) -> dict[str, Any] | None:
        """The last reply that recommends; None where none does."""
        return next((e.reply for e in reversed(self.exchanges) if e.reply["recommendation"]), None)

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts that were asked for before the recommendation, in order."""
        kinds = [e.reply["kind"] for e in self.exchanges]
        first = kinds.index("recommendation") if "recommendation" in kinds else len(kinds)
        return tuple(e.reply["question"]["fact"] for e in self.exchanges[:first] if e.reply["kind"] == "question")


def run_all(advisor: Advisor, scenarios: Sequence[Scenario]) -> tuple[Result, ...]:
    """Run scenarios one after the other, each in a conversation of its own."""
    return tuple(run(advisor, scenario) for scenario in scenarios)


def run(advisor: Advisor, scenario: Scenario, answer: Callable[[dict[str, Any]], str] | None = None) -> Result:
    """Talk until the first recommendation, or to the end of the script.

    Args:
        advisor: who asks.
        scenario: who answers.
        answer: what is said to a question (as the reply has it); without it, what the scenario says by fact.
    """
    answer = answer or (lambda question: scenario.user.answers.get(question["fact"], DONT_KNOW))
    conversation = advisor.start()
    exchanges: list[Exchange] = []
    script = list(scenario.user.script) or [scenario.user.opening or ""]
    while script and len(exchanges) < MOST_TURNS:
        text = script.pop(0)
        reply = advisor.reply(conversation, text)
        exchanges.append(Exchange(text, reply))
        if scenario.user.script or reply["kind"] == "recommendation":
            continue
        question = reply["question"]
        script = [answer(question) if question else GO_ON]
    result = Result(scenario, tuple(exchanges))
    return Result(scenario, result.exchanges, check(scenario.expect, [e.reply for e in exchanges]))
