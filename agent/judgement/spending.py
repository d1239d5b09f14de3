"""The user's own numbers, ready to be reckoned with: calls, what they cost, pairs, text. Unknown stays unknown. Pure."""

import re
from dataclasses import dataclass

from agent.facts import Facts
from agent.judgement.derivation import Derived, Given, Term, over, own, times

PRICED = re.compile(r"(?:([A-Z]{3}) )?a (call|month)")
"""The unit of the fact `cost` where a number was said; without a code where the user named no currency."""
ASSUMED = "USD"


@dataclass(frozen=True, slots=True)
class TextSize:
    """How much text there is, as the user counts it."""

    number: float
    unit: str
    """In the singular: page, word, token, …"""
    tokens_each: float
    """Rough tokens in one of them."""

    @property
    def tokens(self) -> float:
        """Tokens of the whole text."""
        return self.number * self.tokens_each


@dataclass(frozen=True, slots=True)
class Spending:
    """What the user's numbers say; None where nobody has said it."""

    calls_a_day: Given | None
    calls_a_month: Derived | None
    a_call: Term | None
    a_month: Term | None
    currency: str
    """ISO code of the price."""
    is_named: bool
    """Whether the user named it; else it is taken to be that of the sources."""
    pairs: Given | None
    text: TextSize | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts whose numbers the spending of a month lacks."""
        if self.a_month:
            return ()
        return tuple(name for name, known in (("volume", self.calls_a_day), ("cost", self.a_call)) if not known)


def spending(facts: Facts, days_a_month: float, text: TextSize | None = None) -> Spending:
    """Reckon with the numbers of the facts `volume`, `cost` and `examples`; `text` is the whole text where its size is known."""
    volume, cost, pairs = (_number(facts, name) for name in ("volume", "cost", "examples"))
    calls_a_day = own(volume) if volume else None
    calls = times(calls_a_day, own(days_a_month)) if calls_a_day else None
    priced = PRICED.fullmatch(facts["cost"].unit or "") if cost else None
    currency = (priced[1] if priced else None) or ASSUMED
    a_call: Term | None = own(cost, currency) if cost and priced and priced[2] == "call" else None
    a_month: Term | None = own(cost, currency) if cost and priced and priced[2] == "month" else None
    if calls:
        a_call, a_month = (
            over(a_month, calls, currency) if a_month else a_call,
            times(calls, a_call, currency) if a_call else a_month,
        )
    return Spending(
        calls_a_day=calls_a_day,
        calls_a_month=calls,
        a_call=a_call,
        a_month=a_month,
        currency=currency,
        is_named=bool(priced and priced[1]),
        pairs=own(pairs) if pairs else None,
        text=text if text and text.number > 0 else None,
    )


def _number(facts: Facts, name: str) -> float | None:
    fact = facts.get(name)
    return fact.number if fact and fact.known and fact.number and fact.number > 0 else None
