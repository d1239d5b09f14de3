"""Fits when a search answers a question, on the tuning questions: `python -m evals.calibrate --originals FOLDER`. The held-out half is never read here."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evals.asked import Asked, load_questions
from evals.originals import own_library
from knowledge import Answerability, Library, SearchEncoder, open_library

Array = NDArray[np.float64]

WRONGLY_DECLINED = 0.03
"""Share of answerable tuning questions that may be declined, under the target so that other questions have room."""
SHIPPED = (
    "score",
    "question",
    "sisters",
    "statement",
    "words",
    "coverage",
    "unknown",
    "above_background",
    "no_figure",
    "foil",
    "nearer_than_foil",
)
OWN = ("score", "statement", "words", "coverage", "unknown", "above_background")
STRENGTH = 0.3
FOLDS, SEED = 10, 7
DEPTH = 10


def fit(library: Library, questions: Sequence[Asked], names: Sequence[str]) -> dict[str, object]:
    """Fit one model and its threshold; prints how it does on left-out folds."""
    rows = _features(library, questions, names)
    answered = np.array([question.answerable for question in questions])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, max_iter=5000))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    odds = cross_val_predict(model, rows, answered, cv=folds, method="decision_function")
    threshold = float(np.quantile(odds[answered], WRONGLY_DECLINED))
    print(
        f"left-out folds: {np.mean(odds[~answered] < threshold):.1%} of {sum(~answered)} unanswerable declined, "
        f"{np.mean(odds[answered] < threshold):.1%} of {sum(answered)} answerable wrongly declined"
    )
    model.fit(rows, answered)
    scale, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scale.scale_
    bias = float(logistic.intercept_[0] - weights @ scale.mean_ - threshold)
    return {"bias": round(bias, 4), "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)}}


def _features(library: Library, questions: Sequence[Asked], names: Sequence[str]) -> Array:
    answerability = Answerability(library.encoder)
    vectors = library.encoder.encode([question.text for question in questions])
    found = [
        answerability.features(q.text, vector, library.retriever.ranked(q.text, vector, DEPTH))
        for q, vector in zip(questions, vectors, strict=True)
    ]
    return np.array([[features[name] for name in names] for features in found])


def main() -> None:
    """Fit both models and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--originals", type=Path, required=True, help="folder of the five articles")
    arguments = parser.parse_args()
    questions = load_questions("tuning")
    home = Path(tempfile.mkdtemp(prefix="gapwise-calibrate-"))
    models = {
        "shipped": fit(open_library(home, SearchEncoder()), questions, SHIPPED),
        "own": fit(own_library(home, arguments.originals), questions, OWN),
    }
    path = Path(__file__).resolve().parents[1] / "knowledge" / "answerability.json"
    path.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
