import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from agent import Advisor, ConfigurationError, StoreUnavailable
from agent.store import store_path
from agent.testing import ScriptedReader, Store
from knowledge import Library, load_corpus


@dataclass(frozen=True)
class Unlisted:
    """A class that no checkpoint may bring back."""

    value: str


@pytest.fixture(scope="module")
def shelf() -> Library:
    """A library that can fetch, for conversations without a model."""
    return Library(load_corpus(), cast(Any, None), cast(Any, None))


def opened(shelf: Library, path: Path) -> Advisor:
    reader = ScriptedReader()
    return Advisor(shelf, reader, reader, Store(path), "embedded")


def test_two_hundred_kills_lose_double_or_halve_no_turn() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "evals.kill", "--times", "200"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "200 kills" in result.stdout
    assert ", 0 lost, 0 doubled, 0 half, 0 damaged" in result.stdout


def test_eight_writers_to_one_conversation_keep_every_turn(shelf: Library, tmp_path: Path) -> None:
    advisors = [opened(shelf, tmp_path / "c.sqlite") for _ in range(2)]
    conversation = advisors[0].start()

    def talk(writer: int) -> None:
        for number in range(8):
            advisors[writer % 2].reply(conversation, f"writer {writer} message {number}", f"{writer}-{number}")

    threads = [threading.Thread(target=talk, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history = advisors[0].history(conversation)
    assert len(history) == 64
    assert len({text for text, _ in history}) == 64
    assert [reply["turn"] for _, reply in history] == list(range(1, 65))


def test_a_conversation_is_there_after_closing_and_opening(shelf: Library, tmp_path: Path) -> None:
    first = opened(shelf, tmp_path / "c.sqlite")
    conversation = first.start()
    said = first.reply(conversation, "it invents prices")
    first.close()
    again = opened(shelf, tmp_path / "c.sqlite")
    assert again.history(conversation) == (("it invents prices", said),)


@pytest.mark.parametrize("damage", ["garbage", "header", "middle"])
def test_a_damaged_store_is_kept_aside_and_named(shelf: Library, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "c.sqlite"
    advisor = opened(shelf, path)
    conversation = advisor.start()
    for number in range(12):
        advisor.reply(conversation, f"message {number}")
    advisor.close()
    data = bytearray(path.read_bytes())
    match damage:
        case "garbage":
            data = bytearray(b"not a database " * 400)
        case "header":
            data[:100] = b"\0" * 100
        case _:
            data[4096 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4096)
    path.write_bytes(data)
    store = Store(path)
    assert store.set_aside is not None
    assert store.set_aside.read_bytes() == bytes(data)
    assert store.list() == ()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="GAPWISE_HOME"):
        Store(tmp_path / "file" / "c.sqlite")


def fill(advisor: Advisor, conversation: str) -> None:
    for number in range(20):
        advisor.reply(conversation, "word " * 1500, f"big-{number}")


def test_a_full_disk_refuses_the_turn_and_keeps_the_earlier_ones(shelf: Library, tmp_path: Path) -> None:
    advisor = opened(shelf, tmp_path / "c.sqlite")
    conversation = advisor.start()
    advisor.reply(conversation, "it invents prices", "one")
    pages = advisor.store.saver.conn.execute("PRAGMA page_count").fetchone()[0]
    advisor.store.saver.conn.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable, match="free some space"):
        fill(advisor, conversation)
    advisor.store.saver.conn.execute("PRAGMA max_page_count = 1000000")
    kept = len(advisor.history(conversation))
    advisor.reply(conversation, "and now there is room", "after")
    assert len(advisor.history(conversation)) == kept + 1


def test_the_database_url_names_a_sqlite_file(tmp_path: Path) -> None:
    assert store_path(tmp_path, None) == tmp_path / "conversations.sqlite"
    assert store_path(tmp_path, "sqlite:////data/x.sqlite") == Path("/data/x.sqlite")
    with pytest.raises(ConfigurationError):
        store_path(tmp_path, "mysql://somewhere")


def test_only_listed_types_are_read_back_from_a_checkpoint(shelf: Library, tmp_path: Path) -> None:
    advisor = opened(shelf, tmp_path / "c.sqlite")
    serde = advisor.store.saver.serde
    kept = serde.loads_typed(serde.dumps_typed(Unlisted("x")))
    assert not isinstance(kept, Unlisted)
