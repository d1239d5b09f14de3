"""Where two levers break even, in months or, where no source prices a side, in the price at which they do. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from agent.judgement.derivation import Derived, Statement, Term, over, own, times
from agent.judgement.outcomes import Lever
from agent.judgement.prices import Band
from agent.judgement.reckoning import MILLION, Reckoning

SOON = 0.1
"""Months below which a break-even is not told apart."""
MONTH_FIGURES = 2
LACKING = {"volume": "how many calls there are a day", "cost": "what a call or a month costs today"}


def break_even(lever: Lever, case: Reckoning) -> Iterator[Statement]:
    """Where a lever breaks even with its rival or with what is spent today; what is not known is said."""
    match lever:
        case "rag":
            if "full_context" in case.levers:
                yield from _against_whole_text(case)
            if "fine_tuning" in case.rivals:
                yield from _against_training(case)
        case "fine_tuning" if not ("rag" in case.levers and lever in case.rivals):
            yield from _paid_back(lever, case)
        case "distillation":
            yield from _paid_back(lever, case)


def _against_whole_text(case: Reckoning) -> Iterator[Statement]:
    tokens, calls = case.text_tokens, case.spent.calls_a_month
    if not tokens or not calls:
        yield Statement(
            "Retrieval against the whole text: open until the size of the text and the number of calls are known."
        )
        return
    sent = times(tokens, calls)
    for band in case.bands("rag", "month"):
        low, high = (over(end, over(sent, MILLION), "USD") for end in (band.low, band.high))
        yield Statement(
            f"Retrieval against the whole text: {band.span} a month / {sent.shown} tokens = {low.shown} to {high.shown} per million tokens. "
            "If your model reads them for less, the whole text is cheaper to run; no source prices the building, so months stay open.",
            band.cites,
            (sent, low, high),
        )
        yield from _documents_today(band, case)


def _documents_today(band: Band, case: Reckoning) -> Iterator[Statement]:
    month = case.spent.a_month
    if month and case.pastes_documents:
        yield Statement(
            f"With the documents in the prompt all your calls cost {month.shown} a month; {band.name} alone is {band.span}.",
            band.cites,
            (month,),
        )


def _against_training(case: Reckoning) -> Iterator[Statement]:
    for database in case.bands("rag", "month"):
        said, cites, workings = _months(database.low, database.high, case)
        yield Statement(
            f"On price alone, training once / {database.span} a month for {database.name}: {said}. The two close different gaps.",
            tuple(dict.fromkeys((*cites, *database.cites))),
            workings,
        )


def _paid_back(lever: Lever, case: Reckoning) -> Iterator[Statement]:
    """After how many months training is paid back by what it saves, or by all that is spent where no source says what it saves."""
    spent = case.spent
    if not spent.a_month:
        lacking = " and ".join(LACKING[name] for name in spent.missing)
        yield Statement(f"Months until training is paid back: open until it is known {lacking}.")
    elif spent.currency != case.prices.currency:
        yield Statement(
            f"Months until training is paid back: open, as the sources count in dollars, you pay {spent.a_month.shown} a month, "
            "and nothing is converted.",
            (),
            (spent.a_month,),
        )
    elif lever == "distillation":
        yield from _distillation_back(case)
    else:
        said, cites, workings = _months(spent.a_month, spent.a_month, case)
        yield Statement(
            f"Fine-tuning, set-up / {spent.a_month.shown} a month, as if calls cost nothing afterwards: {said}. "
            "No source says how much less a call costs, so it takes longer than that.",
            cites,
            workings,
        )


def _distillation_back(case: Reckoning) -> Iterator[Statement]:
    for band, least, most in case.distilled():
        low, high = case.saved(most), case.saved(least)
        said, cites, workings = _months(low, high, case)
        yield Statement(
            f"Distillation, training / {low.shown} to {high.shown} saved a month: {said}. The labels come on top.",
            tuple(dict.fromkeys((*cites, *band.cites))),
            workings,
        )


def _months(least: Term, most: Term, case: Reckoning) -> tuple[str, tuple[str, ...], tuple[Term, ...]]:
    """For each way of training, the months after which sums of `least` to `most` a month come to its set-up.

    Returns:
        what to say, the passages, and the figures worked out.
    """
    said: list[str] = []
    cites: dict[str, None] = {}
    workings: list[Term] = []
    for band in case.bands("fine_tuning", "once"):
        first, last = (_soon(over(*ends, figures=MONTH_FIGURES)) for ends in ((band.low, most), (band.high, least)))
        said.append(f"{band.name} ({band.span}) {_span(first, last)}{' or more' if band.plus else ''}")
        cites |= dict.fromkeys(band.cites)
        workings += (first, last)
    return "; ".join(said), tuple(cites), tuple(workings)


def _span(first: Derived, last: Derived) -> str:
    if last.is_bound:
        return f"under {last.shown} months"
    return f"{'under ' if first.is_bound else ''}{first.shown} to {last.shown} months"


def _soon(months: Derived) -> Derived:
    return replace(months, shown=own(SOON).shown, is_bound=True) if months.value < SOON else months
