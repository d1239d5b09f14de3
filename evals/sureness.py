"""Whether stated probabilities can be believed: Brier score, and calibration error beside what chance alone makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.runner import Result

BINS = 10
DRAWS, SEED = 4000, 7


@dataclass(frozen=True, slots=True)
class Claim:
    """A probability that was stated for a verdict, and whether the verdict was right."""

    probability: float
    right: bool


@dataclass(frozen=True, slots=True)
class Sureness:
    """How far claims can be believed."""

    n: int
    brier: float
    """Mean squared distance of probability and truth, 0 to 1."""
    error: float
    """Expected calibration error over ten bins of equal width, 0 to 1."""
    floor: float
    """The same error that claims of these probabilities show on average where every one of them is true, 0 to 1."""


def claims(results: Sequence[Result]) -> tuple[Claim, ...]:
    """The settled verdicts on people of whom the primary gap is expected."""
    found = []
    for result in results:
        advice, wanted = result.advice, result.scenario.expect.primary
        if advice and wanted and advice["diagnosis"]["settled"]:
            diagnosis = advice["diagnosis"]
            found.append(Claim(stated(diagnosis["primary"], diagnosis["gaps"]), diagnosis["primary"] == wanted))
    return tuple(found)


def stated(primary: str, gaps: dict[str, float]) -> float:
    """The probability that a diagnosis states for its primary.

    That of the gap that was named; of two, the smaller; of none, that even the likeliest is not there.
    """
    if primary == "none":
        return 1.0 - max(gaps.values())
    return min(gaps[name] for name in primary.split("+"))


def sureness(stated_claims: Sequence[Claim]) -> Sureness | None:
    """Measure the claims; None where there are none."""
    if not stated_claims:
        return None
    probabilities = np.array([claim.probability for claim in stated_claims])
    truth = np.array([claim.right for claim in stated_claims], dtype=np.float64)
    drawn = np.random.default_rng(SEED).random((DRAWS, len(probabilities))) < probabilities
    return Sureness(
        n=len(probabilities),
        brier=float(np.mean((probabilities - truth) ** 2)),
        error=float(_errors(probabilities, truth[None, :])[0]),
        floor=float(_errors(probabilities, drawn.astype(np.float64)).mean()),
    )


def _errors(probabilities: NDArray[np.float64], truths: NDArray[np.float64]) -> NDArray[np.float64]:
    """The calibration error of each row of truths, shape (T, N) to (T,)."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    member = (bins[:, None] == np.arange(BINS)).astype(np.float64)
    errors: NDArray[np.float64] = np.abs((truths - probabilities) @ member).sum(axis=1) / len(probabilities)
    return errors
