"""The five originals, where they are at hand: as plain chunks for the peer, and as a team's own documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from evals.asked import Asked
from knowledge import ORIGINALS, Corpus, Library, Passage, SearchEncoder, SentenceEncoder, Shelf, own_retriever

CHUNK = 1_000
"""Characters of a plain chunk."""
ENOUGH = 0.5
"""Share of an answer's lines, or of the chunk, that must lie in both for the chunk to hold the answer."""
RANK_SHIFT = 60
"""Of reciprocal rank fusion, as usual."""

Span = tuple[str, int, int]
"""Source, first and last character."""


@dataclass(frozen=True)
class Originals:
    """The texts of the articles by source id."""

    texts: dict[str, str]
    paths: dict[str, Path]

    @classmethod
    def under(cls, folder: Path) -> "Originals":
        """Read them.

        Raises:
            FileNotFoundError: one is not there.
        """
        paths = {}
        for source, pattern in ORIGINALS.items():
            found = sorted(folder.glob(pattern))
            if not found:
                raise FileNotFoundError(f"{folder} has no {pattern}; name the folder of the five articles.")
            paths[source] = found[0]
        return cls({source: path.read_text(encoding="utf-8") for source, path in paths.items()}, paths)

    def spans(self, source: str, lines: str) -> list[Span]:
        """The characters of some lines, given as "12", "12-15" or "8, 12-15"."""
        starts = self._starts[source]
        found = []
        for part in lines.split(","):
            first, _, last = part.strip().partition("-")
            found.append((source, starts[int(first) - 1], starts[min(int(last or first), len(starts) - 1)] - 1))
        return found

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        found = {}
        for source, text in self.texts.items():
            lengths = [len(line) + 1 for line in text.split("\n")]
            found[source] = [0, *np.cumsum(lengths).tolist()]
        return found


def chunks(originals: Originals) -> list[tuple[Span, str]]:
    """Plain chunks: cut after so many characters, at the last space before."""
    found = []
    for source, text in originals.texts.items():
        start = 0
        while start < len(text):
            end = (
                len(text) if start + CHUNK >= len(text) else text.rfind(" ", start, start + CHUNK) + 1 or start + CHUNK
            )
            found.append(((source, start, end), text[start:end]))
            start = end
    return found


def relabelled(
    questions: Sequence[Asked], shipped: Corpus, originals: Originals, units: dict[str, Span]
) -> tuple[Asked, ...]:
    """The same questions with the units (chunks or passages of the originals) that hold the answers instead of shipped passages."""

    def holding(passage_id: str) -> set[str]:
        passage = shipped.by_id[passage_id]
        wanted = originals.spans(passage.source.id, passage.lines)
        return {unit for unit, span in units.items() if any(_holds(span, lines) for lines in wanted)}

    return tuple(
        Asked(q.text, q.author, q.kind, tuple(frozenset().union(*map(holding, group)) for group in q.answers))
        for q in questions
    )


def _holds(unit: Span, wanted: Span) -> bool:
    shared = min(unit[2], wanted[2]) - max(unit[1], wanted[1])
    return unit[0] == wanted[0] and shared >= ENOUGH * min(unit[2] - unit[1], wanted[2] - wanted[1])


class PlainPeer:
    """The simple set-up that a team would build first: the packaged model over chunks, BM25 over chunks, or both fused by rank."""

    def __init__(self, texts: Sequence[str], names: Sequence[str]) -> None:
        self._names = list(names)
        self._encoder = SentenceEncoder()
        self._vectors = self._encoder.encode(texts)
        self._words = bm25s.BM25()
        self._words.index(bm25s.tokenize(list(texts), stopwords="en", show_progress=False), show_progress=False)

    def dense(self, question: str) -> list[str]:
        """By cosine."""
        return [self._names[row] for row in self._by_meaning(question)]

    def lexical(self, question: str) -> list[str]:
        """By BM25."""
        return [self._names[row] for row in self._by_words(question)]

    def fused(self, question: str) -> list[str]:
        """By reciprocal ranks of both."""
        ranks = np.zeros(len(self._names))
        for order in (self._by_meaning(question), self._by_words(question)):
            ranks[order] += 1 / (RANK_SHIFT + 1 + np.arange(len(order)))
        return [self._names[row] for row in np.argsort(-ranks, kind="stable")]

    def _by_meaning(self, question: str) -> NDArray[np.int64]:
        return np.argsort(-(self._vectors @ self._encoder.encode([question])[0]), kind="stable")

    def _by_words(self, question: str) -> NDArray[np.int64]:
        tokens = bm25s.tokenize([question], stopwords="en", return_ids=False, show_progress=False)[0]
        scores = self._words.get_scores(list(tokens)) if tokens else np.zeros(len(self._names))
        return np.argsort(-scores, kind="stable")


def own_library(home: Path, folder: Path) -> Library:
    """A library of nothing but the originals, read as a team's own documents."""
    encoder = SearchEncoder()
    shelf = Shelf(home, encoder)
    shelf.add(list(Originals.under(folder).paths.values()))
    corpus = shelf.catalogue().corpus
    return Library(corpus, encoder, own_retriever(shelf, corpus))


def own_spans(library: Library, originals: Originals) -> dict[str, Span]:
    """Where each passage of such a library stands in the originals."""
    sources = {path.stem.replace("_", "-"): source for source, path in originals.paths.items()}

    def span(passage: Passage) -> Span:
        source = sources[passage.source.id.removeprefix("own/")]
        return originals.spans(source, passage.lines.removeprefix("lines "))[0]

    return {passage.id: span(passage) for passage in library.corpus.passages}
