"""What every test stands on: a clean environment, no network, one index and one advisor a session."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from agent import Advisor, Settings
from knowledge import Library, SearchEncoder, open_library

PRIVATE = ("OPENAI_", "GAPWISE_", "LANGSMITH_", "LANGCHAIN_")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(PRIVATE) and name != "GAPWISE_SOURCES":
            monkeypatch.delenv(name)
    monkeypatch.setenv("GAPWISE_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect: Callable[..., Any] = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in ("127.0.0.1", "::1", "localhost", "local"):
            raise AssertionError(f"a test tried to reach {host}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def library(session_folder: Path) -> Library:
    """The shipped library after its index on disk was proved sound, so that Chroma is asked in every test."""
    opened = open_library(session_folder, SearchEncoder())
    if opened.retriever.index.settling:
        opened.retriever.index.settling.join()
    return opened


@pytest.fixture(scope="session")
def home(session_folder: Path, library: Library) -> Path:
    """A home whose index is built and proved; conversations go elsewhere."""
    return session_folder


@pytest.fixture(scope="session")
def session_advisor(home: Path) -> Iterator[Advisor]:
    opened = Advisor.open(Settings(gapwise_home=home))
    yield opened
    opened.close()


@pytest.fixture
def advisor(session_advisor: Advisor) -> Advisor:
    """The shared advisor; each test opens conversations of its own."""
    return session_advisor
