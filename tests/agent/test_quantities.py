"""Numbers as people type them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.reading.quantities import a_day, interval_days, quantities, shares, tokens

steady = settings(deadline=None, max_examples=200, derandomize=True, database=None)

AMOUNTS: list[tuple[str, float, str | None]] = [
    ("3,000 pages", 3000, "page"),
    ("3000 pages", 3000, "page"),
    ("about 300 pages", 300, "page"),
    ("~300 pages", 300, "page"),
    ("300ish pages", 300, "page"),
    ("300+ pages", 300, "page"),
    ("300 pgs", 300, "page"),
    ("110 pages all in", 110, "page"),
    ("3.000 pages", 3000, "page"),
    ("12 500 pages", 12500, "page"),
    ("12'500 pages", 12500, "page"),
    ("2 000 000 tokens", 2e6, "token"),
    ("1.000.000 words", 1e6, "word"),
    ("1,000,000 words", 1e6, "word"),
    ("1,5 million words", 1.5e6, "word"),
    ("1.2 million tokens", 1.2e6, "token"),
    ("0.5m words", 5e5, "word"),
    ("30k tokens", 3e4, "token"),
    ("30 K tokens", 3e4, "token"),
    ("2.5M tokens", 2.5e6, "token"),
    ("3 lakh tokens", 3e5, "token"),
    ("1,50,000 pages", 1.5e5, "page"),
    ("3 crore rows", 3e7, "row"),
    ("1 bn tokens", 1e9, "token"),
    ("twelve pages", 12, "page"),
    ("twenty-five pages", 25, "page"),
    ("twenty five pages", 25, "page"),
    ("two hundred pages", 200, "page"),
    ("two hundred and fifty pages", 250, "page"),
    ("three thousand docs", 3000, "doc"),
    ("five hundred thousand words", 5e5, "word"),
    ("a hundred pages", 100, "page"),
    ("a thousand tickets", 1000, "ticket"),
    ("a couple of hundred pages", 200, "page"),
    ("a few hundred pdfs", 300, "pdf"),
    ("several thousand tickets", 5000, "ticket"),
    ("a dozen documents", 12, "document"),
    ("two dozen contracts", 24, "contract"),
    ("half a million tokens", 5e5, "token"),
    ("hundreds of pages", 300, "page"),
    ("thousands of documents", 3000, "document"),
    ("5-10 pages", 7.5, "page"),
    ("5 to 10 pages", 7.5, "page"),
    ("between 5 and 10 pages", 7.5, "page"),
    ("2-3 thousand pages", 2500, "page"),
    ("2–3k pages", 2500, "page"),
    ("40 single-spaced pages", 40, "page"),
    ("1 GB of pdfs", 1, "gb"),
    ("300mb", 300, "mb"),
    ("80 pairs", 80, "pair"),
    ("zero examples", 0, "example"),
    ("maybe 120 good examples", 120, "example"),
]  # fmt: skip

RATES: list[tuple[str, float]] = [
    ("10k req/day", 10_000),
    ("10K requests per day", 10_000),
    ("2M calls a day", 2e6),
    ("2 mio calls a day", 2e6),
    ("a million calls per day", 1e6),
    ("half a million requests a day", 5e5),
    ("a few thousand calls a day", 3000),
    ("1 lakh queries a day", 1e5),
    ("400 questions a day in season", 400),
    ("200 calls/min", 288_000),
    ("5 requests per second", 432_000),
    ("40 tickets per hour", 960),
    ("700 a week", 100),
    ("700 per wk", 100),
    ("3040 a month", 100),
    ("365000 per year", 1000),
    ("300 daily", 300),
    ("some 2,000 times in a day", 2000),
    ("300 chats in one shift", 900),
    ("around 1,500 daily users", 1500),
]

INTERVALS: list[tuple[str, float]] = [
    ("every other Tuesday", 14),
    ("every Friday", 7),
    ("every night", 1),
    ("every hour", 1 / 24),
    ("every 3 months", 91),
    ("every two years or so", 730),
    ("every few weeks", 21),
    ("every couple of months", 61),
    ("every second week", 14),
    ("every fortnight", 14),
    ("twice a month", 15),
    ("twice a week", 3.5),
    ("once a year", 365),
    ("once a quarter", 91),
    ("three times a day", 1 / 3),
    ("5 times per week", 1.4),
    ("weekly, roughly", 7),
    ("daily", 1),
    ("we rebuild it nightly", 1),
    ("monthly", 30),
    ("quarterly", 91),
    ("annually", 365),
    ("each quarter", 91),
    ("every weekday", 1),
]

VOLUMES: list[tuple[str, float]] = [
    ("300 pages", 150_000),
    ("90,000 words", 121_500),
    ("60k tokens", 60_000),
    ("two thousand three hundred PDFs, four to ten pages each", 8_000_000),
    ("40 manuals of 200 pages each", 4_000_000),
    ("a twelve page pdf", 6_000),
    ("one book of 55 pages", 27_500),
    ("2,100 agreements of ten-odd pages", 10_500_000),
    ("a folder of 80 pages and 3 books", 500_000),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "number", "unit"), AMOUNTS, ids=[a[0] for a in AMOUNTS])
def test_an_amount_is_read_with_its_unit(phrase: str, number: float, unit: str | None) -> None:
    read = quantities(phrase)
    assert [(q.number, q.unit, q.per_days) for q in read[:1]] == [(number, unit, None)]


@pytest.mark.parametrize(("phrase", "expected"), RATES, ids=[r[0] for r in RATES])
def test_a_rate_is_read_as_a_number_a_day(phrase: str, expected: float) -> None:
    read = quantities(phrase)
    assert len(read) == 1
    assert read[0].per_days is not None
    assert a_day(read[0]) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("phrase", "days"), INTERVALS, ids=[i[0] for i in INTERVALS])
def test_a_frequency_is_read_as_an_interval(phrase: str, days: float) -> None:
    assert interval_days(phrase) == pytest.approx(days, rel=0.05)


@pytest.mark.parametrize(("phrase", "expected"), VOLUMES, ids=[v[0] for v in VOLUMES])
def test_an_amount_of_text_is_read_in_tokens(phrase: str, expected: float) -> None:
    sized = tokens(phrase)
    assert sized is not None
    assert sized[0] == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("phrase", ["no idea", "the documents", "a page about prices", "as many as it takes", ""])
def test_no_amount_is_read_where_none_is_said(phrase: str) -> None:
    assert [q for q in quantities(phrase) if q.number > 10] == []


def test_some_day_to_come_is_no_period() -> None:
    assert [q.per_days for q in quantities("300 examples one day, when we get round to it")] == [None, None]


@pytest.mark.parametrize("phrase", ["it depends", "now and then", "whenever legal says so", "300 pages", ""])
def test_no_interval_is_read_where_none_is_said(phrase: str) -> None:
    assert interval_days(phrase) is None


WORDS = st.sampled_from(
    ["a", "few", "of", "and", "half", "twenty", "-", "hundred", "k", "crore", "every", "other", "per", "/", "week", "page", "0", "7", "1,5", "1.2.3", "9" * 400, "to", "between", "once", "twice", "times", "s", "٣", "²"]
)  # fmt: skip
ANY_TEXT = st.text(max_size=80) | st.lists(WORDS, max_size=14).map(" ".join) | st.lists(WORDS, max_size=14).map("".join)


@steady
@given(ANY_TEXT)
def test_any_text_is_read_without_an_error(text: str) -> None:
    read = quantities(text)
    sized, days = tokens(text), interval_days(text)
    assert all(q.number >= 0 and (q.per_days is None or q.per_days > 0) for q in read)
    assert sized is None or sized[0] >= 0
    assert days is None or days > 0


@steady
@given(
    st.integers(0, 10**8),
    st.sampled_from(["{:d}", "{:,}", "about {:d}", "we have {:,}"]),
    st.sampled_from(["page", "token", "word", "document", "pdf", "ticket", "example", "pair"]),
)
def test_digits_with_a_unit_come_back_as_they_were_typed(number: int, form: str, unit: str) -> None:
    read = quantities(f"{form.format(number)} {unit}s")
    assert [(q.number, q.unit) for q in read] == [(number, unit)]


@steady
@given(st.integers(1, 500), st.integers(1, 500), st.sampled_from(["hours", "days", "weeks", "months", "years"]))
def test_a_longer_period_is_a_longer_interval(few: int, more: int, period: str) -> None:
    shorter, longer = (interval_days(f"every {n + 1} {period}") for n in sorted((few, more)))
    assert shorter is not None
    assert longer is not None
    assert shorter <= longer


@steady
@given(st.integers(2, 500), st.integers(2, 500), st.sampled_from(["day", "week", "month", "year"]))
def test_more_times_a_period_is_a_shorter_interval(few: int, more: int, period: str) -> None:
    longer, shorter = (interval_days(f"{n} times a {period}") for n in sorted((few, more)))
    assert shorter is not None
    assert longer is not None
    assert shorter <= longer


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Too right, 96%", 0.96),
        ("2 correct out of 10", 0.2),
        ("nine times out of ten", 0.9),
        ("seven in ten", 0.7),
        ("63 from 100", 0.63),
        ("70 of 90 were right", 70 / 90),
        ("three per cent", 0.03),
    ],
)
def test_a_share_is_read_in_figures_and_in_words(text: str, share: float) -> None:
    assert list(shares(text)) == pytest.approx([share])


@pytest.mark.parametrize("text", ["in 2023 of the same kind", "12 of 3", "two of us", "140%"])
def test_what_is_no_share_is_not_read_as_one(text: str) -> None:
    assert shares(text) == ()


@steady
@given(st.integers(0, 100))
def test_every_per_cent_is_its_share(number: int) -> None:
    assert list(shares(f"about {number}% of them")) == pytest.approx([number / 100])


@steady
@given(st.integers(2, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_so_many_of_so_many_is_their_ratio(pair: tuple[int, int]) -> None:
    part, whole = pair
    assert list(shares(f"{part} out of {whole}")) == pytest.approx([part / whole])
