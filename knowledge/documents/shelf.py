"""The shelf: which documents of the team are kept, with their passages. Added to and taken from whole, so that nobody sees half of it."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from knowledge.corpus import Corpus
from knowledge.documents.reading import READERS_VERSION, SUFFIXES, check_size, read_draft
from knowledge.documents.splitting import slugged, split
from knowledge.embedding import Encoder
from knowledge.errors import DocumentError, IndexUnavailable
from knowledge.index import Index, Progress, fingerprint, open_index, stored_vectors
from knowledge.passages import OWN, Passage, Source
from knowledge.visible import visible_text

CATALOGUE = "catalogue.json"
MOST_DOCUMENTS = 2_000
GENERATIONS = 2
"""Indexes kept: the one in use, and the one before it, which another process may be asking."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document on the shelf."""

    name: str
    path: str
    digest: str
    readers: int
    passages: tuple[Passage, ...]

    @property
    def title(self) -> str:
        """Its title, as it is cited."""
        return self.passages[0].source.title


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything on the shelf, with the indexes that were built for it, newest first."""

    documents: tuple[Document, ...] = ()
    indexes: tuple[str, ...] = ()

    @property
    def corpus(self) -> Corpus:
        """The passages of all documents."""
        return Corpus(tuple(passage for document in self.documents for passage in document.passages))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one path that was to be added."""

    path: str
    name: str | None = None
    passages: int = 0
    unchanged: bool = False
    fault: str | None = None
    """A sentence that says what to do; None where the document is on the shelf."""


class Shelf:
    """The documents under one home. Several processes may share it."""

    def __init__(self, home: Path, encoder: Encoder) -> None:
        self._home = home
        self._encoder = encoder
        self._folder = home / "documents"

    @property
    def stamp(self) -> tuple[int, int]:
        """Changes whenever the shelf does; cheap enough to be asked before every search."""
        try:
            seen = os.stat(self._folder / CATALOGUE)
        except OSError:
            return (0, 0)
        return (seen.st_mtime_ns, seen.st_ino)

    def catalogue(self) -> Catalogue:
        """What is on the shelf now; a damaged catalogue counts as an empty one, and is kept aside by the next change."""
        try:
            return self._read()
        except ValidationError:
            return Catalogue()

    @property
    def damaged(self) -> bool:
        """Whether there is a catalogue that cannot be read."""
        try:
            self._read()
        except ValidationError:
            return True
        return False

    def _read(self) -> Catalogue:
        """The catalogue as it is stored, an empty one where there is none.

        Raises:
            ValidationError: it is damaged.
        """
        try:
            stored = (self._folder / CATALOGUE).read_bytes()
        except OSError:
            return Catalogue()
        return TypeAdapter(Catalogue).validate_json(stored)

    def index(self, corpus: Corpus) -> Index:
        """The index of what is on the shelf.

        Raises:
            IndexUnavailable: it is not there and cannot be written.
        """
        return open_index(self._home, corpus, self._encoder)

    def add(
        self,
        paths: Sequence[Path],
        *,
        progress: Progress | None = None,
        reading: Callable[[Path], None] | None = None,
    ) -> tuple[Outcome, ...]:
        """Put files, and those in folders, on the shelf; one that is there already is replaced where it changed.

        Args:
            paths: files and folders.
            progress: told how many of how many texts are embedded.
            reading: told of each file before it is read.

        Raises:
            IndexUnavailable: the home cannot be written.
        """
        with self._changing():
            before = self.catalogue()
            documents = {document.path: document for document in before.documents}
            outcomes = []
            for path in _files(paths):
                if reading:
                    reading(path)
                outcomes.append(_taken(path, documents))
            self._put(tuple(documents.values()), before, progress)
        return tuple(outcomes)

    def remove(self, names: Sequence[str]) -> tuple[Document, ...]:
        """Take documents off the shelf.

        Raises:
            DocumentError: there is none of a name; nothing was removed.
            IndexUnavailable: the home cannot be written.
        """
        with self._changing():
            before = self.catalogue()
            known = {document.name: document for document in before.documents}
            unknown = [name for name in names if name.removeprefix(OWN) not in known]
            if unknown:
                raise DocumentError(f"There is no document {unknown[0]!r}; `gapwise index list` shows their names.")
            gone = {name.removeprefix(OWN) for name in names}
            self._put(tuple(d for d in before.documents if d.name not in gone), before, None)
        return tuple(known[name] for name in sorted(gone))

    def _changing(self) -> FileLock:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / "lock")
            with lock:
                if self.damaged:
                    kept = (self._folder / f"{CATALOGUE}.damaged-{number}" for number in count(1))
                    (self._folder / CATALOGUE).rename(next(path for path in kept if not path.exists()))
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        return lock

    def _put(self, documents: tuple[Document, ...], before: Catalogue, progress: Progress | None) -> None:
        """Build the index of a new state, then let the catalogue name it, in one step."""
        if documents == before.documents:
            return
        state = Catalogue(documents)
        indexes = before.indexes
        if documents:
            known = {
                key: vector
                for name in reversed(before.indexes)
                for key, vector in stored_vectors(self._home / "index" / name).items()
            }
            open_index(self._home, state.corpus, self._encoder, progress=progress, known=known)
            indexes = tuple(dict.fromkeys((fingerprint(state.corpus, self._encoder), *before.indexes)))
        try:
            self._write(replace(state, indexes=indexes[:GENERATIONS]))
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        for stale in indexes[GENERATIONS:]:
            shutil.rmtree(self._home / "index" / stale, ignore_errors=True)

    def _write(self, catalogue: Catalogue) -> None:
        draft = self._folder / f"{CATALOGUE}.new"
        with draft.open("wb") as file:
            file.write(TypeAdapter(Catalogue).dump_json(catalogue, indent=1))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / CATALOGUE)


def _unwritable(folder: Path, error: OSError) -> IndexUnavailable:
    return IndexUnavailable(
        f"The documents cannot be kept under {folder} ({error.strerror or error}); "
        "free some space there or set GAPWISE_HOME to a folder that you can write to."
    )


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files meant: each path itself, or all that can be read in a folder, hidden ones aside, in order."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.rglob("*"))
        yield from (
            inner
            for inner in found
            if inner.suffix.lower() in SUFFIXES
            and inner.is_file()
            and not any(part.startswith(".") for part in inner.relative_to(path).parts)
        )


def _taken(path: Path, documents: dict[str, Document]) -> Outcome:
    """Read one file into the documents, by its path."""
    key = str(path.resolve())
    old = documents.get(key)
    try:
        if old is None and len(documents) >= MOST_DOCUMENTS:
            raise DocumentError(f"is one too many; at most {MOST_DOCUMENTS:,} documents are kept, so remove some")
        check_size(path.stat().st_size)
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if old and old.digest == digest and old.readers == READERS_VERSION:
            return Outcome(str(path), old.name, len(old.passages), unchanged=True)
        old = old or _moved(digest, documents)
        draft = read_draft(path.name, data)
        name = old.name if old else _name(path, {document.name for document in documents.values()})
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
        title = draft.title or visible_text(path.stem) or name
        source = Source(f"{OWN}{name}", " ".join(title.split())[:200], "your team", changed, f"file of {changed}")
        passages = split(draft, source)
        if not passages:
            raise DocumentError("holds no text that can be read; add it when there is")
    except DocumentError as error:
        return Outcome(str(path), fault=f"{path.name} {error}.")
    except OSError as error:
        reason = error.strerror or error.__class__.__name__
        return Outcome(str(path), fault=f"{path.name} cannot be read ({reason}); check the path and its permissions.")
    if old:
        documents.pop(old.path, None)
    documents[key] = Document(name, key, digest, READERS_VERSION, passages)
    return Outcome(str(path), name, len(passages))


def _moved(digest: str, documents: dict[str, Document]) -> Document | None:
    """The document of the same bytes whose file is gone: it was moved or renamed."""
    same = (document for document in documents.values() if document.digest == digest)
    return next((document for document in same if not Path(document.path).exists()), None)


def _name(path: Path, taken: set[str]) -> str:
    """A short name for a new document that no other one has."""
    base = slugged(path.stem)
    numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)
