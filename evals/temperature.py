"""Fits how much the reader's scores of answers are softened, on the tuning people: `python -m evals.temperature`. The held-out half is never read here."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from agent import fact_kinds
from agent.testing import OFF, ReaderModel, load_reader_model, softened_answers
from evals.reading import Labelled, load_labelled
from knowledge import SentenceEncoder

TEMPERATURES = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
LEAST = 1e-6
"""Probability below which nothing is told apart."""


def main() -> None:
    """Print the mean log loss of answers at each temperature, for facts of one value and for facts of several."""
    people, model = load_labelled("tuning"), load_reader_model(SentenceEncoder())
    for title, many, loss in (("one value", False, _loss_of_one), ("several values", True, _loss_of_many)):
        print(f"facts of {title}: " + ", ".join(_cells(people, model, many, loss)))


def _cells(
    people: Sequence[Labelled],
    model: ReaderModel,
    many: bool,
    loss: Callable[[dict[str, float], frozenset[str]], float],
) -> Iterator[str]:
    asked = [
        (name, person.scenario.user.answers[name], said)
        for person in people
        for name, said in person.answers.items()
        if fact_kinds()[name].many == many
    ]
    rows = model.logits([text for _, text, _ in asked])
    for temperature in TEMPERATURES:
        losses = [
            loss(softened_answers(row, name, temperature), said)
            for row, (name, _, said) in zip(rows, asked, strict=True)
        ]
        yield f"{temperature:g}: {np.mean(losses):.4f}"


def _loss_of_one(scores: dict[str, float], said: frozenset[str]) -> float:
    return float(-np.log(max(LEAST, sum(scores[value] for value in said))))


def _loss_of_many(scores: dict[str, float], said: frozenset[str]) -> float:
    chances = [p if value in said else 1.0 - p for value, p in scores.items() if value != OFF]
    return float(-np.log(np.clip(chances, LEAST, None)).sum())


if __name__ == "__main__":
    main()
