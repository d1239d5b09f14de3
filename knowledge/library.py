"""The library as its readers know it: opened once, searched, asked for passages by id."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge.corpus import Corpus, load_corpus
from knowledge.embedding import Encoder, Vectors
from knowledge.index import Progress, open_index
from knowledge.passages import Passage, Search
from knowledge.retrieval import Retriever


@dataclass(frozen=True)
class Library:
    """The shipped passages, indexed."""

    corpus: Corpus
    encoder: Encoder
    retriever: Retriever

    def search(self, query: str, k: int = 5, vector: Vectors | None = None) -> Search:
        """Find the passages that answer a query; `vector` spares embedding it again where it is known."""
        if vector is None:
            vector = self.encoder.encode([query])[0]
        return self.retriever.search(query, vector, k)

    def fetch(self, ids: Iterable[str]) -> tuple[Passage, ...]:
        """The passages of these ids that exist, in the order given, each once."""
        return tuple(self.corpus.by_id[i] for i in dict.fromkeys(ids) if i in self.corpus.by_id)


def open_library(home: Path, encoder: Encoder, *, progress: Progress | None = None) -> Library:
    """Open the shipped corpus and its index under `home`, building the index where needed.

    Raises:
        CorpusError: the shipped texts are damaged.
        IndexUnavailable: the index cannot be written.
        ModelError: the embedding model is not there.
    """
    corpus = load_corpus()
    index = open_index(home, corpus, encoder, progress=progress)
    return Library(corpus, encoder, Retriever(corpus, index))
