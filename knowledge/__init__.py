"""The library: sources restated as attributed passages, indexed and found. Knows nobody else."""

from knowledge.answerability import Answerability
from knowledge.corpus import Corpus, load_corpus
from knowledge.dissent import Dissent, Stance, dissent_ledger
from knowledge.documents.shelf import Document, Outcome, Shelf
from knowledge.embedding import PACKAGED, Encoder, SentenceEncoder, Vectors
from knowledge.errors import CorpusError, DocumentError, IndexUnavailable, KnowledgeError, ModelError
from knowledge.index import Index, Progress, check_index, open_index
from knowledge.library import Library, open_library, own_retriever
from knowledge.passages import OWN, Hit, Passage, Search, Source
from knowledge.restatement import ORIGINALS
from knowledge.retrieval import Retriever, Weights
from knowledge.search_encoder import SearchEncoder
from knowledge.visible import visible_text

__all__ = [
    "ORIGINALS",
    "OWN",
    "PACKAGED",
    "Answerability",
    "Corpus",
    "CorpusError",
    "Dissent",
    "Document",
    "DocumentError",
    "Encoder",
    "Hit",
    "Index",
    "IndexUnavailable",
    "KnowledgeError",
    "Library",
    "ModelError",
    "Outcome",
    "Passage",
    "Progress",
    "Retriever",
    "Search",
    "SearchEncoder",
    "SentenceEncoder",
    "Shelf",
    "Source",
    "Stance",
    "Vectors",
    "Weights",
    "check_index",
    "dissent_ledger",
    "load_corpus",
    "open_index",
    "open_library",
    "own_retriever",
    "visible_text",
]
