"""Facts that are numbers: which of the numbers in a text counts, weighed with what the heads read of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.facts import Fact
from agent.judgement.tables import decision_model
from agent.reading.money import money, running_cost, without_money
from agent.reading.quantities import DAYS, EXAMPLES, GROUP, Quantity, a_day, interval_days, quantities, tokens
from agent.reading.repair import repaired
from agent.vocabulary import UNKNOWN

COUNTED = 0.95
"""Confidence of a value that follows from a number and its unit."""
SPEAKS_FOR = {"corpus_size": 30.0, "examples": 20.0, "volume": 200.0, "volatility": 5.0}
"""How much likelier a value is where a number in the text amounts to it, by fact."""
UNCOUNTED = 4.0
"""The same for values that no number amounts to: none, unknown."""
ABOUT_A_MILLION = 900_000
"""Calls a day from which people speak of a million."""
IN_QUESTION = 0.002
"""Share of the likeliest value's weight from which another number is in question."""
A_HANDFUL = 4
"""Below this a number beside a greater one counts people, sides or years: no floor of examples is near it."""
MEASURED = ("page", "token", "word", "document", "doc", "pdf", "mb", "gb")
"""Units that are text wherever they are said."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number that may be the fact, and the value that it amounts to."""

    value: str
    number: float | None = None
    unit: str | None = None
    of_group: bool = False
    """Whether it is said of each of several groups and not of all."""


def counted(name: str, text: str, turn: int, *, asked: bool) -> Fact | None:
    """The fact that follows from a number in the text, where it counts what the fact is about; None where none does."""
    found = _in_all(counts(name, text, asked=asked))
    if not found:
        return None
    best = max(found, key=lambda count: count.number or 0.0)
    return Fact(name, (best.value,), text, turn, COUNTED, best.number, best.unit)


def weighed(name: str, text: str, counting: Sequence[str], turn: int, scores: Mapping[str, float]) -> Fact:
    """The answer that the heads and the numbers of a text give together.

    Args:
        name: the fact asked for.
        text: what was said.
        counting: the parts of it whose numbers may count.
        turn: when.
        scores: probability of each value, and of `unknown`.
    """
    found = _in_all([count for part in counting for count in counts(name, part, asked=True)])
    if name == "examples":
        found = [count for count in found if not 1 <= (count.number or 0.0) < A_HANDFUL] or found
    named = {count.value for count in found}
    weights = {value: p * _evidence(name, value, named) for value, p in scores.items()}
    value = max(weights, key=lambda v: weights[v])
    if name == "examples":  # too many is the dear mistake, so of several numbers in question the smallest counts
        likely = [count for count in found if weights[count.value] >= IN_QUESTION * weights[value]]
        value = min(likely, key=lambda count: count.number or 0.0).value if value in named and likely else value
    confidence = round(weights[value] / sum(weights.values()), 3)
    best = next((count for count in reversed(found) if count.value == value), Count(value))
    return Fact(name, (value,), text, turn, confidence, best.number, best.unit)


def _in_all(found: Sequence[Count]) -> Sequence[Count]:
    """The numbers of all, where there are any; else those of each group."""
    return [count for count in found if not count.of_group] or found


def _evidence(name: str, value: str, named: set[str]) -> float:
    if value in named:
        return SPEAKS_FOR[name]
    return UNCOUNTED if value in ("none", UNKNOWN) else 1.0


def counts(name: str, text: str, *, asked: bool) -> tuple[Count, ...]:
    """The numbers that may be the fact, in order; what was taken back is left out.

    Args:
        name: the fact.
        text: what was said.
        asked: whether the fact was asked for, so that a bare number may count.
    """
    said = repaired(text)
    match name:
        case "corpus_size":
            return _sizes(said, asked)
        case "examples":
            return tuple(
                Count(examples_value(q.number), q.number, "examples", q.unit == GROUP)
                for q in quantities(said)
                if counts_for(name, q, asked=asked)
            )
        case "volume":
            rates = [round(a_day(q), 1) for q in quantities(without_money(said)) if counts_for(name, q, asked=asked)]
            return tuple(Count(_volume(rate), rate, "calls a day") for rate in sorted(rates))
        case "volatility":
            days = interval_days(said)
            return (Count(_volatility(days)),) if days is not None and days >= 1 / 24 else ()
    return ()


def counts_for(name: str, quantity: Quantity, *, asked: bool) -> bool:
    """Whether a quantity counts what a fact is about; a bare number does so only in answer to its question."""
    if name == "volume":
        often = asked or quantity.unit != "time"  # "twice a day" said in passing tells how often something else happens
        return (quantity.per_days is not None and often) or (asked and quantity.unit is None)
    if name == "examples":
        something_else = quantity.unit == "time" or quantity.unit in DAYS
        return quantity.per_days is None and (quantity.unit in EXAMPLES or (asked and not something_else))
    return quantity.unit is not None


def priced(fact: Fact, text: str) -> Fact:
    """A fact about cost with the price that the text names beside it: a sum a call, or a month."""
    if fact.name != "cost" or not fact.known:
        return fact
    cost = next((found for amount in money(text) if (found := running_cost(amount))), None)
    return replace(fact, number=cost[0], unit=cost[1]) if cost else fact


def is_numeric(name: str) -> bool:
    """Whether a fact may be a number."""
    return name in SPEAKS_FOR


def values_and_unknown(scores: Mapping[str, float], values: Mapping[str, str]) -> dict[str, float]:
    """The scores of a fact's values and of `unknown`, without those of other classes."""
    return {value: scores[value] for value in (*values, UNKNOWN)}


def _sizes(text: str, asked: bool) -> tuple[Count, ...]:
    sized = tokens(text)
    if not sized or not (asked or sized[1].unit in MEASURED):
        return ()
    value = "small" if sized[0] < decision_model().full_context_tokens else "large"
    return (Count(value, sized[1].number, f"{sized[1].unit}s"),)


def examples_value(number: float) -> str:
    """The value of the fact `examples` that a number of them amounts to."""
    return "none" if number < 1 else "dozens" if number < 100 else "hundreds" if number < 1000 else "thousands"


def _volume(a_day: float) -> str:
    return "low" if a_day < 100_000 else "high" if a_day < ABOUT_A_MILLION else "massive"


def _volatility(days: float) -> str:
    bounds = (("live", 0.2), ("daily", 4), ("weekly", 20), ("monthly", 200))
    return next((value for value, below in bounds if days < below), "rarely")
