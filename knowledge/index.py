"""The index on disk: Chroma holds a vector for every passage and for every question that it answers.

An index lives in a folder named by its fingerprint (corpus, model, settings), is built beside it and moved there whole, and is
checked before use: damage is found by the hashes of its segment files and by canary queries, and answered by a rebuild.
"""

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from knowledge.corpus import Corpus
from knowledge.embedding import Encoder, Vectors
from knowledge.entries import Entry, entries
from knowledge.errors import IndexUnavailable
from knowledge.shipped import shipped_vectors, text_key

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

LAYOUT = 1
"""Raised when the index is laid out differently, so that older ones are not opened."""
COLLECTION = "entries"
BATCH = 256
CANARIES = 20

Progress = Callable[[int, int], None]
"""Told how many of how many entries are embedded."""


class Index:
    """An opened index. `nearest` asks Chroma; `exact` compares with every vector and needs no Chroma."""

    def __init__(self, all_entries: tuple[Entry, ...], vectors: Vectors, collection: "Collection") -> None:
        self.entries = all_entries
        self._vectors = vectors
        self._collection = collection
        self._row = {entry.id: row for row, entry in enumerate(all_entries)}

    def nearest(self, vector: Vectors, count: int) -> list[tuple[Entry, float]]:
        """The `count` entries nearest to a unit vector of shape (dimensions,), with their cosines."""
        found = self._collection.query(query_embeddings=vector[None, :], n_results=count, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [
            (self.entries[self._row[id_]], 1.0 - float(distance))
            for id_, distance in zip(found["ids"][0], distances, strict=True)
        ]

    def exact(self, vector: Vectors, count: int) -> list[tuple[Entry, float]]:
        """The same as `nearest`, computed over all vectors."""
        cosines = self._vectors @ vector
        best = np.argsort(-cosines, kind="stable")[:count]
        return [(self.entries[row], float(cosines[row])) for row in best]

    def faults(self) -> list[str]:
        """What is wrong with the opened index, by count and by canaries that must find themselves."""
        if self._collection.count() != len(self.entries):
            return [f"holds {self._collection.count()} entries instead of {len(self.entries)}"]
        step = max(1, len(self.entries) // CANARIES)
        lost = [
            self.entries[row].id
            for row in range(0, len(self.entries), step)
            if not any(entry.text == self.entries[row].text for entry, _ in self.nearest(self._vectors[row], 3))
        ]
        return [f"does not find {len(lost)} of its canaries"] if lost else []


def open_index(
    home: Path, corpus: Corpus, encoder: Encoder, *, progress: Progress | None = None, rebuild: bool = False
) -> Index:
    """Open the index of this corpus under `home`; build it where it is missing, damaged or asked for anew.

    Raises:
        IndexUnavailable: the folder cannot be written, or the disk is full.
    """
    folder = home / "index" / fingerprint(corpus, encoder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / "build.lock"):
            if rebuild or _all_faults(folder, corpus):
                _build(folder, corpus, encoder, progress)
            return _load(folder, corpus)
    except (OSError, sqlite3.Error) as error:
        raise IndexUnavailable(
            f"The index cannot be written under {home} ({error.__class__.__name__}: {getattr(error, 'strerror', None) or error}); "
            "free some space there or set GAPWISE_HOME to a folder that you can write to."
        ) from error


def check_index(home: Path, corpus: Corpus, encoder: Encoder) -> list[str]:
    """What is wrong with the index on disk, without mending it; empty where it is sound."""
    return _all_faults(home / "index" / fingerprint(corpus, encoder), corpus)


def _all_faults(folder: Path, corpus: Corpus) -> list[str]:
    """What is wrong with an index, its files first, so that Chroma is not led to read damaged ones."""
    if found := index_faults(folder):
        return found
    try:
        return _load(folder, corpus).faults()
    except IndexUnavailable:
        return ["cannot be opened"]


def fingerprint(corpus: Corpus, encoder: Encoder) -> str:
    """Names one state of texts, model and layout."""
    return hashlib.sha256(f"{corpus.version}|{encoder.name}|{LAYOUT}".encode()).hexdigest()[:16]


def index_faults(folder: Path) -> list[str]:
    """What is wrong with the files of an index, found without letting Chroma read them."""
    if not folder.is_dir():
        return ["is not built"]
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or not manifest:
        return ["has no readable manifest"]
    changed = [name for name, digest in manifest.items() if _digest(folder / name) != digest]
    if changed:
        return [f"has a missing or changed file {changed[0]}"]
    return _database_faults(folder / "chroma" / "chroma.sqlite3")


def _database_faults(path: Path) -> list[str]:
    if not path.is_file():
        return ["has no database"]
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        return [f"has a damaged database ({error})"]
    finally:
        if "connection" in locals():
            connection.close()
    return [] if verdict == "ok" else [f"has a damaged database ({verdict})"]


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _build(folder: Path, corpus: Corpus, encoder: Encoder, progress: Progress | None) -> None:
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder.parent))
    try:
        all_entries = entries(corpus)
        vectors = _vectors([entry.text for entry in all_entries], encoder, progress)
        save_file({"vectors": vectors}, str(draft / "vectors.safetensors"))
        _fill(draft / "chroma", all_entries, vectors)
        _forget_clients()
        files = [p for p in draft.rglob("*") if p.is_file() and p.name != "chroma.sqlite3"]
        manifest = {str(path.relative_to(draft)): _digest(path) for path in sorted(files)}
        (draft / "manifest.json").write_text(json.dumps(manifest, indent=1))
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
        if progress:
            progress(len(all_entries), len(all_entries))
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _vectors(texts: list[str], encoder: Encoder, progress: Progress | None) -> Vectors:
    """The vectors of all texts, those that are shipped read and the others embedded."""
    known = shipped_vectors(encoder)
    missing = [text for text in dict.fromkeys(texts) if text_key(text) not in known]
    for start in range(0, len(missing), BATCH):
        if progress:
            progress(len(texts) - len(missing) + start, len(texts))
        part = missing[start : start + BATCH]
        known |= {text_key(text): row for text, row in zip(part, encoder.encode(part), strict=True)}
    return np.ascontiguousarray(np.vstack([known[text_key(text)] for text in texts]), dtype=np.float32)


def _fill(path: Path, all_entries: tuple[Entry, ...], vectors: Vectors) -> None:
    collection = _client(path).create_collection(
        COLLECTION,
        embedding_function=None,
        configuration={
            "hnsw": {
                "space": "cosine",
                "batch_size": 50,
                "sync_threshold": 50,
                "ef_search": 200,
                "ef_construction": 200,
            }
        },
    )
    for start in range(0, len(all_entries), BATCH):
        part = all_entries[start : start + BATCH]
        collection.add(ids=[entry.id for entry in part], embeddings=vectors[start : start + BATCH])


def _load(folder: Path, corpus: Corpus) -> Index:
    from chromadb.errors import ChromaError

    try:
        vectors = load_file(str(folder / "vectors.safetensors"))["vectors"]
        collection = _client(folder / "chroma").get_collection(COLLECTION, embedding_function=None)
    except (ChromaError, SafetensorError, KeyError, ValueError) as error:
        raise IndexUnavailable(f"The index in {folder} cannot be read; run `gapwise index build`.") from error
    return Index(entries(corpus), vectors, collection)


def _client(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))


def _forget_clients() -> None:
    """Chroma keeps one system per path for the life of the process; a moved folder needs a fresh one."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()
