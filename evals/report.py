"""What a run reached, as text and as data: case by case, then in figures with their intervals, by group, by author and against rivals."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from evals.breakdown import markdown, tables
from evals.conduct import followed_up, questions, reasked, reprompted
from evals.confusion import confusion, confusion_table
from evals.given import Given, given, graded
from evals.runner import Result
from evals.shares import share
from evals.sureness import claims, sureness


def report(
    results: Sequence[Result], rivals: Mapping[str, Sequence[Given]] | None = None
) -> tuple[str, dict[str, Any]]:
    """The report of a run, for people and for programs.

    Args:
        results: what each scenario reached.
        rivals: what others gave on the same scenarios, by name; they may leave scenarios out.
    """
    givens = [given(result) for result in results]
    broken_down = tables(givens, rivals or {})
    figures = _figures(results, givens)
    data = {
        "figures": figures,
        **{name: [dict(row) for row in rows] for name, rows in broken_down.items()},
        "confusion": [{"expected": e, "given": g, "n": n} for (e, g), n in sorted(confusion(givens).items())],
        "scenarios": [_data(result) for result in results],
    }
    lines = [_line(result) for result in results]
    lines += ["", *(f"{name}: {value}" for name, value in figures.items())]
    for rows in broken_down.values():
        lines += ["", *markdown(rows)] if rows else []
    lines += ["", *confusion_table(confusion(givens))]
    return "\n".join(lines), data


def _line(result: Result) -> str:
    failed = [f"{c.name}: {c.reason}" for c in result.checks if not c.passed]
    mark = "passed" if result.passed else "FAILED"
    return f"{mark}  {result.scenario.id} ({len(result.asked)} questions)" + "".join(f"\n        {f}" for f in failed)


def _figures(results: Sequence[Result], givens: Sequence[Given]) -> dict[str, str]:
    advised = [g for g in givens if g.primary]
    pulled = [lever in g.harmful for g in advised for lever in g.pulled]
    return {
        "all checks": share([result.passed for result in results]),
        "right gap": share(graded(g.right_gap for g in givens)),
        "right first step": share(graded(g.right_step for g in givens)),
        "unwanted levers at now or next": share(
            [
                not c.passed
                for r in results
                for c in r.checks
                if c.name.startswith("no ") and c.name != "no question twice"
            ]
        ),
        "people given a harmful lever": share([bool(g.harmful) for g in advised]),
        "harmful among the levers at now or next": share(pulled),
        "questions": questions([len(result.asked) for result in results]),
        "asked": ", ".join(f"{fact} {n}" for fact, n in Counter(f for r in results for f in r.asked).most_common()),
        "questions about what was already known": share([again for r in results for again in reasked(r)]),
        "… of them on what was only half said": share([half for r in results for half in followed_up(r)]),
        "answers after which the same question stayed open": share([again for r in results for again in reprompted(r)]),
        "calibration of the settled primary": _calibration(results),
    }


def _calibration(results: Sequence[Result]) -> str:
    measured = sureness(claims(results))
    if measured is None:
        return "nothing was settled"
    return (
        f"Brier {measured.brier:.3f}, ECE {measured.error:.3f}, less its floor of {measured.floor:.3f} at n = {measured.n}: "
        f"{measured.error - measured.floor:+.3f}"
    )


def _data(result: Result) -> dict[str, Any]:
    return {
        "id": result.scenario.id,
        "group": result.scenario.group,
        "author": result.scenario.author,
        "passed": result.passed,
        "questions": list(result.asked),
        "checks": [{"name": c.name, "passed": c.passed, "reason": c.reason} for c in result.checks],
        "exchanges": [{"text": e.text, "reply": e.reply} for e in result.exchanges],
    }
