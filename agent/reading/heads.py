"""The trained heads at work: probabilities for each clause, from its vector and its words. NumPy only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.reading.layout import layout, word_features
from agent.vocabulary import fact_kinds
from knowledge import SentenceEncoder, Vectors

Array = NDArray[np.float32]
VECTOR_SCALE, WORD_SCALE = 8.0, 3.0
BATCH = 8
"""Texts embedded at once, sorted by length: a long message must not pad all its clauses to its own length."""
ASKED_SHIFT = 4.0
"""Log odds by which an answer is likelier after its question than in training."""


@dataclass(frozen=True)
class ReaderModel:
    """Adapter and heads, as trained; the sentence model is loaded at first use."""

    tensors: Mapping[str, Any]
    encoder: SentenceEncoder

    @cached_property
    def _dense(self) -> Array:
        return np.asarray(self.tensors["dense.weight"].float().numpy() * VECTOR_SCALE)

    @cached_property
    def _bias(self) -> Array:
        return np.asarray(self.tensors["dense.bias"].float().numpy())

    @cached_property
    def _words(self) -> Array:
        return np.asarray(self.tensors["words"].float().numpy())

    @cached_property
    def _sentences(self) -> Any:
        from agent.reading.adapter import fold

        model = self.encoder.load()
        fold(model, self.tensors)
        return model

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The adapted vectors of some texts, one encode call for all."""
        found = self._sentences.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float32)

    def logits(self, texts: Sequence[str]) -> Array:
        """Scores of every head for every text, shape (texts, width)."""
        rows = self.encode(texts) @ self._dense.T + self._bias
        for row, text in enumerate(texts):
            features = word_features(text)
            if features:
                rows[row] += self._words[features].sum(axis=0) * WORD_SCALE / len(features) ** 0.5
        return np.asarray(rows, dtype=np.float32)


def load_reader_model(encoder: SentenceEncoder) -> ReaderModel:
    """Read the shipped weights."""
    from safetensors.torch import load_file

    with as_file(files("agent.reading") / "weights" / "reader.safetensors") as path:
        return ReaderModel(load_file(str(path)), encoder)


def answer_probabilities(row: Array, fact: str, asked: bool) -> dict[str, float]:
    """How likely a text is each answer to the question about a fact, `unknown` and `off` among them.

    Training shows each head mostly texts that answer something else; where the question was asked, most texts answer it, and the
    score of `off` is lowered by that much.
    """
    start, classes = layout().answers[fact]
    own = row[start : start + len(classes)].astype(np.float64)
    own[-1] -= ASKED_SHIFT if asked else 0.0
    if fact_kinds()[fact].many:
        scores = 1.0 / (1.0 + np.exp(-own))
    else:
        exponent = np.exp(own - own.max())
        scores = exponent / exponent.sum()
    return {name: float(score) for name, score in zip(classes, scores, strict=True)}


def volunteered(row: Array) -> dict[tuple[str, str], float]:
    """How likely a clause says each value of each fact by itself."""
    return {key: float(1.0 / (1.0 + np.exp(-row[column]))) for key, column in layout().volunteered.items()}


def intent_probabilities(row: Array) -> dict[str, float]:
    """What a message is for."""
    columns = list(layout().intents.values())
    exponent = np.exp(row[columns] - row[columns].max())
    return dict(zip(layout().intents, (exponent / exponent.sum()).tolist(), strict=True))
