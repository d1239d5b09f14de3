"""What the levers cost: the sources' bands, the user's own numbers, and nothing that neither says."""

import re
from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.citations import Sentence, faults, figures
from agent.facts import Fact, Facts
from agent.judgement.derivation import Derived, Given, Statement, exact, own, parts, read, reads_right, rounded, times
from agent.judgement.economics import LeverCost, economics, own_numbers
from agent.judgement.outcomes import Lever
from agent.judgement.plan import Plan, PlannedStep
from agent.judgement.prices import PARTS, build_prices, prices
from agent.judgement.spending import TextSize
from agent.judgement.tables import decision_model
from agent.judgement.verdict import judge
from agent.writing.compose import Case, write
from agent.writing.costs import text_size
from agent.writing.markdown import document
from knowledge import Library, Passage, load_corpus

steady = settings(deadline=None, max_examples=100, derandomize=True, database=None)
TABLE = prices()
PASSAGES: dict[str, Passage] = dict(load_corpus().by_id)
LEVERS = tuple(TABLE.levers)
BANDS = [(lever, part, band) for lever, entry in TABLE.levers.items() for part in PARTS for band in entry.part(part)]


def plan(*levers: Lever, avoid: tuple[Lever, ...] = ()) -> Plan:
    return Plan(tuple(PlannedStep(lever, "now") for lever in levers), avoid)


def said(name: str, number: float, unit: str, value: str = "low") -> dict[str, Fact]:
    return {name: Fact(name, (value,), f"{number} {unit}", 1, 0.95, number, unit)}


def costs(plan: Plan, facts: Facts, text: TextSize | None = None) -> dict[Lever, LeverCost]:
    return {cost.lever: cost for cost in economics(plan, facts, TABLE, text)}


def lines(cost: LeverCost) -> tuple[Statement, ...]:
    return (*cost.setup, *cost.running, *cost.time, *cost.formulas, *cost.break_even)


def told(statements: Iterable[Statement]) -> str:
    return " ".join(statement.text for statement in statements)


CALLS = said("volume", 10_000, "calls a day")
HALF_A_CENT = said("cost", 0.005, "USD a call", "too_high")
PAIRS = said("examples", 800, "examples", "hundreds")
PAGES = TextSize(60, "page", 500)
NUMBERS = {**CALLS, **HALF_A_CENT, **PAIRS}


# --- the table


@pytest.mark.parametrize(("lever", "part", "band"), BANDS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_band_says_no_figure_that_its_passages_do_not(lever: str, part: str, band: object) -> None:
    (found,) = [b for name, p, b in BANDS if b is band]
    assert faults(Sentence(found.text, found.cites), PASSAGES) == []


def test_every_source_is_dated_as_the_library_dates_it() -> None:
    notes = {source.id: source.date_note for source in load_corpus().sources}
    assert set(TABLE.dated) == set(notes)
    assert [i for i, age in TABLE.dated.items() if not notes[i].startswith(age)] == []


def test_every_sum_of_the_sources_is_in_the_table() -> None:
    told_of = {f for p in PASSAGES.values() for f in re.findall(r"\$\d[\d,]*K?", p.text)}
    in_table = {f.replace(",", "") for _, _, band in BANDS for f in re.findall(r"\$\d[\d,]*K?", band.text)}
    assert {f.replace(",", "") for f in told_of} == in_table


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("  distillation:\n    setup", "  magic:\n    setup", "magic is no lever"),
        ("rag: full_context", "rag: everything", "everything is no lever"),
        ("cites: [acme-tutorial/fine-tuning-training-takes-hours-to-days]", "cites: []", "no passage"),
        ("acme-tutorial: undated", "another: undated", "no dated source"),
        ("$50 to $500 for", "$500 to $50 for", "the lower first"),
        ("$50 to $500 for", "some money for", "two figures"),
        ("per: month, ", "", "go together"),
        ("per: month,", "per: moon,", "moon is not known"),
    ],
)
def test_a_table_with_a_fault_is_refused(was: str, becomes: str, fault: str) -> None:
    text = (files("agent.judgement") / "prices.yaml").read_text(encoding="utf-8")
    assert was in text
    with pytest.raises(ValueError, match=fault):
        build_prices(text.replace(was, becomes))


# --- which levers


def test_nothing_costs_anything_where_nothing_is_to_be_done() -> None:
    assert economics(plan("out_of_scope"), NUMBERS, TABLE) == ()


def test_the_plan_comes_first_and_then_two_rivals_at_most() -> None:
    found = economics(plan("rag", "prompt_engineering", avoid=("fine_tuning", "distillation")), {}, TABLE)
    assert [(c.lever, c.is_rival) for c in found] == [
        ("rag", False), ("prompt_engineering", False), ("fine_tuning", True), ("distillation", True)
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "stands"), [("small", True), ("large", False), ("unknown", True)])
def test_the_whole_text_is_a_rival_of_retrieval_unless_it_is_too_long(size: str, stands: bool) -> None:
    found = costs(plan("rag"), {"corpus_size": Fact("corpus_size", (size,), "", 1, 0.9)})
    assert ("full_context" in found) == stands


def test_bands_of_all_sources_stand_side_by_side() -> None:
    setup = costs(plan("fine_tuning"), {})["fine_tuning"].setup
    shown = told(setup)
    for sum_of_money in ("$10 to $1,000", "$200 to $2,000", "$15 to $100 per million", "$5K to $100K+", "rated high"):
        assert sum_of_money in shown
    assert all(statement.cites for statement in setup)


# --- the user's own numbers


def test_a_price_a_call_gives_the_spending_of_a_month() -> None:
    shown = told(costs(plan("prompt_engineering"), NUMBERS)["prompt_engineering"].formulas)
    assert shown == "Today: 10,000 calls a day x 30.4 days x $0.005 a call = $1,520 a month."


def test_a_price_a_month_gives_that_of_a_call() -> None:
    facts = {**said("volume", 500, "calls a day"), **said("cost", 1520, "GBP a month")}
    shown = told(costs(plan("prompt_engineering"), facts)["prompt_engineering"].formulas)
    assert "1,520 GBP a month / (500 calls a day x 30.4 days) = 0.10 GBP a call" in shown


def test_a_price_without_a_currency_is_taken_for_dollars_and_that_is_said() -> None:
    named = told(costs(plan("distillation"), NUMBERS)["distillation"].formulas)
    bare = told(costs(plan("distillation"), {**CALLS, **said("cost", 0.005, "a call")})["distillation"].formulas)
    assert "dollars are taken" in bare
    assert bare.replace(" No currency was named; dollars are taken.", "") == named


def test_a_distilled_model_saves_what_the_source_says_of_todays_bill() -> None:
    shown = told(costs(plan("distillation"), NUMBERS)["distillation"].formulas)
    assert "$1,520 a month / 10 to 100 = $15.20 to $152 a month, $1,370 to $1,500 less than today" in shown
    assert "$0.005 x 1,000 = $5 for every 1,000" in shown


def test_a_smaller_model_is_told_apart_from_a_distilled_one() -> None:
    alone = told(costs(plan("right_size"), NUMBERS)["right_size"].formulas)
    assert "no source says" not in alone, "distillation stands beside it and says it"
    within = told(costs(plan("right_size", avoid=("rag", "fine_tuning")), NUMBERS)["right_size"].formulas)
    assert "no source says what it saves" in within


def test_training_a_closed_model_is_told_for_the_users_pairs_whatever_their_length() -> None:
    found = costs(plan("fine_tuning"), NUMBERS)["fine_tuning"]
    assert "80,000 tokens of your 800 pairs = $1.20 to $8 a pass, for every 100 tokens" in told(found.formulas)


def test_the_whole_text_is_counted_in_tokens_and_not_in_money() -> None:
    shown = told(costs(plan("full_context"), CALLS, PAGES)["full_context"].formulas)
    assert "60 x a rough 500 tokens a page = 30,000 tokens a call" in shown
    assert "= 9.12 billion tokens a month" in shown
    assert "$" not in shown.partition("The whole text")[2]


@pytest.mark.parametrize(
    ("lever", "facts", "text", "missing"),
    [
        ("fine_tuning", {}, None, ("examples", "volume", "cost")),
        ("fine_tuning", NUMBERS, None, ()),
        ("distillation", CALLS, None, ("cost",)),
        ("distillation", HALF_A_CENT, None, ("volume",)),
        ("distillation", said("cost", 900, "USD a month"), None, ()),
        ("rag", {}, None, ("volume",)),
        ("full_context", {}, None, ("corpus_size", "volume")),
        ("full_context", CALLS, PAGES, ()),
        ("distillation", {**CALLS, **said("cost", 3, "something odd")}, None, ("cost",)),
    ],
)
def test_the_numbers_that_are_missing_are_named(
    lever: Lever, facts: Facts, text: TextSize | None, missing: tuple[str, ...]
) -> None:
    assert costs(plan(lever), facts, text)[lever].unknown == missing


def test_a_word_is_no_number_to_reckon_with() -> None:
    words = {name: Fact(name, ("low",), "", 1, 0.99) for name in ("volume", "cost", "examples")}
    for cost in economics(plan("fine_tuning", "rag", "distillation"), words, TABLE):
        assert cost.formulas == ()


# --- break-even


def months(text: str, name: str) -> tuple[float, float]:
    match = re.search(rf"{name} \([^)]*\) (?:under )?([\d.,]+) to ([\d.,]+) months", text)
    assert match, text
    return float(match[1].replace(",", "")), float(match[2].replace(",", ""))


def test_distillation_is_paid_back_by_what_it_saves() -> None:
    shown = told(costs(plan("distillation"), NUMBERS)["distillation"].break_even)
    low, high = months(shown, "an open 7B model")
    assert low == pytest.approx(200 / (1520 * 0.99), rel=0.05)
    assert high == pytest.approx(2000 / (1520 * 0.9), rel=0.05)
    assert "under 0.1 to" in shown, "LoRA's ten dollars come back within a day"


def test_training_takes_longer_than_if_calls_were_free() -> None:
    shown = told(costs(plan("fine_tuning"), said("cost", 50, "USD a month"))["fine_tuning"].break_even)
    assert months(shown, "an open 7B model") == (4.0, 40.0)
    assert "all parameters ($5K to $100K+) 100 to 2,000 months or more" in shown
    assert "No source says how much less a call costs" in shown


def test_retrieval_breaks_even_with_training_that_was_asked_for() -> None:
    shown = told(costs(plan("rag", avoid=("fine_tuning",)), {})["rag"].break_even)
    assert months(shown, "an open 7B model") == (0.4, 40.0)
    assert "different gaps" in shown


def test_retrieval_breaks_even_with_the_whole_text_at_a_price_of_tokens() -> None:
    facts = {**said("volume", 100, "calls a day"), **said("cost", 300, "USD a month"), "stack": Fact("stack", ("pasted_documents",), "", 1, 0.9)}  # fmt: skip
    shown = told(costs(plan("full_context", avoid=("rag",)), facts, PAGES)["rag"].break_even)
    sent = 60 * 500 * 100 * 30.4 / 1e6
    match = re.search(r"= \$([\d.]+) to \$([\d.]+) per million tokens", shown)
    assert match
    assert float(match[1]) == pytest.approx(50 / sent, rel=0.01)
    assert float(match[2]) == pytest.approx(500 / sent, rel=0.01)
    assert "all your calls cost $300 a month; the vector database alone is $50 to $500" in shown


@pytest.mark.parametrize("lever", ["fine_tuning", "distillation"])
def test_what_is_not_known_leaves_the_months_open(lever: Lever) -> None:
    (statement,) = costs(plan(lever), {})[lever].break_even
    assert "open until it is known" in statement.text
    assert figures(statement.text) == []


@pytest.mark.parametrize("lever", LEVERS)
def test_currencies_are_not_mixed(lever: Lever) -> None:
    facts = {**NUMBERS, **said("cost", 0.02, "EUR a call")}
    for cost in economics(plan(lever, avoid=("fine_tuning", "distillation")), facts, TABLE, PAGES):
        for statement in lines(cost):
            for term in statement.workings:
                leaves = [part.shown for part in parts(term) if isinstance(part, Given)]
                assert not (any("EUR" in s for s in leaves) and any("$" in s for s in leaves)), statement.text
    shown = told(costs(plan("distillation"), facts)["distillation"].break_even)
    assert "nothing is converted" in shown


# --- the guarantee


numbers = st.floats(1e-4, 1e9, allow_nan=False).map(lambda x: float(f"{x:.4g}"))
units = st.sampled_from(["USD a call", "EUR a call", "a call", "USD a month", "INR a month", "a month"])
some_facts = st.fixed_dictionaries(
    {},
    optional={
        "volume": numbers.map(lambda n: said("volume", n, "calls a day")["volume"]),
        "cost": st.tuples(numbers, units).map(lambda pair: said("cost", *pair)["cost"]),
        "examples": st.integers(0, 10**6).map(lambda n: said("examples", float(n), "examples")["examples"]),
        "stack": st.just(Fact("stack", ("pasted_documents",), "", 1, 0.9)),
    },
)
some_plans = st.builds(
    lambda steps, avoid: plan(*steps, avoid=tuple(avoid)),
    st.lists(st.sampled_from(LEVERS), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from(LEVERS), max_size=3, unique=True),
)
some_texts = st.none() | st.builds(TextSize, numbers, st.just("page"), st.sampled_from([1.0, 500.0]))


@steady
@given(some_plans, some_facts, some_texts)
def test_every_line_passes_the_check_whatever_the_numbers(chosen: Plan, facts: Facts, text: TextSize | None) -> None:
    given_numbers = own_numbers(facts, TABLE, text)
    for cost in economics(chosen, facts, TABLE, text):
        for statement in lines(cost):
            sentence = Sentence(statement.text, statement.cites, workings=statement.workings, own_numbers=given_numbers)
            assert faults(sentence, PASSAGES) == []


def test_a_line_whose_start_nobody_said_is_refused() -> None:
    (statement,) = costs(plan("prompt_engineering"), NUMBERS)["prompt_engineering"].formulas
    sentence = Sentence(
        statement.text, statement.cites, workings=statement.workings, own_numbers=frozenset({30.4, 0.005})
    )
    assert faults(sentence, PASSAGES) == ["works with 10,000, which nobody said"]


def test_a_result_that_does_not_follow_is_refused() -> None:
    wrong = replace(times(own(12.0), own(30.4)), shown="400")
    sentence = Sentence("That is 400 a month.", (), workings=(wrong,), own_numbers=frozenset({12.0, 30.4}))
    assert [fault.split(",")[0] for fault in faults(sentence, PASSAGES)] == ["works with 400"]


def test_a_working_may_not_start_from_a_figure_that_its_passages_lack() -> None:
    made_up = times(Given(70.0, "$70", "source"), own(2.0))
    sentence = Sentence(
        "That is 140.",
        ("failure-mode-guide/cost-comparison-ft-vs-rag",),
        workings=(made_up,),
        own_numbers=frozenset({2.0}),
    )
    assert faults(sentence, PASSAGES) == ["works with $70, which its passages do not say"]


def test_a_figure_shown_must_be_one_that_was_worked_out() -> None:
    worked = times(own(12.0), own(30.4))
    sentence = Sentence("365 a month, or 99 a day.", (), workings=(worked,), own_numbers=frozenset({12.0, 30.4}))
    assert faults(sentence, PASSAGES) == ["says 99, which its passages do not"]


@steady
@given(numbers, numbers)
def test_what_is_shown_reads_as_what_was_worked_out(left: float, right: float) -> None:
    term = times(own(left), own(right), "USD")
    assert reads_right(term)
    assert not reads_right(replace(term, shown=rounded(term.value * 1.02)))


@steady
@given(numbers)
def test_a_given_number_is_shown_in_full(number: float) -> None:
    assert read(exact(number)) == pytest.approx(number, abs=1e-9)


def test_a_bound_holds_only_below_the_figure_shown() -> None:
    assert reads_right(Derived("0.1", "x", own(0.2), own(0.3), is_bound=True))
    assert not reads_right(Derived("0.1", "x", own(0.5), own(0.3), is_bound=True))


# --- how much text


@pytest.mark.parametrize(
    ("quote", "number", "unit", "tokens"),
    [
        ("about 60 pages", 60.0, "pages", 30_000),
        ("40,000 tokens", 40_000.0, "tokens", 40_000),
        ("20 pdfs of 40 pages each", 20.0, "pdfs", 400_000),
        ("set by hand", 60.0, "pages", 30_000),
    ],
)
def test_text_is_sized_as_the_user_counts_it(quote: str, number: float, unit: str, tokens: float) -> None:
    size = text_size({"corpus_size": Fact("corpus_size", ("small",), quote, 1, 0.9, number, unit)})
    assert size is not None
    assert size.tokens == tokens


def test_text_of_unknown_size_has_none() -> None:
    assert text_size({}) is None
    assert text_size({"corpus_size": Fact("corpus_size", ("small",), "not much", 1, 0.9)}) is None


# --- in the recommendation


def test_the_recommendation_shows_costs_with_marks_that_open_their_passages(library: Library) -> None:
    symptom = Fact("symptom", ("too_expensive",), "", 1, 0.97)
    works = Fact("works_today", ("yes",), "", 1, 0.97)
    facts = {"symptom": symptom, "works_today": works, **NUMBERS}
    model = decision_model()
    verdict = judge(facts, frozenset(), model)
    made = write(Case(verdict, facts, frozenset(), (), model, library))
    page = document(verdict.primary, True, made.recommendation, made.citations)
    section = page.partition("### Cost and time")[2].partition("\n### ")[0]
    assert "= $1,520 a month" in section
    assert "three-levers-lesson" in section
    by_number = {c.n: c.passage_id for c in made.citations}
    for view in made.recommendation.costs:
        shown = " ".join((view.setup, view.running, view.time, *view.formulas, *view.break_even))
        assert {int(n) for n in re.findall(r"\[(\d+)\]", shown)} == set(view.citations)
        assert {by_number[n].partition("/")[0] for n in view.citations} <= set(TABLE.dated)


def test_what_two_levers_have_in_common_is_said_once(library: Library) -> None:
    facts = {
        "symptom": Fact("symptom", ("too_expensive",), "", 1, 0.97),
        "works_today": Fact("works_today", ("yes",), "", 1, 0.97),
    }
    model = decision_model()
    made = write(Case(judge(facts, frozenset(), model), facts, frozenset(), ("fine_tuning",), model, library))
    said_of = [line for view in made.recommendation.costs for line in view.break_even]
    assert len(said_of) == len(set(said_of)) >= 1
