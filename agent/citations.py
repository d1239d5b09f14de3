"""Checks a sentence against the passages it cites, before anybody sees it: they were retrieved, and its figures stand in them or follow."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from agent.judgement.derivation import Given, Term, parts, reads_right
from knowledge import Passage

FIGURE = re.compile(r"\$?\d[\d,.]*\d|\$?\d")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One claim and the passages it rests on."""

    text: str
    cites: tuple[str, ...]
    own_figures: frozenset[str] = frozenset()
    """Figures of the user's own that the sentence repeats; they need no passage."""
    workings: tuple[Term, ...] = ()
    """Figures that were worked out; they are worked out again, from what its passages and the user say."""
    own_numbers: frozenset[float] = frozenset()
    """What a working may start from without a passage."""


def faults(sentence: Sentence, retrieved: Mapping[str, Passage]) -> list[str]:
    """Why a sentence must not be shown; empty where it may."""
    missing = [i for i in sentence.cites if i not in retrieved]
    doubtful = [i for i in sentence.cites if i in retrieved and retrieved[i].caution]
    found: list[str] = [f"cites {i}, which was not retrieved" for i in missing]
    found += [f"cites {i}, which carries a caution" for i in doubtful]
    if not missing:
        stand = figures(" ".join(retrieved[i].text for i in sentence.cites))
        found += [
            f"says {f}, which its passages do not" for f in figures(sentence.text) if not _supported(f, stand, sentence)
        ]
        found += [
            f"works with {t.shown}, which {fault}" for t in _terms(sentence) if (fault := _unsound(t, stand, sentence))
        ]
    return found


def sound(sentences: Iterable[Sentence], retrieved: Mapping[str, Passage]) -> list[Sentence]:
    """The sentences that pass; the others are dropped."""
    return [sentence for sentence in sentences if not faults(sentence, retrieved)]


def figures(text: str) -> list[str]:
    """The figures of a text in order, without separators: "5,000" and "5000" are one."""
    return [match.group().replace(",", "").rstrip(".") for match in FIGURE.finditer(text)]


def _supported(figure: str, stand: Collection[str], sentence: Sentence) -> bool:
    worked_out = {f for term in _terms(sentence) for f in figures(term.shown)}
    return figure in stand or figure in worked_out or figure.lstrip("$") in sentence.own_figures


def _terms(sentence: Sentence) -> list[Term]:
    return [part for term in sentence.workings for part in parts(term)]


def _unsound(term: Term, stand: Collection[str], sentence: Sentence) -> str | None:
    """Why a figure of a working may not be used; None where it may."""
    if not reads_right(term):
        return f"is not {term.value:g}"
    if not isinstance(term, Given):
        return None
    if term.origin == "source":
        return None if set(figures(term.shown)) <= set(stand) else "its passages do not say"
    return None if term.value in sentence.own_numbers else "nobody said"


class Numbering:
    """Numbers citations from 1 in the order in which they are first used in a reply."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def numbers(self, ids: Iterable[str]) -> tuple[int, ...]:
        """The numbers of some passages, given out on first use."""
        return tuple(self._numbers.setdefault(i, len(self._numbers) + 1) for i in ids)

    def marked(self, sentence: Sentence) -> str:
        """The sentence with its marks at the end, before the closing stop."""
        marks = "".join(f"[{n}]" for n in self.numbers(sentence.cites))
        return f"{sentence.text} {marks}".rstrip()

    @property
    def order(self) -> tuple[str, ...]:
        """The passages in the order of their numbers."""
        return tuple(self._numbers)
