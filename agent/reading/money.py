"""Sums of money as people type them: "half a cent a pop", "$3k/month", "4 lakh rupees a month", "2.000 € monatlich".

The numbers are read by the grammar of quantities; this file finds the currency beside one, and what the sum is per.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

from agent.reading.quantities import DAYS, SMALL, TENS, quantities

Per = Literal["call", "day", "week", "month", "year", "once", "million tokens", "other"]

SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "$": "USD", "US$": "USD", "A$": "AUD", "C$": "CAD", "CA$": "CAD", "S$": "SGD",
           "NZ$": "NZD", "HK$": "HKD", "R$": "BRL", "₩": "KRW", "₺": "TRY", "₱": "PHP", "₦": "NGN", "₪": "ILS", "zł": "PLN"}  # fmt: skip
CODES = frozenset(["USD", "EUR", "GBP", "INR", "CHF", "AUD", "CAD", "NZD", "SGD", "HKD", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK",
                   "HUF", "BRL", "MXN", "ZAR", "AED", "KRW", "ILS", "PHP", "NGN", "IDR", "MYR", "THB", "PKR", "BDT", "KES"])  # fmt: skip
OFTEN = frozenset(["usd", "eur", "gbp", "inr", "chf", "aud", "cad", "sgd"])
"""Codes that are also typed in small letters."""
NAMES: dict[str, tuple[str | None, float]] = {
    "dollar": ("USD", 1.0), "buck": ("USD", 1.0), "euro": ("EUR", 1.0), "pound": ("GBP", 1.0), "quid": ("GBP", 1.0), "rupee": ("INR", 1.0),
    "rupiah": ("IDR", 1.0), "yen": ("JPY", 1.0), "yuan": ("CNY", 1.0), "rmb": ("CNY", 1.0), "franken": ("CHF", 1.0), "rand": ("ZAR", 1.0),
    "zloty": ("PLN", 1.0), "reais": ("BRL", 1.0), "naira": ("NGN", 1.0), "shekel": ("ILS", 1.0), "dirham": ("AED", 1.0), "rs": ("INR", 1.0),
    "pence": ("GBP", 0.01), "paise": ("INR", 0.01), "paisa": ("INR", 0.01), "cent": (None, 0.01), "penny": (None, 0.01),
    "pennies": (None, 0.01), "grand": (None, 1000.0), "¢": (None, 0.01),
}  # fmt: skip
"""Currency and size of what a word names; a cent or a grand may be of several currencies."""
ATTACHED: dict[str, tuple[str | None, float]] = {"p": ("GBP", 0.01), "c": (None, 0.01), "ct": (None, 0.01)}
"""Signs that are money only right behind a digit, and where it is said what the sum is per."""
FRACTIONS = {"quarter": 0.25, "third": 1 / 3, "fifth": 0.2, "tenth": 0.1, "hundredth": 0.01, "thousandth": 0.001}

CALLS = frozenset(
    ["call", "request", "req", "query", "querie", "question", "message", "msg", "ticket", "chat", "conversation", "answer", "reply", "replie",
     "response", "prompt", "completion", "generation", "inference", "pop", "piece", "shot", "go", "email", "mail", "item", "run",
     "classification", "document", "doc", "interaction", "hit", "lookup", "invocation", "transaction", "summary", "summarie",
     "anfrage", "aufruf", "nachricht"]
)  # fmt: skip
PERIODS: dict[str, tuple[Per, float]] = {
    "day": ("day", 1), "night": ("day", 1), "week": ("week", 1), "wk": ("week", 1), "fortnight": ("week", 2), "month": ("month", 1),
    "mo": ("month", 1), "mth": ("month", 1), "quarter": ("year", 0.25), "year": ("year", 1), "yr": ("year", 1), "annum": ("year", 1),
    "tag": ("day", 1), "woche": ("week", 1), "monat": ("month", 1), "jahr": ("year", 1), "mois": ("month", 1), "mes": ("month", 1),
    "año": ("year", 1), "mese": ("month", 1), "anno": ("year", 1),
}  # fmt: skip
"""A period as one that is counted in, and how many of it."""
ADVERBS: dict[str, tuple[Per, float]] = {
    "daily": ("day", 1), "nightly": ("day", 1), "weekly": ("week", 1), "fortnightly": ("week", 2), "monthly": ("month", 1),
    "quarterly": ("year", 0.25), "yearly": ("year", 1), "annually": ("year", 1), "annual": ("year", 1), "pm": ("month", 1), "pcm": ("month", 1),
    "pa": ("year", 1), "täglich": ("day", 1), "wöchentlich": ("week", 1), "monatlich": ("month", 1), "jährlich": ("year", 1),
    "mensuel": ("month", 1), "mensual": ("month", 1),
}  # fmt: skip
COUNTED: dict[str, float] = {
    **{word: n for word, n in SMALL.items() if n > 1},
    **TENS,
    "couple": 2, "few": 3, "dozen": 12, "hundred": 1e2, "k": 1e3, "thousand": 1e3, "lakh": 1e5, "m": 1e6, "mn": 1e6, "million": 1e6,
    "bn": 1e9, "billion": 1e9,
}  # fmt: skip
"""How many calls or periods a sum may be for, in words."""
ONCE = frozenset(["once", "upfront", "onetime", "oneoff", "setup", "einmalig"])
STRONG = frozenset(["per", "/", "pro", "je", "par", "por"])
"""After these stands what the sum is per, whatever it is."""
WEAK = frozenset(["a", "an", "one", "each", "every", "for", "last", "this", "im", "al"])
PASSING = frozenset(["for", "last", "this"])
"""Of these, the ones that say it only behind a sum."""
SHARED = frozenset(["user", "seat", "head", "person", "customer", "client", "employee", "agent", "licence", "license", "gpu", "node", "instance",
                    "hour", "hr", "minute", "page", "word", "member", "team"])  # fmt: skip
"""What a price is often per that is neither a call nor a time that a month is made of."""
STOPS = frozenset(
    ["and", "but", "because", "while", "though", "with", "when", "if", "so", "at", "plus", "which", "whereas"]
)
MONTHS: dict[Per, float] = {"day": DAYS["month"], "week": DAYS["month"] / DAYS["week"], "month": 1.0, "year": 1 / 12}
"""How often a period comes in a month."""
NEAR = 8
"""Words within which a sum and what it is per stand."""
MOST_WORDS = 6
"""Words that a number may have."""

NUMERAL = re.compile(r"\d[\d.,]*\d|\d")
PIECE = re.compile(r"[^\W\d_]+|\d[\d.,]*\d|\d|/")
BREAK = re.compile(r"[;!?\n]|,(?!\d)|\.(?!\d)|:(?!\d)")
DIVIDED = re.compile(r"(\d+) ?/ ?(\d+)$")
PART = re.compile(rf"\b(?:a |one )?({'|'.join(FRACTIONS)}) (?:of )?(?:a|an|one)$", re.IGNORECASE)
ONE = re.compile(r"(?<!\bof )(?<!\bnot )\b(?:a|an)$", re.IGNORECASE)
SPELT = (
    (re.compile(r"\b(one|up|set)[- ](time|off|front|up)\b", re.IGNORECASE), r"\1\2"),
    (re.compile(r"\bp\.\s?([am])\."), r"p\1"),
)
NO_SUM = re.compile(r" (total|scheme|plan|prix|slam|opening)\b", re.IGNORECASE)
JOINED = re.compile(r"\s*(?:-|–|to|or)\s*", re.IGNORECASE)


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


LETTER = r"[^\W\d_]"
MARK = re.compile(
    rf"(?P<symbol>(?<!{LETTER})(?:{_either(s for s in SYMBOLS if s[0].isalpha())})|{_either(s for s in SYMBOLS if not s[0].isalpha())})"
    rf"|(?<!{LETTER})(?P<code>(?-i:{_either(CODES)})|{_either(OFTEN)})(?!{LETTER})"
    rf"|(?<!{LETTER})(?P<name>{_either(NAMES)})s?(?!{LETTER}|\d)"
    rf"|(?:(?<=\d)|(?<=\d ))(?P<attached>{_either(ATTACHED)})(?!{LETTER}|\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money."""

    number: float
    """In whole units of the currency: half a cent is 0.005. The middle, where a range was said."""
    currency: str | None
    """ISO code; None where the words could mean several."""
    per: Per | None
    """What it is per; None where nothing says it, `other` for what is neither a call nor a time."""
    text: str
    """The words, as they stand in the message."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """A number with its currency, and where it stands."""

    number: float
    currency: str | None
    size: float
    """Of the unit, in whole units of the currency: a hundredth for cents."""
    start: int
    end: int
    needs_per: bool = False


def money(text: str) -> tuple[Amount, ...]:
    """Every sum of money in a text, in order; bare cents are of the currency that the text names elsewhere, if it names one."""
    sums = _joined(list(_sums(text)), text)
    named = {found.currency for found in sums if found.currency}
    only = next(iter(named)) if len(named) == 1 else None
    amounts = []
    for at, found in enumerate(sums):
        before = sums[at - 1].end if at else 0
        after = sums[at + 1].start if at + 1 < len(sums) else len(text)
        per, factor = _per(text[before : found.start], text[found.end : after])
        if per or not found.needs_per:
            said = text[found.start : found.end]
            amounts.append(Amount(found.number / factor, found.currency or only, per, said))
    return tuple(amounts)


def running_cost(amount: Amount) -> tuple[float, str] | None:
    """A sum per call or time as the fact `cost` carries it: 3000.0 and "USD a month"; None where it is neither.

    A day, week or year is made a month; where no currency is known the unit is "a call" or "a month" alone.
    """
    code = f"{amount.currency} " if amount.currency else ""
    if amount.per == "call":
        return _near(amount.number), f"{code}a call"
    if amount.per in MONTHS:
        return _near(amount.number * MONTHS[amount.per]), f"{code}a month"
    return None


def _near(number: float) -> float:
    """Without the digits that a division leaves."""
    return number if float(number).is_integer() else float(f"{number:.6g}")


def without_money(text: str) -> str:
    """A text with its sums of money left out, so that none of them is taken for a number of something else."""
    rest, end = "", 0
    for found in _joined(list(_sums(text)), text):
        rest, end = f"{rest}{text[end : found.start]}…", found.end
    return rest + text[end:]


def _sums(text: str) -> Iterator[_Sum]:
    done = 0
    for mark in MARK.finditer(text):
        if mark.start() >= done and (found := _sum(mark, text, done)) and isfinite(found.number):
            done = found.end
            yield found


def _sum(mark: re.Match[str], text: str, done: int) -> _Sum | None:
    """The number that a mark of currency belongs to: behind it or before it, as such marks are written."""
    currency, size = _named(mark)
    start = _start_behind(mark, text)
    if start is not None and (number := _number_after(text, start)):
        return _Sum(number[0] * size, currency, size, mark.start(), number[1])
    if mark["name"] and (text[: mark.start()].rstrip(" -").lower().endswith("per") or NO_SUM.match(text, mark.end())):
        return None
    before = _number_before(text[done : mark.start()], is_word=bool(mark["name"]))
    if before is None:
        return None
    return _Sum(before[0] * size, currency, size, done + before[1], mark.end(), needs_per=bool(mark["attached"]))


def _named(mark: re.Match[str]) -> tuple[str | None, float]:
    if mark["symbol"]:
        return next(code for symbol, code in SYMBOLS.items() if symbol.lower() == mark["symbol"].lower()), 1.0
    if mark["code"]:
        return mark["code"].upper(), 1.0
    return NAMES[mark["name"].lower()] if mark["name"] else ATTACHED[mark["attached"].lower()]


def _start_behind(mark: re.Match[str], text: str) -> int | None:
    """Where the number behind a mark begins; None where there is none, or where the mark belongs to one before."""
    behind = re.match(r"\.? ?(?=\d)" if mark["name"] else r" ?(?=\.?\d)", text[mark.end() :])
    if behind is None:
        return None
    trails = re.search(r"\d ?$", text[: mark.start()])
    if mark["symbol"]:
        is_first = not trails or (behind.end() == 0 and not trails[0][-1].isdigit()) or mark["symbol"] in "$£₹"
    else:
        is_first = bool(mark["code"]) or (mark["name"] or "").lower() in ("rs", "rmb")
    return mark.end() + behind.end() if is_first else None


def _number_after(text: str, start: int) -> tuple[float, int] | None:
    """The longest number that begins at a place, and where it ends."""
    ends = [start + word.end() for word in re.finditer(r"[^\s/$€£₹]+", text[start : start + 60])][:MOST_WORDS]
    for end in reversed(ends):
        words = text[start:end].rstrip(".,;:!?)\"'-–")
        if (number := _whole(words)) is not None:
            return number, start + len(words)
    return None


def _number_before(text: str, *, is_word: bool) -> tuple[float, int] | None:
    """The longest number that ends a text, and where it begins; before a word, "a" is one."""
    ended = text.rstrip(" -")
    if part := (PART.search(ended) if is_word else None):
        return FRACTIONS[part[1].lower()], part.start()
    if divided := DIVIDED.search(ended):
        return (int(divided[1]) / int(divided[2]), divided.start()) if int(divided[2]) else None
    starts = [word.start() for word in re.finditer(r"[^\s(/~≈]+", ended)][-MOST_WORDS:]
    for start in starts:
        if (number := _whole(ended[start:])) is not None:
            return number, start
    one = ONE.search(ended) if is_word else None
    return (1.0, one.start()) if one else None


def _whole(words: str) -> float | None:
    """The number that some words are, all of them; None where they are anything else or more."""
    plain = NUMERAL.sub(_plain, re.sub(r"(?<=\d)(\+|ish\b)|(?<=k)\+", "", _headed(words)))
    found = quantities(plain)
    if len(found) != 1 or found[0].unit or found[0].per_days:
        return None
    said = _squeezed(found[0].text)
    return found[0].number if _squeezed(plain) in (said, f"between{said}") else None


def _headed(words: str) -> str:
    """Words with a nought before a bare point."""
    return re.sub(r"(?<!\d)\.(?=\d)", "0.", words.replace("½", "0.5"))


def _squeezed(text: str) -> str:
    return re.sub(r"[\s,'’]|\bof\b", "", text.lower())


def _plain(numeral: re.Match[str]) -> str:
    """A numeral without separators where a point and a comma are both in it, and none that reads as thousands below one."""
    digits = numeral[0]
    point, comma = digits.rfind("."), digits.rfind(",")
    if point >= 0 and comma >= 0:
        last = max(point, comma)
        return f"{re.sub('[.,]', '', digits[:last])}.{digits[last + 1 :]}"
    return f"{digits}0" if re.fullmatch(r"0+[.,]\d{3}", digits) else digits


def _joined(sums: list[_Sum], text: str) -> list[_Sum]:
    """Sums with both ends of a range made one, "$50 to $500" its middle; and "5 dollars and 20 cents"."""
    kept: list[_Sum] = []
    for found in sums:
        last = kept[-1] if kept else None
        if last and last.currency == found.currency and _is_range(last, found, text):
            lower = last.number * (1000 if last.number < found.number / 100 else 1)
            kept[-1] = replace(found, number=(lower + found.number) / 2, start=last.start)
        elif last and last.size == 1 and found.size < 1 and re.fullmatch(r" (and )?", text[last.end : found.start]):
            kept[-1] = replace(found, number=last.number + found.number, currency=last.currency, start=last.start)
        else:
            kept.append(found)
    return kept


def _is_range(last: _Sum, found: _Sum, text: str) -> bool:
    between = text[last.end : found.start]
    if re.fullmatch(r"\s*and\s*", between, re.IGNORECASE):
        return text[: last.start].rstrip().lower().endswith("between")
    return JOINED.fullmatch(between) is not None


def _per(before: str, after: str) -> tuple[Per | None, float]:
    """What a sum is per, and how many of it: first what follows it, else what stands before it in its clause."""
    tail = BREAK.split(_spelt(after))[0]
    if hit := _hit(list(_tail_hits(_pieces(tail)[:NEAR]))):
        return hit
    head = _pieces(BREAK.split(_spelt(before))[-1])
    return _hit(list(_head_hits(head))[-1:]) or (None, 1.0)


def _spelt(text: str) -> str:
    for pattern, spelling in SPELT:
        text = pattern.sub(spelling, text)
    return text


def _pieces(text: str) -> list[str]:
    return [piece.lower() for piece in PIECE.findall(text)]


def _hit(hits: list[tuple[Per, float]]) -> tuple[Per, float] | None:
    """The first of some hits; a share of a seat or an hour makes any other one moot."""
    shared = [hit for hit in hits if hit == ("other", 1.0)]
    return next(iter(shared or hits), None)


def _tail_hits(pieces: list[str]) -> Iterator[tuple[Per, float]]:
    here = 0
    while here < len(pieces):
        piece, rest = pieces[here], pieces[here + 1 :]
        if piece in STOPS or piece[0].isdigit():
            return
        if piece in ADVERBS:
            yield ADVERBS[piece]
        elif piece in ONCE and not (rest and rest[0] in WEAK | STRONG):
            yield "once", 1.0
        elif piece in STRONG | WEAK:
            hit, used = _counted_in(rest, is_strong=piece in STRONG)
            if hit:
                yield hit
                here += used
            elif piece == "each":
                yield "call", 1.0
        elif piece == "apiece":
            yield "call", 1.0
        here += 1


def _head_hits(pieces: list[str]) -> Iterator[tuple[Per, float]]:
    for here, piece in enumerate(pieces):
        if any(_is_count(p) for p in pieces[max(0, here - 3) : here]):
            continue  # "10k calls a day": the day is the calls', not the sum's
        if piece in ADVERBS:
            yield ADVERBS[piece]
        elif piece in STRONG | WEAK - PASSING:
            hit, used = _counted_in(pieces[here + 1 :], is_strong=piece in STRONG)
            if hit and not any(_is_count(p) for p in pieces[here + 1 : here + 1 + used]):
                yield hit


def _counted_in(rest: list[str], *, is_strong: bool) -> tuple[tuple[Per, float] | None, int]:
    """What stands after "per" or "a", how many of it, and how many words say so."""
    factor, adjectives = 1.0, 0
    for used, piece in enumerate(rest[:5], 1):
        if _is_count(piece):
            factor *= COUNTED.get(piece) or _whole(piece) or 1.0
            continue
        if noun := _noun(piece):
            per, many = noun
            return (per, factor * many if per != "other" else 1.0), used
        adjectives += 1
        if adjectives > (2 if is_strong else 1):
            break
    return (("other", 1.0) if is_strong and rest else None), 0


def _is_count(piece: str) -> bool:
    return piece[0].isdigit() or piece in COUNTED


def _noun(word: str) -> tuple[Per, float] | None:
    single = word[:-1] if len(word) > 3 and word.endswith("s") else word
    if period := PERIODS.get(word) or PERIODS.get(single):
        return period
    if single in CALLS or word in CALLS:
        return "call", 1.0
    if single == "token":
        return "million tokens", 1e-6
    return ("other", 1.0) if single in SHARED or word in SHARED else None
