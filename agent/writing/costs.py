"""Costs in words: every line checked against its passages and worked out again before it is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from agent.citations import Numbering, Sentence
from agent.facts import Facts
from agent.judgement.derivation import Statement
from agent.judgement.economics import LeverCost
from agent.judgement.spending import TextSize
from agent.reading.quantities import TOKENS_PER, tokens
from agent.reply import CostView

Check = Callable[[Iterable[Statement]], Sequence[Sentence]]
"""Keeps the lines that may be shown."""


def cost_views(
    costs: Sequence[LeverCost], dated: Mapping[str, str], check: Check, numbering: Numbering
) -> tuple[CostView, ...]:
    """Write the costs of some levers.

    Args:
        costs: in the order in which they are shown.
        dated: what each source says of its age.
        check: keeps the lines that may be shown.
        numbering: of the reply; marks are given out in the order of reading: the table row by row, then the formulas, then what breaks even.
    """
    rows = [[check(cell) for cell in (cost.setup, cost.running, cost.time)] for cost in costs]
    cells = [["; ".join(numbering.marked(line) for line in cell) for cell in row] for row in rows]
    formulas = [check(cost.formulas) for cost in costs]
    worked = [tuple(numbering.marked(line) for line in lines) for lines in formulas]
    break_even = _once([check(cost.break_even) for cost in costs])
    paid = [tuple(numbering.marked(line) for line in lines) for lines in break_even]
    views = []
    for at, cost in enumerate(costs):
        shown = [line for cell in rows[at] for line in cell]
        cited = {n for line in (*shown, *formulas[at], *break_even[at]) for n in numbering.numbers(line.cites)}
        views.append(
            CostView(
                lever=cost.lever,
                is_rival=cost.is_rival,
                setup=cells[at][0],
                running=cells[at][1],
                time=cells[at][2],
                formulas=worked[at],
                break_even=paid[at],
                unknown=cost.unknown,
                dated=_ages(shown, dated),
                citations=tuple(sorted(cited)),
            )
        )
    return tuple(views)


def text_size(facts: Facts) -> TextSize | None:
    """How much text the fact `corpus_size` speaks of; None where it holds no number."""
    fact = facts.get("corpus_size")
    if fact is None or fact.number is None:
        return None
    sized = tokens(fact.quote)
    if sized and sized[1].number == fact.number and sized[1].unit:
        each = TOKENS_PER[sized[1].unit]
        if abs(sized[0] - fact.number * each) < 1:
            return TextSize(fact.number, sized[1].unit, each)
        return TextSize(sized[0], "token", 1.0)
    sized = tokens(f"{fact.number:f} {fact.unit or ''}")
    return TextSize(fact.number, sized[1].unit, TOKENS_PER[sized[1].unit]) if sized and sized[1].unit else None


def _once(lines: Sequence[Sequence[Sentence]]) -> list[list[Sentence]]:
    """What two levers have in common is said with the first."""
    said: set[str] = set()
    kept: list[list[Sentence]] = []
    for of_lever in lines:
        kept.append([line for line in of_lever if line.text not in said])
        said |= {line.text for line in of_lever}
    return kept


def _ages(lines: Iterable[Sentence], dated: Mapping[str, str]) -> tuple[str, ...]:
    sources = dict.fromkeys(i.partition("/")[0] for line in lines for i in line.cites)
    return tuple(f"{source}: {dated[source]}" for source in sources)
