"""The shares of right verdicts by group of people, by author, and beside rivals, as rows of a table."""

from collections.abc import Iterator, Mapping, Sequence

from evals.conduct import questions
from evals.given import Given, graded
from evals.pairs import Difference, difference
from evals.shares import cell

GROUPS = ("working_rag_drift", "too_few_examples", "vague", "it_works")
"""Kinds of people that are easily got wrong, reported apart."""
OURS = "the advisor"
GAP, STEP = "gap: advisor alone right, rival alone, p", "first step: advisor alone right, rival alone, p"

Row = Mapping[str, str]


def tables(givens: Sequence[Given], rivals: Mapping[str, Sequence[Given]]) -> dict[str, list[Row]]:
    """Rows by group, by author where there are several, and by rival; a table without rows is not called for."""
    authors = sorted({g.scenario.author for g in givens} - {""})
    by_group = {name: [g for g in givens if g.scenario.group == name] for name in GROUPS}
    return {
        "groups": [_row("group", name, members) for name, members in by_group.items() if members],
        "authors": [
            _row("author", name, [g for g in givens if g.scenario.author == name])
            for name in authors
            if len(authors) > 1
        ],
        "rivals": list(_against(givens, rivals)) if rivals else [],
    }


def markdown(rows: Sequence[Row]) -> Iterator[str]:
    """Rows of the same columns as a Markdown table."""
    yield f"| {' | '.join(rows[0])} |"
    yield f"|{' --- |' * len(rows[0])}"
    for row in rows:
        yield f"| {' | '.join(row.values())} |"


def _row(kind: str, name: str, givens: Sequence[Given]) -> dict[str, str]:
    return {
        kind: name,
        "people": str(len(givens)),
        "right gap": cell(graded(g.right_gap for g in givens)),
        "right first step": cell(graded(g.right_step for g in givens)),
        "given a harmful lever": cell([bool(g.harmful) for g in givens if g.primary]),
    }


def _against(givens: Sequence[Given], rivals: Mapping[str, Sequence[Given]]) -> Iterator[Row]:
    """The advisor and each rival on the people that the rivals judged (share, 95% interval), and what chance says to the difference."""
    ours = {g.scenario.id: g for g in givens}
    judged = {g.scenario.id for theirs in rivals.values() for g in theirs}
    mine = [g for g in givens if g.scenario.id in judged]
    yield {**_row("who", OURS, mine), "questions": questions([g.asked for g in mine]), GAP: "", STEP: ""}
    for name, theirs in rivals.items():
        mine = [ours[g.scenario.id] for g in theirs]
        gaps = difference(graded(g.right_gap for g in mine), graded(g.right_gap for g in theirs))
        steps = difference(graded(g.right_step for g in mine), graded(g.right_step for g in theirs))
        asked = questions([g.asked for g in theirs])
        yield {**_row("who", name, theirs), "questions": asked, GAP: _told(gaps), STEP: _told(steps)}


def _told(found: Difference) -> str:
    return f"{found.won}, {found.lost}, {found.p:.2g}"
