"""The trained reader at work: scores of every head for every text, and what they make probable. torch is loaded at first use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agent.reading.layout import layout, word_features
from agent.vocabulary import fact_kinds
from knowledge import SentenceEncoder

if TYPE_CHECKING:
    from torch import Tensor

    from agent.reading.network import Heads

Array = NDArray[np.float32]
BATCH = 8
"""Texts encoded at once, sorted by length: a long message must not pad all its clauses to its own length."""
ASKED_SHIFT = 7.0
"""Log odds by which an answer is likelier after its question than in training."""
ONE_TEMPERATURE, MANY_TEMPERATURE = 2.0, 2.0
"""What the scores of answers are divided by, so that probabilities are as often right as they say: facts of one value, and of several.
Fitted on the tuning people by `python -m evals.temperature`."""


@dataclass(frozen=True)
class ReaderModel:
    """Adapter and heads, as trained; the sentence model is loaded at first use."""

    tensors: Mapping[str, "Tensor"]
    encoder: SentenceEncoder

    @cached_property
    def _heads(self) -> "Heads":
        from agent.reading.network import Heads

        heads = Heads()
        own = {name: self.tensors[name].float() for name in heads.state_dict()}
        heads.load_state_dict(own)
        return heads.eval()

    @cached_property
    def _sentences(self) -> Any:
        from agent.reading.adapter import fold

        model = self.encoder.load()
        fold(model, self.tensors)
        return model.eval()

    def logits(self, texts: Sequence[str]) -> Array:
        """Scores of every head for every text, shape (texts, width)."""
        import torch

        from agent.reading.network import encode

        rows = np.zeros((len(texts), layout().width), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                batch = order[start : start + BATCH]
                states, mask = encode(self._sentences, [texts[i] for i in batch])
                rows[batch] = self._heads(states, mask, [word_features(texts[i]) for i in batch]).numpy()
        return rows


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
    temperature = MANY_TEMPERATURE if fact_kinds()[fact].many else ONE_TEMPERATURE
    return softened_answers(row, fact, temperature, ASKED_SHIFT if asked else 0.0)


def softened_answers(row: Array, fact: str, temperature: float, shift: float = ASKED_SHIFT) -> dict[str, float]:
    """The probabilities of all answers at a temperature, the score of `off` lowered by a shift."""
    start, classes = layout().answers[fact]
    own = row[start : start + len(classes)].astype(np.float64)
    own[-1] -= shift
    if fact_kinds()[fact].many:
        scores = 1.0 / (1.0 + np.exp(-own / temperature))
    else:
        exponent = np.exp((own - own.max()) / temperature)
        scores = exponent / exponent.sum()
    return {name: float(score) for name, score in zip(classes, scores, strict=True)}


def volunteered(row: Array) -> dict[tuple[str, str], float]:
    """How likely a text says each value of each fact by itself."""
    return {key: float(1.0 / (1.0 + np.exp(-row[column]))) for key, column in layout().volunteered.items()}


def intent_probabilities(row: Array) -> dict[str, float]:
    """What a message is for."""
    columns = list(layout().intents.values())
    exponent = np.exp(row[columns] - row[columns].max())
    return dict(zip(layout().intents, (exponent / exponent.sum()).tolist(), strict=True))
