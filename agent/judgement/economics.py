"""What each lever of a plan costs and how long it takes: the sources' bands, the user's own numbers, and where two levers break even. Pure."""

from dataclasses import dataclass

from agent.facts import Facts, known_values
from agent.judgement.break_even import break_even
from agent.judgement.derivation import Statement
from agent.judgement.outcomes import Lever
from agent.judgement.plan import Plan
from agent.judgement.prices import Band, Prices
from agent.judgement.reckoning import MILLION, Reckoning, formulas
from agent.judgement.spending import Spending, TextSize, spending

MOST_RIVALS = 2


@dataclass(frozen=True, slots=True)
class LeverCost:
    """What one lever costs and how long it takes."""

    lever: Lever
    is_rival: bool
    """Whether it is no step of the plan, but what the plan is weighed against."""
    setup: tuple[Statement, ...]
    running: tuple[Statement, ...]
    """A month or a call."""
    time: tuple[Statement, ...]
    formulas: tuple[Statement, ...]
    """The same with the user's own numbers."""
    break_even: tuple[Statement, ...]
    unknown: tuple[str, ...]
    """The facts whose numbers would bring a closer figure."""


def economics(plan: Plan, facts: Facts, prices: Prices, text: TextSize | None = None) -> tuple[LeverCost, ...]:
    """The costs of the levers of a plan, in its order, and of at most two rivals; empty where nothing is to be done.

    Args:
        plan: the steps, and what to leave alone.
        facts: what the user said; numbers are taken from `volume` (calls a day), `cost` ("USD a call", "EUR a month") and `examples` (pairs).
        prices: what the sources say.
        text: the size of the whole text, where it is known.
    """
    planned = tuple(step.lever for step in plan.steps)
    if not planned or "out_of_scope" in planned:
        return ()
    case = Reckoning(
        planned=planned,
        rivals=_rivals(plan, facts, prices),
        pastes_documents="pasted_documents" in known_values(facts).get("stack", ()),
        prices=prices,
        spent=spending(facts, prices.units["days_a_month"], text),
    )
    return tuple(_cost(lever, case) for lever in case.levers)


def own_numbers(facts: Facts, prices: Prices, text: TextSize | None) -> frozenset[float]:
    """The numbers that a formula may start from without a passage: the user's, and the units of reckoning."""
    said = {fact.number for fact in facts.values() if fact.number is not None}
    return frozenset({*said, *prices.units.values(), MILLION.value, *((text.number, text.tokens_each) if text else ())})


def _rivals(plan: Plan, facts: Facts, prices: Prices) -> tuple[Lever, ...]:
    """What the user might do instead: what they are told to leave alone, then the usual rival of the first step."""
    planned = {step.lever for step in plan.steps}
    likely = list(plan.avoid)
    usual = prices.rivals.get(plan.steps[0].lever)
    too_much_text = known_values(facts).get("corpus_size") == ("large",)
    if usual and not (usual == "full_context" and too_much_text):
        likely.append(usual)
    priced = (lever for lever in dict.fromkeys(likely) if lever not in planned and lever in prices.rivals)
    return tuple(priced)[:MOST_RIVALS]


def _cost(lever: Lever, case: Reckoning) -> LeverCost:
    entry = case.prices.levers.get(lever)
    return LeverCost(
        lever=lever,
        is_rival=lever in case.rivals,
        setup=_stated(entry.setup if entry else ()),
        running=_stated(entry.running if entry else ()),
        time=_stated(entry.time if entry else ()),
        formulas=tuple(formulas(lever, case)),
        break_even=tuple(break_even(lever, case)),
        unknown=_unknown(lever, case.spent),
    )


def _unknown(lever: Lever, spent: Spending) -> tuple[str, ...]:
    volume = () if spent.calls_a_day else ("volume",)
    match lever:
        case "fine_tuning":
            return (*(() if spent.pairs else ("examples",)), *spent.missing)
        case "full_context":
            return (*(() if spent.text else ("corpus_size",)), *volume)
        case "rag":
            return volume
        case "prompt_engineering" | "distillation" | "right_size":
            return spent.missing
        case _:
            return ()


def _stated(bands: tuple[Band, ...]) -> tuple[Statement, ...]:
    return tuple(Statement(band.text, band.cites) for band in bands)
