"""Whether what was found answers a question: a small logistic model over how near, how well covered and how foreign the question is.

Its weights are fitted by `python -m evals.calibrate` on the tuning questions; the held-out ones only measure it. Passages for which nobody wrote
questions (a team's own documents) have weights of their own, without the foils, which are foreign to the shipped sources alone.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import numpy as np

from knowledge.embedding import Encoder, Vectors
from knowledge.foils import foils
from knowledge.retrieval import Ranked
from knowledge.shipped import known_vectors

BACKGROUND = 20
"""Rank of the passage whose score stands for "any passage of the field"."""
SHOWN = 3
"""How many of the best passages are looked through for a figure where one is asked for."""
WANTS_FIGURE = re.compile(
    r"\bhow (?:many|much|long|often|big|large|fast)\b|\bwhat (?:percentage|share|number|price)\b|\bcosts?\b", re.I
)
FIGURE = re.compile(r"\d|\b(?:minutes|hours|days|weeks|months|hundreds|thousands|millions|low|medium|high)\b", re.I)


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: log odds are the bias plus each feature times its weight."""

    bias: float
    weights: Mapping[str, float]


class Answerability:
    """Judges searches; knows the foils."""

    def __init__(self, encoder: Encoder, known_foils: Sequence[str] | None = None) -> None:
        self._encoder = encoder
        self._known_foils = foils() if known_foils is None else known_foils

    @cached_property
    def _foils(self) -> Vectors:
        return known_vectors(self._known_foils, self._encoder)

    def features(self, query: str, vector: Vectors, found: Ranked) -> dict[str, float]:
        """What the judgement rests on; every feature between -1 and 1.

        Args:
            query: the question's words.
            vector: the question's embedding, shape (dimensions,).
            found: what a search for it ranked.
        """
        best = found.rows[0]
        said = " ".join(passage.text for passage in found.passages[:SHOWN])
        scores = np.sort(found.scores)[::-1]
        question = float(found.signals.question.max())
        foil = float((self._foils @ vector).max())
        return {
            "score": float(scores[0]),
            "question": question,
            "sisters": float(found.signals.sisters.max()),
            "statement": float(found.signals.statement.max()),
            "words": float(found.signals.words[best]),
            "coverage": found.coverage,
            "unknown": found.unknown,
            "above_background": float(scores[0] - scores[min(BACKGROUND, len(scores) - 1)]),
            "no_figure": float(bool(WANTS_FIGURE.search(query)) and not FIGURE.search(said)),
            "foil": foil,
            "nearer_than_foil": question - foil,
        }

    def fits(self, query: str, vector: Vectors, found: Ranked) -> bool:
        """Whether a search answers the question."""
        if not found.rows:
            return False
        model = models()["shipped" if found.passages[0].questions else "own"]
        features = self.features(query, vector, found)
        return model.bias + sum(weight * features[name] for name, weight in model.weights.items()) >= 0


@cache
def models() -> Mapping[str, Model]:
    """The fitted models: `shipped` for passages with questions, `own` for those without."""
    raw = json.loads(files("knowledge").joinpath("answerability.json").read_text(encoding="utf-8"))
    return {name: Model(entry["bias"], entry["weights"]) for name, entry in raw.items()}
