"""What someone was told in the end, by the advisor or by a rival, and whether it was right and did no harm."""

from collections.abc import Iterable
from dataclasses import dataclass

from evals.checks import HARMFUL_TIMES
from evals.runner import Result
from evals.scenario import Scenario

WEIGHTS = frozenset({"fine_tuning", "distillation"})
RETRIEVAL = "rag"
NONE_GIVEN = "no recommendation"


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict on one person; nothing in it where no recommendation came."""

    scenario: Scenario
    primary: str | None
    first_step: str | None
    pulled: tuple[str, ...]
    """Levers at now or next, each once."""
    asked: int
    """Number of questions before it."""

    @property
    def right_gap(self) -> bool | None:
        """Whether the primary gap is the expected one; None where the scenario expects none."""
        wanted = self.scenario.expect.primary
        return None if wanted is None else self.primary == wanted

    @property
    def right_step(self) -> bool | None:
        """Whether the first step is the expected one; None where the scenario expects none."""
        wanted = self.scenario.expect.first_step
        return None if wanted is None else self.first_step == wanted

    @property
    def harmful(self) -> tuple[str, ...]:
        """The levers at now or next that do this person harm.

        What does harm stands in the scenario: weights that must not stand there, and retrieval that must not where no
        knowledge is missing. Any other lever that must not stand there is a detour and no harm.
        """
        unwanted = set(self.scenario.expect.not_lever)
        lacking = "knowledge" in (self.scenario.expect.primary or "")
        harm = WEIGHTS if lacking else WEIGHTS | {RETRIEVAL}
        return tuple(lever for lever in self.pulled if lever in unwanted & harm)

    @property
    def pair(self) -> str:
        """Primary and first step as one label."""
        return f"{self.primary}/{self.first_step}" if self.primary else NONE_GIVEN


def given(result: Result) -> Given:
    """What a conversation ended with."""
    asked = len(result.asked)
    advice = result.advice
    if advice is None:
        return Given(result.scenario, None, None, (), asked)
    recommendation = advice["recommendation"]
    pulled = dict.fromkeys(step["lever"] for step in recommendation["plan"] if step["when"] in HARMFUL_TIMES)
    return Given(result.scenario, advice["diagnosis"]["primary"], recommendation["first_step"], tuple(pulled), asked)


def graded(marks: Iterable[bool | None]) -> list[bool]:
    """Those that could be graded because the scenario expects something."""
    return [mark for mark in marks if mark is not None]
