"""Chroma on disk: filled once, opened for queries. The only module that knows Chroma."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.embedding import Vectors
from knowledge.errors import IndexUnavailable

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

COLLECTION = "entries"
BATCH = 256
_CLIENTS = threading.RLock()
"""Held while a client is made or all are forgotten: Chroma's registry of them is shared by all threads and guarded by none."""


def fill(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
    """Write a new store with these vectors, shape (ids, dimensions)."""
    collection = _client(folder).create_collection(
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
    for start in range(0, len(ids), BATCH):
        collection.add(ids=list(ids[start : start + BATCH]), embeddings=vectors[start : start + BATCH])


def open_collection(folder: Path) -> "Collection":
    """Open a store.

    Raises:
        IndexUnavailable: it cannot be opened.
    """
    from chromadb.errors import ChromaError

    try:
        collection: Collection = _client(folder).get_collection(COLLECTION, embedding_function=None)
    except (ChromaError, KeyError, ValueError) as error:
        raise IndexUnavailable(f"The index in {folder} cannot be read; run `gapwise index build`.") from error
    return collection


def nearest(collection: "Collection", vector: Vectors, count: int) -> list[str]:
    """Ids of the `count` vectors nearest to one of shape (dimensions,), best first.

    Raises:
        IndexUnavailable: the store cannot answer.
    """
    from chromadb.errors import ChromaError

    try:
        ids = collection.query(query_embeddings=vector[None, :], n_results=count, include=[])["ids"][0]
    except (ChromaError, ValueError, RuntimeError) as error:
        raise IndexUnavailable("The index cannot answer; run `gapwise index build`.") from error
    if len(ids) < count:  # files that went away under a running process are no error to Chroma
        raise IndexUnavailable("The index lost entries; run `gapwise index build`.")
    return ids


def version() -> str:
    """Chroma's version: another one may lay its files out differently."""
    from importlib.metadata import version

    return version("chromadb")


def forget_clients() -> None:
    """Chroma keeps one system per path for the life of the process; a moved folder needs a fresh one."""
    from chromadb.api.shared_system_client import SharedSystemClient

    with _CLIENTS:
        SharedSystemClient.clear_system_cache()


def _client(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    with _CLIENTS:
        return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))
