"""The encoder of the search: sentence vectors turned by a small trained map, so that a loose question lies near what answers it.

The map is the identity plus a 384 x 384 matrix, trained by `python -m knowledge.train` on the questions that each passage answers. It belongs to the
packaged model; another model's vectors are used as they are.
"""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from knowledge.embedding import PACKAGED, SentenceEncoder, Vectors

MAP_FILE = "map.safetensors"


class SearchEncoder:
    """Turns queries and passages into unit vectors for the search."""

    def __init__(self, model: str = PACKAGED) -> None:
        self._sentences = SentenceEncoder(model)
        self._mapped = model == PACKAGED

    @cached_property
    def name(self) -> str:
        """The model's name, with the hash of the map where it is used."""
        if not self._mapped:
            return self._sentences.name
        digest = hashlib.sha256(files("knowledge").joinpath("corpus", MAP_FILE).read_bytes()).hexdigest()
        return f"{self._sentences.name}+{digest[:12]}"

    @cached_property
    def _map(self) -> Vectors:
        with as_file(files("knowledge") / "corpus" / MAP_FILE) as path:
            return load_map(path)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, one row each.

        Raises:
            ModelError: the weights are missing or not the verified ones.
        """
        vectors = self._sentences.encode(texts)
        return turned(vectors, self._map) if self._mapped and len(vectors) else vectors


def load_map(path: Path) -> Vectors:
    """The matrix in a file, shape (dimensions, dimensions)."""
    return np.asarray(load_file(str(path))["map"], dtype=np.float32)


def turned(vectors: Vectors, matrix: Vectors) -> Vectors:
    """Unit vectors of shape (texts, dimensions) after the map."""
    moved = vectors + vectors @ matrix
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), dtype=np.float32)
