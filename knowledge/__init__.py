"""The library: sources restated as attributed passages, indexed and found. Knows nobody else."""

from knowledge.corpus import Corpus, load_corpus
from knowledge.dissent import Dissent, Stance, dissent_ledger
from knowledge.embedding import PACKAGED, Encoder, SentenceEncoder, Vectors
from knowledge.errors import CorpusError, IndexUnavailable, KnowledgeError, ModelError
from knowledge.index import Progress, check_index, open_index
from knowledge.library import Library, open_library
from knowledge.passages import Hit, Passage, Search, Source

__all__ = [
    "PACKAGED",
    "Corpus",
    "CorpusError",
    "Dissent",
    "Encoder",
    "Hit",
    "IndexUnavailable",
    "KnowledgeError",
    "Library",
    "ModelError",
    "Passage",
    "Progress",
    "Search",
    "SentenceEncoder",
    "Source",
    "Stance",
    "Vectors",
    "check_index",
    "dissent_ledger",
    "load_corpus",
    "open_index",
    "open_library",
]
