"""Vectors that come with the corpus, so that the index is there in seconds: half precision, keyed by a hash of the text.

`python -m knowledge.shipped` computes them anew after the corpus was edited; a text without one is embedded when the index is built.
"""

import hashlib
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from knowledge.corpus import load_corpus
from knowledge.embedding import PACKAGED, PACKAGED_SHA256, Encoder, SentenceEncoder, Vectors
from knowledge.entries import entries

SHIPPED_WITH = f"{PACKAGED}@{PACKAGED_SHA256[:12]}"
"""The encoder whose vectors are shipped."""
NAME = "vectors.safetensors"


def text_key(text: str) -> int:
    """A 63-bit name of a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


def shipped_vectors(encoder: Encoder) -> dict[int, Vectors]:
    """The shipped vectors by text key; empty for another encoder than the packaged one."""
    if encoder.name != SHIPPED_WITH:
        return {}
    with as_file(files("knowledge") / "corpus" / NAME) as path:
        stored = load_file(str(path))
    rows = stored["vectors"].astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return dict(zip(stored["keys"].tolist(), rows, strict=True))


def save_shipped(texts: Sequence[str], vectors: Vectors, path: Path) -> None:
    """Write the vectors of some texts."""
    keys = np.array([text_key(text) for text in texts], dtype=np.int64)
    save_file({"keys": keys, "vectors": np.ascontiguousarray(vectors.astype(np.float16))}, str(path))


def main() -> None:
    """Compute the vectors of the shipped corpus."""
    texts = list(dict.fromkeys(entry.text for entry in entries(load_corpus())))
    path = Path(__file__).parent / "corpus" / NAME
    save_shipped(texts, SentenceEncoder().encode(texts), path)


if __name__ == "__main__":
    main()
