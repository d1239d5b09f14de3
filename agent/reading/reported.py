"""What a user reports of a result, read from their words: figures before and now, a target, and which way quality and cost moved.

A small grammar: two figures count as before and now only where the words between them say which is which, and no figure is guessed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from agent.judgement.outcome import Figure, Movement, Report, Word
from agent.reading.quantities import SMALL, TENS, shares

Kind = Literal["quality", "failures", "thrift"]

COUNTED = "|".join([*TENS, *(word for word, n in SMALL.items() if n != 1)])
NUMBER = rf"(?:\d[\d.,]*\d|\d|{COUNTED})(?!\w)"
PERIOD = r"\s+(?:second|minute|hour|day|week|month|quarter|year)"
WHOLE = (
    r"(?:\s+(?:right|correct|wrong|good|bad|cases|answers|times|are|were|came|out)){0,3}"
    rf"\s*(?:/|\b(?:out of|of|in)\b)\s*(?:the\s+|our\s+)?{NUMBER}(?!{PERIOD})"
)
SCALE = r"\s?(?:k|m)\b"
FIGURE = re.compile(
    rf"(?<![\w@.,+-])(?:[$€£]\s?)?(?:\d[\d.,]*\d|\d|{COUNTED}|one(?={WHOLE}))(?:{WHOLE}|\s?(?:%|percent\b|per cent\b|pct\b)|{SCALE}|(?!\w))",
    re.IGNORECASE,
)
"""A number, a percentage, or one of a whole; not the digit of a name such as F1, nor a mere gain such as +3."""
HUNDREDS = re.compile(rf"\b(?P<n>\d+|{COUNTED}|one)\s+(?P<scale>hundred|thousand)\b", re.IGNORECASE)
NONE_OF = re.compile(r"\bnone(?=\s+(?:in|of|out of)\s+\d)", re.IGNORECASE)
FORWARD = r"to|→|->|=>|became|become|becomes|after|now|then"
BACKWARD = r"was|were|from|instead of|vs\.?|versus|against|before|than|used to be|previously|compared (?:to|with)"
CUE = re.compile(rf"(?<!\w)(?:(?P<forward>{FORWARD})|(?P<backward>{BACKWARD}))(?!\w)", re.IGNORECASE)
LONGEST = 60
"""Letters between two figures that can still be one comparison, and before a figure that can still bear on it."""
WIDEST = 300
"""Letters on either side of a figure within which a word says what it counts."""
ENDS = re.compile(r"[.!?;](?=\s|$)")
PAUSES = re.compile(r"[,.!?;:](?=\s|$)")
AFTERWARDS = re.compile(r"\W*(?:\w+\W+){0,2}?(?:after|now|today|since)\b", re.IGNORECASE)
ALL_CASES = re.compile(r"\b(?:on|over|across|among|of)\s+(?:our|the|my|all|these|those|a set of)?\s*$", re.IGNORECASE)
"""Before a figure: it is the number of cases that were tried, not a level."""
GAIN = re.compile(r"\b(?:by|up|down|dropped|rose|fell|another|plus|extra)\s*$", re.IGNORECASE)
"""Before a figure: it is a change, not a level."""
POINTS = re.compile(r"\s*(?:percentage\s+)?points?\b", re.IGNORECASE)
TARGET = re.compile(
    r"\b(?:target|goal|aim|bar|threshold|need|needs|needed|required?|at least|want)\b[^\d.,;!?]{0,30}$", re.IGNORECASE
)
SCORED = re.compile(
    r"\b(?:scor\w+|accuracy|recall(?:@\d+)?|precision|f1|hit rate|baseline|still|at)\W+(?:\w+\W+){0,2}?$", re.IGNORECASE
)

KINDS: dict[Kind, re.Pattern[str]] = {
    "failures": re.compile(
        r"\b(?:errors?|wrong|mistakes?|hallucinat\w+|complain\w+|fail\w*|broken|bad|invented|made-up|jailbreaks?|incorrect|"
        r"escalat\w+|corrections?|misses|missed|breaches|violations?)\b", re.IGNORECASE),
    "thrift": re.compile(
        r"\b(?:bill|costs?|costing|spend\w*|price|cents?|latency|response times?|seconds?|secs?|ms|milliseconds|minutes?|dollars?|euros?|"
        r"slower|faster|cheaper)\b|[$€£]", re.IGNORECASE),
    "quality": re.compile(
        r"\b(?:right|correct\w*|accura\w+|scor\w+|recall\w*|precision|f1|hit rate|pass\w*|good|quality|found)\b", re.IGNORECASE),
}  # fmt: skip
STILL_BAD = re.compile(r"\bstill (?:\w+ )?(?:wrong|off|bad|broken|failing|fails?)\b", re.IGNORECASE)
NO_CHANGE = re.compile(
    r"\b(?:no|zero) (?:real |visible |noticeable |measurable )?(?:change|difference|improvement|effect|better|worse|gain)\b|"
    r"\b(?:stayed|remained|is|are|quality|about) (?:about |exactly )?the same\b|\bsame (?:quality|score|result)s?\b|\bquality same\b|"
    r"\bunchanged\b|\bnothing (?:changed|moved)\b|\b(?:brought|changed) nothing\b|\bheld(?: up)?(?=\s*[,.;!?]|$)|"
    r"(?:n't|\bnot|\bnever) (?:really |any )?(?:(?:work|help|change|improve|fix|solve)(?:e?d)?|happy|right|correct|better|worse|gone|good)\b",
    re.IGNORECASE)  # fmt: skip
WORSE = re.compile(r"\bworse\b|\bworsened\b|\bdegraded\b|\bdeteriorat\w+", re.IGNORECASE)
WORKS = re.compile(
    r"\bwork(?:s|ed)\b|\bfixed\b(?!\s+#)|\bsolved\b|\bperfect\w*|\bgone\b(?! from)|\bstopped(?=\s*[,.;!?]|$)|\bdid the trick\b|\bpassed\b|"
    r"\bhappy\b|(?:\bis|\bare|'s) (?:now |all )?(?:right|correct|fine)\b|\bno more\b|\bzero\b|\bany ?more\b", re.IGNORECASE)  # fmt: skip
BETTER = re.compile(
    r"\bbetter\b|\bhelped\b|\bimprov\w+|\bhappier\b|\bhalved\b|\brose\b|\b(?:went|is|are|score) up\b|\bgain\b|\bfewer\b|\+\s?\d", re.IGNORECASE)  # fmt: skip
REMAINS = re.compile(
    r"\bstill\b(?!\s+\d)|\bbut\b|\b(?:almost|nearly|mostly|a little|partly|sometimes)\b|\bnot (?:all|always)\b",
    re.IGNORECASE,
)
"""Something is left to wish for."""
RIGHT_OF = re.compile(rf"{FIGURE.pattern}(?:\s+(?:are|is|were)?\s*(?:right|correct|good|fine))?", re.IGNORECASE)
"""A figure with the word for what it counts, which is no word on how it went."""
CHEAPER = re.compile(
    r"(?<!no )(?<!not )(?<!n't )\b(?:faster|quicker|cheaper)\b|\b(?:bill|costs?|spend\w*|price|latency|response times?)\b[^.;]{0,30}?"
    r"\b(?:down|fell|dropped|lower|less|halved|half|third|quarter|quarters|fifth|sixth|tenth|fraction|cut)\b", re.IGNORECASE)  # fmt: skip
DEARER = re.compile(
    r"\b(?:slower|dearer|costlier|more expensive)\b|\b(?:bill|costs?|spend\w*|price|latency|response times?)\b[^.;]{0,30}?"
    r"\b(?:up|rose|higher|doubled|tripled)\b", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """A figure and where it stands."""

    figure: Figure
    start: int
    end: int
    whole: float | None
    """What it is a share of, where that is said: 100 for per cent."""


def reported(text: str) -> Report:
    """Read a report; what the words do not say stays None."""
    spoken = NONE_OF.sub("zero", HUNDREDS.sub(_in_digits, text.replace("’", "'")))
    found = list(_figures(spoken))
    targets = [f for f in found if TARGET.search(_before(spoken, f.start))]
    levels = [f for f in found if f not in targets]
    report = Report(word=_word(spoken), thrift=_thrift_word(spoken))
    now: _Found | None = None
    for before, after in _pairs(levels, spoken):
        kind = _kind(spoken, before, after)
        one, other = _alike(before, after)
        if kind == "thrift":
            report = replace(report, thrift=report.thrift or _cheaper(one, other))
        elif now is None:
            now = replace(after, figure=other)
            report = replace(
                report, before=one, now=other, less_is_better=_less_is_better(kind, one, other, report.word)
            )
    if now is None and (single := _single(levels, spoken)):
        now = single
        report = replace(report, now=now.figure, less_is_better=_kind(spoken, now, now) == "failures")
    return replace(report, target=_target(targets, now)) if now else report


def _before(text: str, place: int) -> str:
    return text[max(0, place - LONGEST) : place]


def _in_digits(match: re.Match[str]) -> str:
    number = _number(match["n"]) or 1.0
    return f"{number * (100 if match['scale'].lower() == 'hundred' else 1000):.0f}"


def _target(targets: Sequence[_Found], now: _Found) -> Figure | None:
    """The last one that can be compared with where things stand."""
    alike = [_alike(target, now)[0] for target in targets]
    return next((target for target in reversed(alike) if target.is_share == now.figure.is_share), None)


def _figures(text: str) -> Iterator[_Found]:
    for match in FIGURE.finditer(text):
        written = match.group().strip()
        if POINTS.match(text, match.end()) or GAIN.search(_before(text, match.start())):
            continue
        share = shares(written)
        number = _number(written)
        if not share and ALL_CASES.search(_before(text, match.start())):
            continue
        if share:
            whole = number / share[0] if number and share[0] else None
            yield _Found(Figure(share[0], written, True), match.start(), match.end(), whole)
        elif number is not None:
            yield _Found(Figure(number, written, False), match.start(), match.end(), None)


def _number(written: str) -> float | None:
    first = re.search(rf"({NUMBER}|one)\s?([km])?\b", written, re.IGNORECASE)
    if first is None:
        return None
    word = first[1].lower()
    scale = {"k": 1e3, "m": 1e6}.get((first[2] or "").lower(), 1.0)
    if word in SMALL or word in TENS:
        return float(SMALL.get(word, TENS.get(word, 0))) * scale
    plain = re.sub(r",(?=\d{3}\b)", "", word).replace(",", ".")
    return float(plain) * scale if plain.count(".") <= 1 else None


def _pairs(found: Sequence[_Found], text: str) -> Iterator[tuple[_Found, _Found]]:
    """Before and now, of each two neighbouring figures that the words between them, or behind them, set against each other."""
    for first, second in pairwise(found):
        between = text[first.end : second.start]
        cues = list(CUE.finditer(between))
        if not cues or len(between) > LONGEST or ENDS.search(between.rstrip()):
            continue
        last = cues[-1]
        of_first = bool(re.search(r"[,;]|\band\b", between[last.end() :]))
        forward = bool(last["forward"]) != of_first
        if of_first and AFTERWARDS.match(text, second.end):
            forward = True
        yield (first, second) if forward else (second, first)


def _alike(before: _Found, now: _Found) -> tuple[Figure, Figure]:
    """Two figures of one measure: a bare number beside a share counts in the same whole."""

    def shared(bare: _Found, other: _Found) -> Figure:
        if bare.figure.is_share or other.whole is None or bare.figure.value > other.whole:
            return bare.figure
        return Figure(
            bare.figure.value / other.whole,
            f"{bare.figure.text}{'%' if other.whole == 100 and '%' in other.figure.text else ''}",
            True,
        )

    return shared(before, now), shared(now, before)


def _kind(text: str, first: _Found, second: _Found) -> Kind | None:
    """What two figures measure: the nearest word that says so, in the clause before the whole sentence; None where none does."""
    start, end = min(first.start, second.start), max(first.end, second.end)
    first_letter, last_letter = max(0, start - WIDEST), min(len(text), end + WIDEST)
    for edge in (PAUSES, ENDS):
        behind = [m.end() for m in edge.finditer(text, first_letter, start)]
        ahead = edge.search(text, end, last_letter)
        left, right = behind[-1] if behind else first_letter, ahead.start() if ahead else last_letter
        near = [
            (max(start - m.end(), m.start() - end, 0), kind)
            for kind, words in KINDS.items()
            for m in words.finditer(text, left, right)
        ]
        if near:
            return min(near, key=lambda pair: pair[0])[1]
    return None


def _less_is_better(kind: Kind | None, before: Figure, now: Figure, word: Word | None) -> bool:
    """By the word for what is counted; where there is none, by what the user says of the move."""
    if kind is not None:
        return kind == "failures"
    fell = now.value < before.value
    return (fell and word in ("works", "better")) or (now.value > before.value and word == "worse")


def _single(levels: Sequence[_Found], text: str) -> _Found | None:
    """The last share or score of quality, where no two figures could be compared."""
    for found in reversed(levels):
        kind = _kind(text, found, found)
        scored = SCORED.search(_before(text, found.start)) and found.figure.value <= 100
        none_left = kind == "failures" and found.figure.value == 0
        if kind == "thrift" or not (found.figure.is_share or scored or none_left):
            continue
        if found.figure.is_share or none_left:
            return found
        scale = 100 if found.figure.value > 1 else 1
        return replace(
            found, figure=replace(found.figure, value=found.figure.value / scale, is_share=True), whole=100.0
        )
    return None


def _cheaper(before: Figure, now: Figure) -> Movement:
    return "better" if now.value < before.value else "worse" if now.value > before.value else "same"


def _word(text: str) -> Word | None:
    """How it went, in words; the figures are left out, and what denies a change is no word for one."""
    plain = RIGHT_OF.sub(" # ", text)
    telling = NO_CHANGE.sub(" ", plain)
    if WORSE.search(telling):
        return "worse"
    works, better = WORKS.search(telling), BETTER.search(telling)
    if works and telling == plain and not REMAINS.search(telling):
        return "works"
    if works or better:
        return "better"
    return "same" if telling != plain or STILL_BAD.search(telling) else None


def _thrift_word(text: str) -> Movement | None:
    if CHEAPER.search(text):
        return "better"
    return "worse" if DEARER.search(text) else None
