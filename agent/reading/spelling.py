"""Typing slips put right before a message is read: the likeliest word one edit away from one that nobody writes.

A noisy channel (Kernighan, Church and Gale 1990): how often a word is written, times how easily a finger makes it what was typed.
Dictionary and edits are pyspellchecker's: pure Python, kept since 2018, its word list in the package. How people write about their
applications is counted in the training data, by `agent.reading.word_counts`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from spellchecker import SpellChecker

WORDS = "weights/words.txt"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SHORTEST = 4
"""Letters from which a word that nobody writes is taken for a slip."""
SHORTEST_SHOUTED = 6
"""The same in capitals; shorter ones are mostly abbreviations."""
DICTIONARY_SHARE = 0.1
"""What the dictionary's frequencies count beside those of the training data."""
LEAST_LIKELY = 1e-7
"""Frequency, times the ease of the slip, below which a word is left as it was typed: it may be a name."""
SWAPPED, DOUBLED, BESIDE, ADDED, DROPPED, ELSEWHERE, NO_APOSTROPHE = 1.0, 1.0, 1.0, 0.3, 0.6, 0.1, 10.0
"""How easily two letters change places, one is typed twice, a key beside it is hit, a strange one slips in, one is left out, another
key is hit, and how easily an apostrophe is left out, which many people always do."""
KEYS = "qwertyuiop asdfghjkl zxcvbnm"


@dataclass(frozen=True)
class Speller:
    """Puts slips right. Names, abbreviations and words of a dictionary stay as they are."""

    counts: Mapping[str, int]
    """How often the training data has each word."""

    @cached_property
    def _dictionary(self) -> SpellChecker:
        return SpellChecker(distance=1)

    @cached_property
    def _total(self) -> int:
        return sum(self.counts.values())

    def corrected(self, text: str) -> str:
        """The text with its slips put right and its apostrophes plain, word for word: no word is added, lost or moved."""
        return WORD.sub(lambda match: self._word(match[0].replace("’", "'")), text)

    def _word(self, typed: str) -> str:
        low = typed.lower()
        shouted = typed.isupper()
        if len(low) < (SHORTEST_SHOUTED if shouted else SHORTEST) or not low.isascii():
            return typed
        if not (shouted or typed.islower() or typed.istitle()):
            return typed
        meant = self._meant(low)
        if meant == low:
            return typed
        return meant.upper() if shouted else meant.capitalize() if typed.istitle() else meant

    def _meant(self, low: str) -> str:
        if self._is_word(low):
            return low
        near = (word for word in self._dictionary.edit_distance_1(low) if word[0] == low[0] and self._is_word(word))
        chances = {word: self._frequency(word) * _ease(low, word) for word in near if WORD.fullmatch(word)}
        best = max(sorted(chances), key=lambda word: chances[word], default=low)
        return best if chances.get(best, 0.0) >= LEAST_LIKELY else low

    def _is_word(self, low: str) -> bool:
        return low in self._dictionary or low in self.counts

    def _frequency(self, low: str) -> float:
        return self.counts.get(low, 0) / self._total + DICTIONARY_SHARE * self._dictionary.word_usage_frequency(low)


def load_speller() -> Speller:
    """The speller over the counts that are shipped."""
    lines = (files("agent.reading") / WORDS).read_text(encoding="utf-8").splitlines()
    return Speller({word: int(count) for word, count in (line.split() for line in lines)})


def as_typed(quote: str, corrected: str, typed: str) -> str:
    """A part of a corrected text as it was typed; parts with an ellipsis between are looked up one by one."""
    if corrected == typed:
        return quote
    words, originals = WORD.findall(corrected), WORD.findall(typed)
    return " … ".join(_restored(part, words, originals) for part in quote.split(" … "))


def _restored(part: str, words: list[str], originals: list[str]) -> str:
    own = WORD.findall(part)
    starts = (at for at in range(len(words) - len(own) + 1) if words[at : at + len(own)] == own)
    at = next(starts, None)
    if at is None:
        return part
    typed = iter(originals[at : at + len(own)])
    return WORD.sub(lambda _: next(typed), part)


def _ease(typed: str, meant: str) -> float:
    """How easily a word one edit away becomes what was typed, beside other slips."""
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    if len(typed) > len(meant):
        return DOUBLED if typed[at] == typed[at - 1] else ADDED
    if len(typed) < len(meant):
        return NO_APOSTROPHE if meant[at] == "'" else DROPPED
    if typed[at + 1 :] != meant[at + 1 :]:
        return SWAPPED
    return BESIDE if abs(KEYS.find(typed[at]) - KEYS.find(meant[at])) == 1 else ELSEWHERE
