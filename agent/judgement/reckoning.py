"""What the levers of one plan come to with one user's own numbers, formula by formula. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.judgement.derivation import Derived, Given, Statement, Term, less, over, own, times
from agent.judgement.outcomes import Lever
from agent.judgement.prices import Band, Per, Prices
from agent.judgement.spending import Spending

MILLION = Given(1e6, "1 million", "own")


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What is reckoned with: the levers, the table and the user's numbers."""

    planned: tuple[Lever, ...]
    rivals: tuple[Lever, ...]
    pastes_documents: bool
    """Whether the documents are in the prompt today, so that a call's price holds them."""
    prices: Prices
    spent: Spending

    @property
    def levers(self) -> tuple[Lever, ...]:
        """The plan's and their rivals."""
        return (*self.planned, *self.rivals)

    @property
    def calls(self) -> str:
        """The calls of a month in words, where their number is known."""
        calls = self.spent.calls_a_day
        return f"{calls.shown} calls a day x {own(self.prices.units['days_a_month']).shown} days" if calls else ""

    @property
    def text_tokens(self) -> Term | None:
        """Tokens of the whole text."""
        size = self.spent.text
        if size is None:
            return None
        return own(size.number) if size.tokens_each == 1 else times(own(size.number), own(size.tokens_each))

    def bands(self, lever: Lever, per: Per) -> tuple[Band, ...]:
        """The bands of a lever whose figures are of one kind."""
        return self.prices.levers[lever].per(per)

    def distilled(self) -> Iterator[tuple[Band, Derived, Derived]]:
        """Each band of how much cheaper a small model is, with what is left of a month's spending, least and most."""
        spent = self.spent.a_month
        if spent is None:
            return
        for band in self.bands("distillation", "times cheaper"):
            yield band, over(spent, band.high, self.spent.currency), over(spent, band.low, self.spent.currency)

    def saved(self, left: Derived) -> Derived:
        """What a month's spending falls by where so much of it is left."""
        return less(left.left, left, self.spent.currency)


def formulas(lever: Lever, case: Reckoning) -> Iterator[Statement]:
    """What is known of a lever's cost with the user's numbers; of the plan's first, also what is spent today."""
    if lever == case.planned[0]:
        yield from _today(case)
    match lever:
        case "full_context":
            yield from _whole_text(case)
        case "rag":
            yield from _database(case)
        case "fine_tuning":
            yield from _training_tokens(case)
        case "distillation":
            yield from _distillation(case)
            yield from _labels(case)
        case "right_size" if "distillation" not in case.levers:
            yield from _smaller_model(case)


def _today(case: Reckoning) -> Iterator[Statement]:
    spent = case.spent
    taken = "" if spent.is_named else " No currency was named; dollars are taken."
    call, month = spent.a_call, spent.a_month
    if isinstance(month, Derived) and call:
        yield Statement(f"Today: {case.calls} x {call.shown} a call = {month.shown} a month.{taken}", (), (month,))
    elif isinstance(call, Derived) and month:
        yield Statement(f"Today: {month.shown} a month / ({case.calls}) = {call.shown} a call.{taken}", (), (call,))
    elif said := month or call:
        yield Statement(f"Today: {said.shown} a {'month' if month else 'call'}, as you say.{taken}", (), (said,))


def _whole_text(case: Reckoning) -> Iterator[Statement]:
    size, tokens, calls = case.spent.text, case.text_tokens, case.spent.calls_a_month
    if not size or not tokens:
        return
    rough = ""
    if isinstance(tokens, Derived):
        rough = f"{tokens.left.shown} x a rough {tokens.right.shown} tokens a {size.unit} = "
    if calls:
        sent = times(tokens, calls)
        yield Statement(
            f"The whole text: {rough}{tokens.shown} tokens a call; x {case.calls} = {sent.shown} tokens a month, before caching.",
            (),
            (sent,),
        )
    else:
        yield Statement(f"The whole text: {rough}{tokens.shown} tokens a call.", (), (tokens,))


def _database(case: Reckoning) -> Iterator[Statement]:
    calls = case.spent.calls_a_month
    if calls is None:
        return
    for band in case.bands("rag", "month"):
        low, high = over(band.low, calls, "USD"), over(band.high, calls, "USD")
        yield Statement(
            f"Retrieval: {band.span} a month for {band.name} / ({case.calls}) = {low.shown} to {high.shown} a call.",
            band.cites,
            (low, high),
        )


def _training_tokens(case: Reckoning) -> Iterator[Statement]:
    """No source says how long a pair is, so the price is told for a yardstick of length."""
    pairs, length = case.spent.pairs, own(case.prices.units["tokens_of_a_pair"])
    if pairs is None:
        return
    tokens = times(pairs, length)
    for band in case.bands("fine_tuning", "million tokens"):
        low, high = (times(end, over(tokens, MILLION), "USD") for end in (band.low, band.high))
        yield Statement(
            f"Fine-tuning {band.name}: {band.span} per million training tokens x {tokens.shown} tokens of your {pairs.shown} pairs "
            f"= {low.shown} to {high.shown} a pass, for every {length.shown} tokens that a pair is long.",
            band.cites,
            (tokens, low, high),
        )


def _distillation(case: Reckoning) -> Iterator[Statement]:
    for band, least, most in case.distilled():
        saved = case.saved(most), case.saved(least)
        yield Statement(
            f"Distillation: {most.left.shown} a month / {band.low.shown} to {band.high.shown} = {least.shown} to {most.shown} a month, "
            f"{saved[0].shown} to {saved[1].shown} less than today.",
            band.cites,
            saved,
        )


def _labels(case: Reckoning) -> Iterator[Statement]:
    call, labels = case.spent.a_call, own(case.prices.units["labels"])
    if call:
        price = times(labels, call, case.spent.currency)
        yield Statement(
            f"Labels made by the model of today: {call.shown} x {labels.shown} = {price.shown} for every {labels.shown}.",
            case.prices.levers["distillation"].setup[0].cites,
            (price,),
        )


def _smaller_model(case: Reckoning) -> Iterator[Statement]:
    for band, least, most in case.distilled():
        yield Statement(
            f"A smaller model as it is: no source says what it saves. A distilled one is put at {band.low.shown}-{band.high.shown}x cheaper, "
            f"which would make {most.left.shown} a month {least.shown} to {most.shown}.",
            band.cites,
            (least, most),
        )
