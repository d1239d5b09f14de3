"""What a run reached, as text and as data: case by case, then in figures with their intervals."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from evals.runner import Result
from evals.shares import share


def report(results: Sequence[Result]) -> tuple[str, dict[str, Any]]:
    """The report of a run, for people and for programs."""
    lines = [_line(result) for result in results]
    figures = _figures(results)
    lines += ["", *(f"{name}: {value}" for name, value in figures.items())]
    return "\n".join(lines), {"figures": figures, "scenarios": [_data(result) for result in results]}


def _line(result: Result) -> str:
    failed = [f"{c.name}: {c.reason}" for c in result.checks if not c.passed]
    mark = "passed" if result.passed else "FAILED"
    return f"{mark}  {result.scenario.id} ({len(result.asked)} questions)" + "".join(f"\n        {f}" for f in failed)


def _figures(results: Sequence[Result]) -> dict[str, str]:
    asked = sorted(len(result.asked) for result in results)
    return {
        "all checks": share([result.passed for result in results]),
        "right gap": share(_named(results, "primary", "primary")),
        "right first step": share(_named(results, "first step", "first_step")),
        "unwanted levers at now or next": share(
            [
                not c.passed
                for r in results
                for c in r.checks
                if c.name.startswith("no ") and c.name != "no question twice"
            ]
        ),
        "questions": f"median {asked[len(asked) // 2]}, mean {sum(asked) / len(asked):.1f}, most {asked[-1]}",
        "asked": ", ".join(f"{fact} {n}" for fact, n in Counter(f for r in results for f in r.asked).most_common()),
    }


def _named(results: Sequence[Result], name: str, wanted: str) -> list[bool]:
    """Whether a check held, for every scenario that wants it; one without a recommendation does not hold."""
    asked_for = [r for r in results if getattr(r.scenario.expect, wanted)]
    return [any(c.passed for c in r.checks if c.name == name) for r in asked_for]


def _data(result: Result) -> dict[str, Any]:
    return {
        "id": result.scenario.id,
        "passed": result.passed,
        "questions": list(result.asked),
        "checks": [{"name": c.name, "passed": c.passed, "reason": c.reason} for c in result.checks],
        "exchanges": [{"text": e.text, "reply": e.reply} for e in result.exchanges],
    }
