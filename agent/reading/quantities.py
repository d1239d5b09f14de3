"""Numbers as people type them: "3,000 pages", "a couple of hundred", "3 crore rows", "every other Tuesday", "half a cent a pop".

A small grammar of our own, because general quantity parsers read half of such phrases wrongly ("10k req/day" is not ten kelvin).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

SMALL = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    word: 10 * number
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
VAGUE = {
    "a": 1,
    "an": 1,
    "couple": 2,
    "few": 3,
    "several": 5,
    "dozen": 12,
    "dozens": 36,
    "half": 0.5,
    "some": 3,
    "many": 10,
}
SCALES = {
    "hundred": 1e2,
    "hundreds": 3e2,
    "thousand": 1e3,
    "thousands": 3e3,
    "k": 1e3,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "m": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "mil": 1e6,
    "million": 1e6,
    "millions": 3e6,
    "crore": 1e7,
    "crores": 1e7,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
}
BARE_SCALES = frozenset(["hundred", "hundreds", "thousand", "thousands", "million", "millions"])
MULTIPLES = {**SCALES, "dozen": 12.0}
COMPOUND = {"hundred": 1e2, "thousand": 1e3, "million": 1e6}
"""After these a smaller number goes on with the same one: "two thousand three hundred"."""
TOKENS_PER = {
    "token": 1.0,
    "word": 1.35,
    "page": 500.0,
    "side": 500.0,
    "sheet": 500.0,
    "slide": 120.0,
    "faq": 120.0,
    "question": 120.0,
    "entry": 150.0,
    "row": 40.0,
    "line": 14.0,
    "paragraph": 120.0,
    "ticket": 400.0,
    "email": 300.0,
    "article": 1200.0,
    "record": 200.0,
    "doc": 3000.0,
    "document": 3000.0,
    "file": 3000.0,
    "pdf": 6000.0,
    "contract": 8000.0,
    "policy": 4000.0,
    "chapter": 8000.0,
    "manual": 50000.0,
    "handbook": 40000.0,
    "book": 120000.0,
    "binder": 150000.0,
    "folder": 100000.0,
    "kb": 220.0,
    "mb": 220000.0,
    "gb": 220000000.0,
    "tb": 220000000000.0,
}
"""Tokens in one unit of text; rough, and only the side of the 100,000-token line matters."""
IRREGULAR = {
    "entries": "entry", "policies": "policy", "gig": "gb", "gigs": "gb", "gigabyte": "gb", "gigabytes": "gb", "meg": "mb",
    "megs": "mb", "megabyte": "mb", "megabytes": "mb", "pp": "page", "pg": "page", "pgs": "page", "dox": "doc",
}  # fmt: skip
EXAMPLES = frozenset(["example", "pair", "label", "sample", "labelled", "labeled", "annotated"])
DAYS = {"second": 1 / 86400, "sec": 1 / 86400, "minute": 1 / 1440, "min": 1 / 1440, "hour": 1 / 24, "hr": 1 / 24, "day": 1.0,
        "shift": 1 / 3, "week": 7.0, "wk": 7.0, "fortnight": 14.0, "month": 30.4, "mo": 30.4, "quarter": 91.0, "term": 122.0,
        "semester": 182.0, "season": 91.0, "year": 365.0, "yr": 365.0, "decade": 3650.0}  # fmt: skip
ADVERBS = {"hourly": 1 / 24, "nightly": 1.0, "daily": 1.0, "weekly": 7.0, "biweekly": 14.0, "fortnightly": 14.0, "monthly": 30.4,
           "bimonthly": 61.0, "quarterly": 91.0, "yearly": 365.0, "annually": 365.0, "annual": 365.0}  # fmt: skip
WEEKDAYS = frozenset(
    [
        "weekday",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "weekend",
        "night",
        "morning",
        "evening",
    ]
)
DAILY = frozenset(["weekday", "night", "morning", "evening"])
TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
MOST_TIMES = 2
"""Up to this number, one without a noun says how often; beyond, it counts new items ("ten new ones a month")."""
EACH = re.compile(r"\b(each|apiece|average|avg|on average|per (doc|file|manual|document|contract|article|piece))\b")
"""Says that a number of pages is that of one document."""
OF_LENGTH = re.compile(r"\bof (?:\w+ ){0,2}[\w,.]+(?: ?- ?| )?(?:odd )?(?:pages|words|tokens)\b")
"""The same, as in "40 contracts of ten pages"."""
GROUP = "group"
"""Unit of a number that is said of each of several groups: "200 per queue"."""
LENGTHS = ("page", "word", "token")
"""Units that say how long a document is."""
YEARS = (1950, 2050)
BEFORE_YEARS = frozenset(["since", "in", "from", "of", "until", "till", "by", "year", "early", "late", "summer", "autumn", "winter",
                          "spring", "jan", "january", "feb", "february", "march", "april", "may", "june", "july", "august",
                          "september", "october", "november", "december"])  # fmt: skip
PER = frozenset(["a", "an", "per", "each", "every", "/", "daily"])
SHARE_WORD = re.compile(r"\d[\d.,]*\d|\d|[a-z]+|/|%")
FILLERS = frozenset(["times", "cases", "answers", "correct", "right", "wrong", "out", "only", "the", "were", "ok"])
"""Words that may stand inside a share: "nine times out of ten", "2 correct out of 10"."""
WORD = re.compile(r"\d[\d.,]*\d|\d|[a-z]+|/|-|–|~")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts."""

    number: float
    unit: str | None
    """A singular noun that follows the number, where it is one the grammar knows."""
    per_days: float | None
    """The period in days that the number is per, where one is said."""
    text: str


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity in a text, in order; a range counts as its middle."""
    return tuple(_read(WORD.findall(_spaced(text))))


def tokens(text: str) -> tuple[float, Quantity] | None:
    """How many tokens of text are spoken of, and the words that say so; several amounts are added up."""
    found = [q for q in quantities(text) if q.per_days is None]
    sized = [(q.number * TOKENS_PER[q.unit], q) for q in found if q.unit in TOKENS_PER]
    if not sized:
        return None
    lengths = [(amount, q) for amount, q in sized if q.unit in LENGTHS]
    if len(lengths) == 1:
        amount, length = lengths[0]
        documents = _documents(text, found, length)
        if documents:
            several = replace(documents, unit=documents.unit or "document")
            return documents.number * amount, several if documents.number > 1 else length
    return sum(amount for amount, _ in sized), max(sized, key=lambda pair: pair[0])[1]


def _documents(text: str, found: list[Quantity], length: Quantity) -> Quantity | None:
    """The documents of which each has a length: "40 contracts of ten pages", "one book of 55 pages", "12 files, 20 pages each"."""
    several = [q for q in found if q is not length and q.number >= 2]
    first = found[0]
    if first is not length and several in ([], [first]) and OF_LENGTH.search(_spaced(text)):
        return first
    return several[0] if len(several) == 1 and EACH.search(text.lower()) else None


def interval_days(text: str) -> float | None:
    """How many days lie between two changes, where the text says how often something happens."""
    words = WORD.findall(_spaced(text))
    for here, word in enumerate(words):
        if word in ADVERBS:
            return ADVERBS[word]
        if word == "every" or (word == "each" and here + 1 < len(words) and _singular(words[here + 1]) in DAYS):
            return _every(words[here + 1 :])
    for quantity in quantities(text):
        if quantity.per_days and quantity.number and (quantity.unit in (None, "time")):
            often = quantity.number if quantity.unit or quantity.number <= MOST_TIMES else 1.0
            return quantity.per_days / often
    for here, word in enumerate(words):
        if _singular(word) in DAYS and here and words[here - 1] in ("a", "per", "each", "/") and "once" in words[:here]:
            return DAYS[_singular(word)]
    return None


def shares(text: str) -> tuple[float, ...]:
    """Every share of a whole in a text, 0 to 1: "96%", "nine times out of ten", "70 of 90", "7 in 10"."""
    words = SHARE_WORD.findall(_spaced(text))
    return tuple(share for here in range(len(words)) if (share := _share(words, here)) is not None)


def _share(words: list[str], here: int) -> float | None:
    part, after = _simple_number(words, here)
    if part is None or (here and _simple_number(words, here - 1)[0] is not None):
        return None
    rest = [word for word in words[after : after + 5] if word not in FILLERS]
    if rest[:1] in (["%"], ["percent"], ["pct"]) or rest[:2] == ["per", "cent"]:
        return part / 100 if part <= 100 else None
    if rest[:1] in (["in"], ["of"], ["/"], ["from"]):
        whole = _simple_number(rest, 1)[0]
        return part / whole if whole and 0 <= part <= whole and whole >= 2 else None
    return None


def a_day(quantity: Quantity) -> float:
    """A rate as a number a day; a quantity without a period is taken to be one."""
    return quantity.number / (quantity.per_days or 1.0)


def _spaced(text: str) -> str:
    lowered = re.sub(r"(?<=\d)[  '](?=\d{3}\b)", ",", text.lower().replace("’", "'"))
    lowered = re.sub(r"(?<=\d)(?=[a-z])", " ", lowered)
    return re.sub(r"\b(hundred|thousand|million)s? of\b", r"\1s", lowered)


def _every(rest: list[str]) -> float | None:
    factor = 1.0
    for word in rest[:5]:
        if word in ("other", "second"):
            factor = 2.0
        elif word in SMALL or word in VAGUE:
            factor = float(SMALL.get(word) or VAGUE.get(word, 1))
        elif _plain_number(word) is not None:
            factor = float(_plain_number(word) or 1)
        elif _singular(word) in WEEKDAYS:
            return factor * (1.0 if _singular(word) in DAILY else 7.0)
        elif _singular(word) in DAYS:
            return factor * DAYS[_singular(word)]
    return None


def _read(words: list[str]) -> Iterator[Quantity]:
    here = 0
    while here < len(words):
        number, after = _number(words, here)
        if number is None:
            here += 1
            continue
        if after + 1 < len(words) and words[after] in ("-", "–", "to", "or", "and"):
            upper, end = _number(words, after + 1)
            if upper is not None and (words[after] != "and" or (here and words[here - 1] == "between")):
                number, after = _middle(number, upper), end
        unit, per, end = _unit(words, after)
        if _is_year(words, here, number):
            here = max(after, here + 1)
            continue
        yield Quantity(number, unit, per, " ".join(words[here:end]))
        here = max(end, here + 1)


def _is_year(words: list[str], here: int, number: float) -> bool:
    """Whether a number is a year: four digits after a word that years follow."""
    plain = re.fullmatch(r"\d{4}", words[here]) is not None
    return plain and YEARS[0] <= number <= YEARS[1] and here > 0 and words[here - 1] in BEFORE_YEARS


def _middle(lower: float, upper: float) -> float:
    while lower < upper / 100 and lower:  # "2-3 thousand": the scale belongs to both
        lower *= 1000 if upper >= 1000 * lower else 10
    return (lower + upper) / 2


def _number(words: list[str], here: int) -> tuple[float | None, int]:
    """The number that starts at a word, and the position after it; None where none starts there."""
    value, after = _simple_number(words, here)
    if value is None:
        return None, here
    while after < len(words) and words[after] in MULTIPLES:
        value, after = value * MULTIPLES[words[after]], after + 1
    if words[after - 1] in COMPOUND:
        rest, end = _number(words, after)
        if rest is not None and rest < COMPOUND[words[after - 1]]:
            return value + rest, end
    if after + 1 < len(words) and words[after] == "and" and SCALES.get(words[after - 1]) == 100:
        rest, end = _number(words, after + 1)
        if rest is not None and rest < 100:
            value, after = value + rest, end
    return value, after


def _simple_number(words: list[str], here: int) -> tuple[float | None, int]:
    """A number without the scales that may follow it."""
    if here >= len(words):
        return None, here
    word = words[here]
    if (value := _plain_number(word)) is not None:
        return value, here + 1
    if word in TENS:
        after = here + 2 if words[here + 1 : here + 2] == ["-"] else here + 1
        ones = SMALL.get(words[after], 0) if after < len(words) else 0
        return (float(TENS[word] + ones), after + 1) if 0 < ones < 10 else (float(TENS[word]), here + 1)
    if word in SMALL or word in TIMES:
        return float(SMALL.get(word, TIMES.get(word, 0))), here + 1
    if word in VAGUE:
        return _vague(words, here)
    return (1.0, here) if word in BARE_SCALES else (None, here)


def _vague(words: list[str], here: int) -> tuple[float | None, int]:
    value = 1.0
    seen = False
    if words[here] == "some" and _is_exact("".join(words[here + 1 : here + 2])):
        return None, here  # "some 2,000" says about how many; "some hundred" is a number of hundreds
    while here < len(words) and (words[here] in VAGUE or words[here] == "of"):
        if words[here] not in ("a", "an", "of"):
            value, seen = value * VAGUE[words[here]], True
        here += 1
    counted = here < len(words) and (words[here] in SCALES or _singular(words[here]) in TOKENS_PER)
    return (value, here) if seen or counted else (None, here)


def _is_exact(word: str) -> bool:
    return word[:1].isdigit() or word in SMALL or word in TENS


def _plain_number(word: str) -> float | None:
    if not word[0].isdigit():
        return None
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", word):
        return float(re.sub(r"[.,]", "", word))
    if re.fullmatch(r"\d{1,3}(,\d{2})+,\d{3}", word):
        return float(word.replace(",", ""))
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return float(re.sub(r"\D", "", word))


def _unit(words: list[str], here: int) -> tuple[str | None, float | None, int]:
    """The unit and the period within a few words after a number, and the position after them."""
    unit: str | None = None
    end = here
    following = [_singular(word) for word in words[here : here + 2]]
    if following[:1] and following[0] in DAYS:
        return following[0], None, here + 1  # "twenty years" counts time and nothing else
    if following[:1] == ["per"] and following[1:] and following[1] not in DAYS:
        return GROUP, None, here + 2
    for position in range(here, min(here + 5, len(words))):
        word = _singular(words[position])
        if words[position] == "one" and words[position - 1] in ("in", "per", "on"):
            words = [*words[:position], "a", *words[position + 1 :]]
        if _number(words, position)[0] is not None and words[position] not in ("a", "an"):
            break
        if words[position] in ADVERBS:
            return unit, ADVERBS[words[position]], position + 1
        follows = words[position - 1] if position else ""
        if word in DAYS and (follows in PER or follows == "every"):
            return unit, DAYS[word], position + 1
        if unit is None and (word in TOKENS_PER or word in EXAMPLES or word == "time"):
            unit, end = word, position + 1
    return unit, None, max(end, here)


def _singular(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    return word[:-1] if word.endswith("s") and len(word) > 2 and not word.endswith("ss") else word
