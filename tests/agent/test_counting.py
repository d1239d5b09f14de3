"""Which of several numbers counts: corrections, distractors, years, prices, and what has no number at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.facts import Fact
from agent.reading.counting import counted, counts, priced, weighed

steady = settings(deadline=None, max_examples=200, derandomize=True, database=None)
EVEN = {"none": 0.2, "dozens": 0.2, "hundreds": 0.2, "thousands": 0.2, "unknown": 0.2}


@pytest.mark.parametrize(
    ("name", "text", "value", "number"),
    [
        ("examples", "5,000 exported. No wait, those with an agreed answer are 240.", "hundreds", 240),
        ("examples", "34 letters, everything since 2009", "dozens", 34),
        ("volume", "we pay $300 a day for 12k calls a day", "low", 12_000),
        ("volume", "28 million a month", "massive", None),
        ("volatility", "Weekly. No wait, that is the menu; the rules once a year.", "rarely", None),
        ("corpus_size", "nine thousand circulars, four pages on average", "large", None),
    ],
)
def test_the_number_that_counts_is_taken(name: str, text: str, value: str, number: float | None) -> None:
    fact = counted(name, text, 1, asked=True)
    assert fact is not None
    assert fact.values == (value,)
    assert number is None or fact.number == number


def test_of_several_counts_of_examples_in_question_the_smallest_is_taken() -> None:
    text = "We have 6,000 chats and 80 of them are marked."
    fact = weighed("examples", text, [text], 1, EVEN)
    assert (fact.values, fact.number) == (("dozens",), 80)


def test_a_count_that_the_heads_rule_out_is_not_taken() -> None:
    text = "two people marked 3,800 reports"
    sure = {**dict.fromkeys(EVEN, 0.001), "thousands": 0.996}
    assert weighed("examples", text, [text], 1, sure).values == ("thousands",)


def test_no_examples_stays_no_examples_beside_a_number_of_something_else() -> None:
    text = "could scrape maybe 60 from the logs, so far nothing"
    assert weighed("examples", text, [text], 1, {**dict.fromkeys(EVEN, 0.01), "none": 0.96}).values == ("none",)


@steady
@given(st.integers(1, 10**7))
def test_a_plain_rate_keeps_its_number(rate: int) -> None:
    (count,) = counts("volume", f"{rate:,} calls a day", asked=True)
    assert count.number == rate


@steady
@given(st.sampled_from(sorted(EVEN)), st.integers(1, 5000))
def test_the_confidence_of_a_weighed_answer_is_a_probability(sure: str, number: int) -> None:
    text = f"{number} examples"
    scores = {**dict.fromkeys(EVEN, 0.05), sure: 0.8}
    assert 0 < weighed("examples", text, [text], 1, scores).confidence <= 1


def test_a_price_is_kept_beside_what_is_said_of_the_cost() -> None:
    fact = priced(Fact("cost", ("too_high",), "", 1, 0.9), "5 cents a ticket, too dear")
    assert (fact.values, fact.number) == (("too_high",), 0.05)
    assert priced(Fact("latency", ("fine",), "", 1, 0.9), "5 cents a ticket").number is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("2,400 tasks with the working program, from twenty years of customer jobs", 2400),
        ("1,500 tickets labelled by senior support, double checked, ~200 per queue", 1500),
        ("60 per class", 60),
        ("three years of tickets, 700 of them labelled", 700),
    ],
)
def test_years_and_shares_of_each_group_are_no_number_of_examples_beside_one_of_all(said: str, number: int) -> None:
    fact = counted("examples", said, 1, asked=True)
    assert fact is not None
    assert fact.number == number
