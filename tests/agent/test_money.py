"""Sums of money as people type them."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.reading.money import Amount, Per, money, running_cost, without_money
from agent.reading.quantities import quantities

steady = settings(deadline=None, max_examples=200, derandomize=True, database=None)

SUMS: list[tuple[str, float, str | None, Per | None]] = [
    ("half a cent a pop", 0.005, None, "call"),
    ("a quarter of a cent per call", 0.0025, None, "call"),
    ("1/2 cent each", 0.005, None, "call"),
    ("5 cents a ticket", 0.05, None, "call"),
    ("25¢/call", 0.25, None, "call"),
    ("5c a call", 0.05, None, "call"),
    ("0.4p each", 0.004, "GBP", "call"),
    ("it costs us 0.4 p per message", 0.004, "GBP", "call"),
    ("10 paise per message", 0.1, "INR", "call"),
    ("a dollar a call", 1, "USD", "call"),
    ("5 dollars and 20 cents a call", 5.2, "USD", "call"),
    ("$0.002 per call", 0.002, "USD", "call"),
    ("$.05 a call", 0.05, "USD", "call"),
    ("0,002 € pro call", 0.002, "EUR", "call"),
    ("5-10 cents per request", 0.075, None, "call"),
    ("each call costs 2 cents", 0.02, None, "call"),
    ("per request we pay about 0.4 cents", 0.004, None, "call"),
    ("$30 for 1,000 calls", 0.03, "USD", "call"),
    ("$2 per thousand requests", 0.002, "USD", "call"),
    ("a buck per ten calls", 0.1, "USD", "call"),
    ("$3k/month", 3000, "USD", "month"),
    ("$1,234.56 a month", 1234.56, "USD", "month"),
    ("1.234,56 € im Monat", 1234.56, "EUR", "month"),
    ("around 2.000 € monatlich", 2000, "EUR", "month"),
    ("3k€ pro Monat", 3000, "EUR", "month"),
    ("CHF 12'500 a month", 12500, "CHF", "month"),
    ("4 lakh rupees a month", 4e5, "INR", "month"),
    ("₹4,00,000 a month", 4e5, "INR", "month"),
    ("Rs.500 a month", 500, "INR", "month"),
    ("two grand a month", 2000, None, "month"),
    ("a few hundred bucks a month", 300, "USD", "month"),
    ("about $50 to $500 a month", 275, "USD", "month"),
    ("$2k - $3k monthly", 2500, "USD", "month"),
    ("between $5 and $10 a day", 7.5, "USD", "day"),
    ("our monthly API bill is around $900", 900, "USD", "month"),
    ("we pay around 400 dollars a month on 10k calls a day", 400, "USD", "month"),
    ("£3k p.m.", 3000, "GBP", "month"),
    ("200 bucks a week", 200, "USD", "week"),
    ("$10 every 2 weeks", 5, "USD", "week"),
    ("USD 3,000 per year", 3000, "USD", "year"),
    ("$1.2 million a year", 1.2e6, "USD", "year"),
    ("300 pounds a quarter", 1200, "GBP", "year"),
    ("US$5 a day", 5, "USD", "day"),
    ("we set aside $5000 upfront", 5000, "USD", "once"),
    ("$200 one-time", 200, "USD", "once"),
    ("$0.03 per 1k tokens", 30, "USD", "million tokens"),
    ("$20/user/month", 20, "USD", "other"),
    ("5 bucks a head", 5, "USD", "other"),
    ("$3000", 3000, "USD", None),
    ("10k calls a day cost us $300", 300, "USD", None),
    ("a million calls a month at 2 cents", 0.02, None, None),
]  # fmt: skip

NO_SUMS = ["20 per cent of calls", "a fraction of a cent a call", "page 12p", "we try 5 times", "a grand total of 5", "10k calls a day",
           "it is free", "3 pages and $", "the recent centre", ""]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "currency", "per"), SUMS)
def test_a_sum_is_read_with_its_currency_and_what_it_is_per(
    text: str, number: float, currency: str | None, per: Per | None
) -> None:
    (amount,) = money(text)
    assert amount.number == pytest.approx(number)
    assert (amount.currency, amount.per) == (currency, per)


@pytest.mark.parametrize("text", NO_SUMS)
def test_what_is_no_money_is_left_alone(text: str) -> None:
    assert money(text) == ()


def test_several_sums_are_read_in_order() -> None:
    assert [(a.number, a.per) for a in money("1.5 cents per ticket, $450 a month in total")] == [
        (0.015, "call"),
        (450, "month"),
    ]
    assert [(a.number, a.per) for a in money("$3k once, then $50 a month")] == [(3000, "once"), (50, "month")]


def test_bare_cents_are_of_the_only_currency_that_is_named() -> None:
    assert [a.currency for a in money("2 cents a ticket; the bill is €400 a month")] == ["EUR", "EUR"]
    assert next(a.currency for a in money("2 cents a call, US$5 or A$7 a day")) is None


@pytest.mark.parametrize(
    ("per", "expected"),
    [("call", (12.0, "EUR a call")), ("month", (12.0, "EUR a month")), ("day", (364.8, "EUR a month")), ("year", (1.0, "EUR a month")),
     ("week", (52.114, "EUR a month")), ("once", None), ("other", None), ("million tokens", None), (None, None)],
)  # fmt: skip
def test_a_running_cost_is_per_call_or_month(per: Per | None, expected: tuple[float, str] | None) -> None:
    found = running_cost(Amount(12.0, "EUR", per, "12 €"))
    assert (found and round(found[0], 3), found and found[1]) == (expected or (None, None))


def test_a_running_cost_without_a_currency_names_none() -> None:
    assert running_cost(Amount(0.005, None, "call", "half a cent")) == (0.005, "a call")


def test_a_text_without_its_money_holds_only_its_other_numbers() -> None:
    rest = without_money("10k calls a day at $3k/month, 5 cents each")
    assert [(q.number, q.per_days) for q in quantities(rest)] == [(10_000, 1.0)]


ways = st.sampled_from(
    [("${}", "USD"), ("{} €", "EUR"), ("£{}", "GBP"), ("INR {}", "INR"), ("{} bucks", "USD"), ("{} CHF", "CHF")]
)
periods = st.sampled_from(
    [("a call", "call"), ("per request", "call"), ("each", "call"), ("/month", "month"), (" monthly", "month"), ("per day", "day"), ("a year", "year")]
)  # fmt: skip
wholes = st.integers(1, 9_999_999)
cents = st.integers(0, 99)


@steady
@given(wholes, ways, periods)
def test_any_whole_sum_comes_back(number: int, way: tuple[str, str], period: tuple[str, str]) -> None:
    for shown in (f"{number}", f"{number:,}", f"{number:,}".replace(",", ".")):
        (amount,) = money(f"We pay {way[0].format(shown)} {period[0]} for it")
        assert (amount.number, amount.currency, amount.per) == (number, way[1], period[1])


@steady
@given(wholes, cents, ways)
def test_cents_are_told_from_thousands_in_either_notation(whole: int, part: int, way: tuple[str, str]) -> None:
    english = f"{whole:,}.{part:02d}"
    german = english.translate(str.maketrans(",.", ".,"))
    for shown in (english, german):
        (amount,) = money(way[0].format(shown))
        assert amount.number == pytest.approx(whole + part / 100)


@steady
@given(st.integers(1, 999), st.sampled_from("., "), ways)
def test_a_sum_below_one_is_never_read_as_thousands(thousandths: int, mark: str, way: tuple[str, str]) -> None:
    (amount,) = money(f"{way[0].format(f'0{mark}{thousandths:03d}' if mark != ' ' else f'0.{thousandths:03d}')} a call")
    assert amount.number == pytest.approx(thousandths / 1000)


@steady
@given(wholes, wholes, ways)
def test_a_range_is_its_middle(one: int, other: int, way: tuple[str, str]) -> None:
    low, high = sorted((one, other))
    if low * 100 >= high:
        (amount,) = money(f"{way[0].format(low)} to {way[0].format(high)} a month")
        assert (amount.number, amount.per) == ((low + high) / 2, "month")


@steady
@given(
    st.lists(
        st.sampled_from(
            [
                "$",
                "€",
                "5",
                "0.4",
                "1.234,5",
                "k",
                "p",
                "cents",
                "a",
                "month",
                "/",
                "per",
                "call",
                "each",
                "and",
                "to",
                "half",
                "of",
                ",",
                "(",
                ")",
                ";",
                "10k",
                "£",
                "Rs.",
                "once",
                "½",
                "0",
            ]
        ),
        max_size=12,
    )
)
@example(["$", "5", "/", "0"])
def test_any_mixture_is_read_without_harm(words: list[str]) -> None:
    text = " ".join(words)
    for amount in money(text):
        assert amount.text in text
        assert amount.number >= 0


@steady
@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert all(amount.text in text for amount in money(text))


@steady
@given(wholes, ways, periods)
def test_what_stands_around_a_sum_does_not_change_it(
    number: int, way: tuple[str, str], period: tuple[str, str]
) -> None:
    said = f"{way[0].format(number)} {period[0]}"
    (alone,), (within,) = (
        money(said),
        money(f"Honestly, the bot is slow. It costs {said}, and nobody likes it; we have 300 pages."),
    )
    assert alone == within


def test_a_running_cost_has_no_digits_that_a_division_leaves() -> None:
    (amount,) = money("200 bucks a week")
    assert running_cost(amount) == (868.571, "USD a month")
