"""The library as its readers know it: opened once, searched, asked for passages by id."""

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from knowledge.answerability import Answerability
from knowledge.corpus import Corpus, load_corpus
from knowledge.dissent import Dissent, dissent_ledger
from knowledge.documents.shelf import Shelf
from knowledge.embedding import Encoder, Vectors
from knowledge.excerpt import excerpt
from knowledge.index import Progress, open_index
from knowledge.passages import Hit, Passage, Search
from knowledge.quarrels import QuarrelFinder
from knowledge.retrieval import Retriever

JUDGED = 10
"""Passages ranked at least, so that what fits does not depend on how many are asked for."""


class Library:
    """The shipped passages and the team's own documents, indexed. Threads may share it."""

    def __init__(self, corpus: Corpus, encoder: Encoder, retriever: Retriever, shelf: Shelf | None = None) -> None:
        self.corpus = corpus
        """The shipped passages."""
        self.encoder = encoder
        self.retriever = retriever
        self._own = None if shelf is None else OwnDocuments(shelf)
        self._answerability = Answerability(encoder)
        held = [d for d in dissent_ledger() if all(i in corpus.by_id for p in d.positions for i in p.passages)]
        self._quarrels = QuarrelFinder(held, encoder)

    @property
    def own(self) -> Corpus:
        """The passages of the team's own documents, as they are now."""
        return self._own.corpus if self._own else Corpus(())

    def search(self, query: str, k: int = 5, vector: Vectors | None = None) -> Search:
        """Find the passages that answer a query; `vector` spares embedding it again where it is known."""
        if vector is None:
            vector = self.encoder.encode([query])[0]
        hits: list[Hit] = []
        fits = self._quarrels.asked(vector)
        for retriever in self._retrievers():
            found = retriever.ranked(query, vector, max(k, JUDGED))
            hits += [Hit(retriever.corpus.passages[row], float(found.scores[row])) for row in found.rows]
            fits = fits or self._answerability.fits(query, vector, found)
        hits.sort(key=lambda hit: (-hit.score, hit.passage.id))
        return Search(tuple(hits[:k]), fits and bool(hits))

    def quarrels(self, query: str, hits: Sequence[Hit], vector: Vectors | None = None) -> tuple[Dissent, ...]:
        """The disagreements of the sources that a question touches, nearest first; `hits` is what a search for it brought."""
        if vector is None:
            vector = self.encoder.encode([query])[0]
        return self._quarrels.touched(vector, hits)

    def excerpt(self, passage: Passage, vector: Vectors) -> str:
        """Quote a passage, or of a long one the statements nearest to a question's vector of shape (dimensions,)."""
        holders = (r for r in self._retrievers() if passage.id in r.corpus.by_id)
        holder = next(holders, None)
        return excerpt(passage, holder.nearness(passage.id, vector) if holder else {})

    def _retrievers(self) -> tuple[Retriever, ...]:
        own = self._own.retriever if self._own else None
        return (self.retriever, own) if own else (self.retriever,)

    def fetch(self, ids: Iterable[str]) -> tuple[Passage, ...]:
        """The passages of these ids that exist, in the order given, each once."""
        known = {**self.own.by_id, **self.corpus.by_id}
        return tuple(known[i] for i in dict.fromkeys(ids) if i in known)


class OwnDocuments:
    """The shelf as it is searched: opened anew whenever it has changed."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._corpus = Corpus(())
        self._retriever: Retriever | None = None

    @property
    def corpus(self) -> Corpus:
        """The passages on the shelf."""
        self._refresh()
        return self._corpus

    @property
    def retriever(self) -> Retriever | None:
        """Searches them; None where the shelf is empty."""
        self._refresh()
        return self._retriever

    def _refresh(self) -> None:
        with self._lock:
            stamp = self._shelf.stamp
            if stamp != self._stamp:
                self._corpus = self._shelf.catalogue().corpus
                self._retriever = own_retriever(self._shelf, self._corpus) if self._corpus.passages else None
                self._stamp = stamp


def own_retriever(shelf: Shelf, corpus: Corpus) -> Retriever:
    """Searches what is on a shelf.

    Raises:
        IndexUnavailable: its index is not there and cannot be written.
    """
    return Retriever(corpus, shelf.index(corpus))


def open_library(home: Path, encoder: Encoder, *, progress: Progress | None = None) -> Library:
    """Open the shipped corpus, its index under `home` and the team's own documents there, building the index where needed.

    Raises:
        CorpusError: the shipped texts are damaged.
        IndexUnavailable: the index cannot be written.
        ModelError: the embedding model is not there.
    """
    corpus = load_corpus()
    index = open_index(home, corpus, encoder, progress=progress)
    return Library(corpus, encoder, Retriever(corpus, index), Shelf(home, encoder))
