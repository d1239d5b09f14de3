"""Vectors that come with the corpus, so that the index is there in seconds: half precision, keyed by a hash of the text.

`python -m knowledge.train` computes them anew after the corpus was edited; a text without one is embedded when it is needed.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from knowledge.corpus import load_corpus
from knowledge.dissent import dissent_ledger
from knowledge.embedding import Encoder, Vectors
from knowledge.entries import entries
from knowledge.foils import foils

NAME = "vectors.safetensors"


def text_key(text: str) -> int:
    """A 63-bit name of a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


def shipped_vectors(encoder: Encoder) -> dict[int, Vectors]:
    """The shipped vectors by text key; empty for another encoder than the one that made them."""
    made_by, vectors = _shipped()
    return vectors if made_by == encoder.name else {}


@cache
def _shipped() -> tuple[str, dict[int, Vectors]]:
    with (
        as_file(files("knowledge") / "corpus" / NAME) as path,
        safe_open(str(path), framework="numpy") as file,
    ):
        rows = file.get_tensor("vectors").astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return file.metadata()["encoder"], dict(zip(file.get_tensor("keys").tolist(), rows, strict=True))


def known_vectors(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """The vectors of some texts, shape (texts, dimensions): those shipped read, the others embedded."""
    known = shipped_vectors(encoder)
    missing = [text for text in dict.fromkeys(texts) if text_key(text) not in known]
    found = {**known, **{text_key(text): row for text, row in zip(missing, encoder.encode(missing), strict=True)}}
    return np.vstack([found[text_key(text)] for text in texts])


def shipped_texts() -> tuple[str, ...]:
    """Every text whose vector is shipped: all that is indexed, the quarrels' questions and the foils, each once."""
    indexed = (entry.text for entry in entries(load_corpus()))
    asked = (question for dissent in dissent_ledger() for question in dissent.asks)
    return tuple(dict.fromkeys((*indexed, *asked, *foils())))


def save_shipped(texts: Sequence[str], encoder: Encoder, folder: Path) -> None:
    """Embed some texts and write their vectors."""
    keys = np.array([text_key(text) for text in texts], dtype=np.int64)
    vectors = np.ascontiguousarray(encoder.encode(texts).astype(np.float16))
    save_file({"keys": keys, "vectors": vectors}, str(folder / NAME), {"encoder": encoder.name})
