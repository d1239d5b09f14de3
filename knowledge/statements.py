"""Cuts a text into the statements that it makes: lines, and the sentences in them."""

import re

SENTENCE_END = re.compile(r"(?<=[.!?…])([\"”’)\]]*)\s+(?=[\"“‘(\[]*[A-Z0-9])")
ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|fig|Mr|Mrs|Dr|St|cf)\.|\b[A-Z]\.)$", re.IGNORECASE)


def statements(text: str) -> tuple[str, ...]:
    """The sentences of each line, in order, none empty."""
    return tuple(sentence for line in text.split("\n") if line.strip() for sentence in _sentences(line.strip()))


def _sentences(line: str) -> list[str]:
    found: list[str] = []
    start = 0
    for end in SENTENCE_END.finditer(line):
        if not ABBREVIATION.search(line[: end.start()]):
            found.append(line[start : end.end(1)].strip())
            start = end.end()
    return [*found, line[start:].strip()]
