"""The index: a vector for every statement and every question that it answers, in memory and in Chroma on disk.

An index lives in a folder named by its fingerprint (texts, model, layout), is built beside it and moved there whole. Until Chroma's store is proved
sound, or while a damaged one is built anew, exact search over the vectors answers; Chroma only nominates, cosines are always computed from the vectors,
so that both give the same scores.
"""

import hashlib
import logging
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from safetensors.numpy import save_file

from knowledge import chroma_store
from knowledge.corpus import Corpus
from knowledge.embedding import Encoder, Vectors
from knowledge.entries import Entry, entries
from knowledge.errors import IndexUnavailable
from knowledge.shipped import shipped_vectors, text_key
from knowledge.soundness import STORE, VECTORS, answer_faults, file_faults, intact_vectors, write_manifest

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

LAYOUT = 2
"""Raised when the index is laid out differently, so that older ones are not opened."""
BATCH = 256

Progress = Callable[[int, int], None]
"""Told how many of how many entries are embedded."""
Known = Mapping[int, Vectors]
"""Vectors by text key."""


class Index:
    """Entries with their vectors. Threads may share it."""

    def __init__(self, all_entries: tuple[Entry, ...], vectors: Vectors) -> None:
        self.entries = all_entries
        self.vectors = vectors
        self._collection: Collection | None = None
        self.settling: threading.Thread | None = None
        """Proves the store on disk beside whatever else goes on; None where nothing is on disk."""

    @property
    def asks_chroma(self) -> bool:
        """Whether Chroma's store was proved sound and is asked."""
        return self._collection is not None

    def wait(self) -> bool:
        """Wait until the store on disk is proved or given up; whether Chroma is asked from now on."""
        if self.settling:
            self.settling.join()
        return self.asks_chroma

    def attach(self, collection: "Collection") -> None:
        """Ask Chroma from now on."""
        self._collection = collection

    def nearest(self, vector: Vectors, count: int) -> NDArray[np.int64]:
        """Rows of the `count` entries nearest to a unit vector of shape (dimensions,), in no order."""
        if self._collection is not None:
            try:
                ids = chroma_store.nearest(self._collection, vector, min(count, len(self.entries)))
                return np.array(ids, dtype=np.int64)
            except IndexUnavailable as error:
                logging.getLogger(__name__).warning("%s Exact search answers meanwhile.", error)
                self._collection = None
        return self.exact(vector, count)

    def exact(self, vector: Vectors, count: int) -> NDArray[np.int64]:
        """The same, by comparing with every vector."""
        return np.argsort(-(self.vectors @ vector), kind="stable")[:count]


def open_index(
    home: Path,
    corpus: Corpus,
    encoder: Encoder,
    *,
    progress: Progress | None = None,
    rebuild: bool = False,
    known: Known | None = None,
) -> Index:
    """Open the index of this corpus under `home`; build it where it is missing, damaged or asked for anew.

    A missing index is built before this returns, a damaged one beside whatever goes on, while exact search answers.

    Args:
        home: where indexes are kept.
        corpus: the passages.
        encoder: embeds what is neither shipped nor known.
        progress: told how far embedding has come.
        rebuild: build anew although it may be sound.
        known: vectors of texts that need no embedding.

    Raises:
        IndexUnavailable: the folder cannot be written, or the disk is full.
    """
    folder = home / "index" / fingerprint(corpus, encoder)
    all_entries = entries(corpus)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / "build.lock"):
            faults = file_faults(folder)
            stored = {} if rebuild else stored_vectors(folder)
            vectors = _vectors(all_entries, encoder, progress, {**(known or {}), **stored})
            if rebuild or not folder.is_dir():
                _build(folder, vectors, all_entries)
                faults = []
                if progress:
                    progress(len(all_entries), len(all_entries))
    except (OSError, sqlite3.Error) as error:
        raise IndexUnavailable(
            f"The index cannot be written under {home} ({error.__class__.__name__}: {getattr(error, 'strerror', None) or error}); "
            "free some space there or set GAPWISE_HOME to a folder that you can write to."
        ) from error
    index = Index(all_entries, vectors)
    if all_entries:
        index.settling = threading.Thread(target=_settle, args=(index, folder, bool(faults)), name="index", daemon=True)
        index.settling.start()
    return index


def check_index(home: Path, corpus: Corpus, encoder: Encoder) -> list[str]:
    """What is wrong with the index on disk, without mending it; empty where it is sound."""
    folder = home / "index" / fingerprint(corpus, encoder)
    return file_faults(folder) or answer_faults(folder)


def fingerprint(corpus: Corpus, encoder: Encoder) -> str:
    """Names one state of texts, model, layout and store."""
    state = f"{corpus.version}|{encoder.name}|{LAYOUT}|{chroma_store.version()}"
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def stored_vectors(folder: Path) -> dict[int, Vectors]:
    """The vectors of an index on disk by text key; empty where they cannot be read."""
    stored = intact_vectors(folder)
    return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True)) if stored else {}


def _settle(index: Index, folder: Path, damaged: bool) -> None:
    """Prove the store sound, building it anew where it is not, and let the index ask it."""
    try:
        if damaged or answer_faults(folder):
            with FileLock(folder.parent / "build.lock"):
                if not damaged or file_faults(folder):  # another process may have mended it meanwhile
                    _build(folder, index.vectors, index.entries)
            if answer_faults(folder):
                logging.getLogger(__name__).warning("The index in %s cannot be proved; exact search answers.", folder)
                return
        collection = chroma_store.open_collection(folder / STORE)
        chroma_store.nearest(collection, index.vectors[0], 1)  # loads the segment, so that later damage is not read
        index.attach(collection)
    except (OSError, sqlite3.Error, IndexUnavailable) as error:
        logging.getLogger(__name__).warning("The index cannot be mended (%s); exact search answers.", error)


def _build(folder: Path, vectors: Vectors, all_entries: tuple[Entry, ...]) -> None:
    for stale in folder.parent.glob("draft-*"):
        shutil.rmtree(stale, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder.parent))
    try:
        keys = np.array([text_key(entry.text) for entry in all_entries], dtype=np.int64)
        save_file({"keys": keys, "vectors": vectors}, str(draft / VECTORS))
        chroma_store.fill(draft / STORE, [str(row) for row in range(len(all_entries))], vectors)
        chroma_store.forget_clients()
        write_manifest(draft)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _vectors(all_entries: tuple[Entry, ...], encoder: Encoder, progress: Progress | None, known: Known) -> Vectors:
    """The vectors of all entries, those that are known or shipped read and the others embedded."""
    found = {**shipped_vectors(encoder), **known}
    texts = [entry.text for entry in all_entries]
    missing = [text for text in dict.fromkeys(texts) if text_key(text) not in found]
    for start in range(0, len(missing), BATCH):
        if progress:
            progress(len(texts) - len(missing) + start, len(texts))
        part = missing[start : start + BATCH]
        found |= {text_key(text): row for text, row in zip(part, encoder.encode(part), strict=True)}
    if not texts:
        return np.zeros((0, 384), dtype=np.float32)
    return np.ascontiguousarray(np.vstack([found[text_key(text)] for text in texts]), dtype=np.float32)
