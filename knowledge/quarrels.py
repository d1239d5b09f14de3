"""Which disagreement of the sources a question touches: near to what colleagues ask about it, with sides of it among what was found."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from knowledge.dissent import Dissent
from knowledge.embedding import Encoder, Vectors
from knowledge.passages import Hit
from knowledge.shipped import known_vectors

NEAR_ENOUGH = (0.75, 0.6, 0.5)
"""Least cosine with one of a disagreement's questions where none, one or more of its sides were found. Set on the tuning questions of `evals`."""


class QuarrelFinder:
    """Knows the ledger and the vectors of its questions."""

    def __init__(self, ledger: Sequence[Dissent], encoder: Encoder) -> None:
        self._ledger = tuple(ledger)
        self._encoder = encoder

    @cached_property
    def _asked(self) -> tuple[Vectors, ...]:
        return tuple(known_vectors(dissent.asks, self._encoder) for dissent in self._ledger)

    def asked(self, vector: Vectors) -> bool:
        """Whether a question of this vector, shape (dimensions,), is all but one of a disagreement's own questions."""
        return any(cosine >= NEAR_ENOUGH[0] for cosine, _ in self._near(vector))

    def _near(self, vector: Vectors) -> list[tuple[float, Dissent]]:
        return [
            (float(np.round((asked @ vector).max(), 6)), d) for asked, d in zip(self._asked, self._ledger, strict=True)
        ]

    def touched(self, vector: Vectors, hits: Sequence[Hit]) -> tuple[Dissent, ...]:
        """The disagreements that a question touches, nearest first.

        Args:
            vector: the question's, shape (dimensions,).
            hits: what a search for it brought.
        """
        found = {hit.passage.id for hit in hits}
        touched = [(cosine, d) for cosine, d in self._near(vector) if cosine >= NEAR_ENOUGH[_sides(d, found)]]
        return tuple(dissent for _, dissent in sorted(touched, key=lambda pair: (-pair[0], pair[1].id)))


def _sides(dissent: Dissent, found: set[str]) -> int:
    sides = sum(not found.isdisjoint(position.passages) for position in dissent.positions)
    return min(sides, len(NEAR_ENOUGH) - 1)
