"""Where conversations are kept: one SQLite file under the home, written by LangGraph's checkpointer, one checkpoint a turn.

The file uses a rollback journal, not WAL: SQLite before 3.51.3 can corrupt a WAL file that two processes write. A conversation is
locked while a turn runs, across threads and processes; the lock falls with the process that holds it.
"""

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from agent.errors import ConfigurationError, StoreUnavailable
from agent.graph.state import STORED_TYPES

LOCK_FILES = 64
"""Conversations share this many lock files, so that they do not pile up."""
PATIENCE = 60.0
"""Seconds to wait for another turn of the same conversation, or for another process that writes."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in the list."""

    id: str
    title: str
    updated: float
    """Seconds since the epoch."""


class Store:
    """The conversations of one home."""

    def __init__(self, path: Path) -> None:
        """Open or create the file; a damaged one is kept aside under another name.

        Raises:
            StoreUnavailable: the folder cannot be written.
        """
        self.path = path
        self.set_aside: Path | None = None
        """Where a damaged file was moved to when the store was opened."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(path.with_suffix(".lock"), timeout=PATIENCE):
                self._connection = self._open()
        except (OSError, sqlite3.Error, Timeout) as error:
            raise StoreUnavailable(
                f"Conversations cannot be kept in {path.parent} ({error}); make the folder writable, free some space, "
                "or set GAPWISE_HOME to another folder."
            ) from error
        self.saver = SqliteSaver(self._connection, serde=JsonPlusSerializer(allowed_msgpack_modules=STORED_TYPES))
        self.saver.is_setup = True

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def turn(self, conversation: str) -> Iterator[None]:
        """Hold the lock of a conversation."""
        stripe = int(hashlib.sha256(conversation.encode()).hexdigest(), 16) % LOCK_FILES
        folder = self.path.parent / "locks"
        try:
            folder.mkdir(exist_ok=True)
            lock = FileLock(folder / f"{stripe:02d}.lock", timeout=PATIENCE)
            lock.acquire()
        except Timeout:
            raise StoreUnavailable(
                "Another turn of this conversation is still running; try again in a moment."
            ) from None
        except OSError as error:
            raise StoreUnavailable(
                f"The folder {folder} cannot be written ({error.strerror}); make it writable."
            ) from error
        try:
            yield
        except sqlite3.Error as error:
            self._connection.rollback()
            raise StoreUnavailable(
                f"The turn could not be stored ({error}); free some space or make {self.path.parent} writable, then send it again."
            ) from error
        finally:
            lock.release()

    def create(self, title: str) -> str:
        """Open a new conversation and return its id, which cannot be guessed."""
        conversation = secrets.token_urlsafe(18)
        now = time.time()
        with self._rows() as cursor:
            cursor.execute("INSERT INTO conversations VALUES (?, ?, ?, ?)", (conversation, title, now, now))
        return conversation

    def touch(self, conversation: str) -> None:
        """Note that a conversation went on."""
        with self._rows() as cursor:
            cursor.execute("UPDATE conversations SET updated = ? WHERE id = ?", (time.time(), conversation))

    def exists(self, conversation: str) -> bool:
        """Whether there is a conversation of this id."""
        with self._rows() as cursor:
            return cursor.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation,)).fetchone() is not None

    def list(self) -> tuple[Summary, ...]:
        """All conversations in which a turn was taken, the latest first."""
        with self._rows() as cursor:
            rows = cursor.execute(
                "SELECT id, title, updated FROM conversations c WHERE EXISTS "
                "(SELECT 1 FROM checkpoints WHERE thread_id = c.id) ORDER BY updated DESC, id"
            ).fetchall()
        return tuple(Summary(*row) for row in rows)

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation another title."""
        with self._rows() as cursor:
            cursor.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation))

    def delete(self, conversation: str) -> None:
        """Forget a conversation."""
        with self._rows() as cursor:
            for table, key in (("checkpoints", "thread_id"), ("writes", "thread_id"), ("conversations", "id")):
                cursor.execute(f"DELETE FROM {table} WHERE {key} = ?", (conversation,))

    @contextmanager
    def _rows(self) -> Iterator[sqlite3.Cursor]:
        """A cursor in a transaction of its own."""
        try:
            with self.saver.cursor() as cursor:
                yield cursor
        except sqlite3.Error as error:
            self._connection.rollback()
            raise StoreUnavailable(
                f"The conversations in {self.path.parent} cannot be read or written ({error}); free some space or make it writable."
            ) from error

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(self.path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            number = 1
            while (aside := self.path.with_name(f"{self.path.stem}.damaged-{number}{self.path.suffix}")).exists():
                number += 1
            self.path.rename(aside)
            self.set_aside = aside
            return _connect(self.path)


def store_path(home: Path, url: str | None) -> Path:
    """The file that keeps the conversations.

    Raises:
        ConfigurationError: the URL is not one of SQLite.
    """
    if not url:
        return home / "conversations.sqlite"
    if not url.startswith("sqlite:///"):
        raise ConfigurationError(
            "GAPWISE_DATABASE_URL must look like sqlite:////folder/file.sqlite; no other database is supported yet."
        )
    return Path(url.removeprefix("sqlite:///"))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=PATIENCE)
    try:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "conversations" not in tables:
            SqliteSaver(connection).setup()
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL)"
            )
            connection.commit()
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection
