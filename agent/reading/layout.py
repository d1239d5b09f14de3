"""Which number of the reader's heads means what, and which word features they look at. Shared by training and reading."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from agent.reading.quantities import shares
from agent.reading.utterances import INTENTS, WANTS
from agent.vocabulary import UNKNOWN, fact_kinds

OFF = "off"
"""An answer head's class for texts that do not answer its question."""
BUCKETS = 4096
WORD = re.compile(r"[a-z0-9']+|[?!]")


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of the heads, in order: answers by fact, then what is volunteered, then intents."""

    answers: Mapping[str, tuple[int, tuple[str, ...]]]
    """For each fact, its first column and its classes: values, `unknown`, `off`."""
    volunteered: Mapping[tuple[str, str], int]
    """Column of each fact and value (and `wants`) said without being asked."""
    intents: Mapping[str, int]
    width: int
    groups: tuple[int, ...]
    """For each column, which of the heads it belongs to: one a fact asked for, one a fact volunteered, one for the intent."""


@cache
def layout() -> Layout:
    """The layout that follows from the vocabulary."""
    answers: dict[str, tuple[int, tuple[str, ...]]] = {}
    volunteered: dict[tuple[str, str], int] = {}
    column = 0
    for name, kind in fact_kinds().items():
        classes = (*kind.values, UNKNOWN, OFF)
        answers[name] = (column, classes)
        column += len(classes)
    for name, kind in fact_kinds().items():
        for value in (*kind.values, UNKNOWN):
            volunteered[name, value] = column
            column += 1
    for lever in WANTS:
        volunteered["wants", lever] = column
        column += 1
    intents = {intent: column + i for i, intent in enumerate(INTENTS)}
    order = [f"answer {name}" for name, (_, classes) in answers.items() for _ in classes]
    order += [f"volunteered {name}" for name, _ in volunteered] + ["intent"] * len(intents)
    numbers = {name: number for number, name in enumerate(dict.fromkeys(order))}
    return Layout(answers, volunteered, intents, column + len(INTENTS), tuple(numbers[name] for name in order))


def word_features(text: str) -> list[int]:
    """Buckets of a text's words and pairs of words, digits made alike; sorted, each once."""
    words = [re.sub(r"\d", "0", word) for word in WORD.findall(text.lower())]
    grams = [f"1:{word}" for word in words] + [f"2:{a} {b}" for a, b in pairwise(words)]
    grams += [f"share:{int(10 * share)}" for share in shares(text)]
    if words:
        grams += [f"first:{words[0]}", f"length:{min(len(words), 6)}"]
    return sorted({int.from_bytes(hashlib.blake2s(gram.encode(), digest_size=4).digest()) % BUCKETS for gram in grams})
