"""Cuts a message into clauses, each small enough to carry one idea."""

import re

SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+|\s+[-–—]+\s+|\s*[;•]\s*")
JOINT = re.compile(r",\s+|\s+(?=(?:but|and|so|because|although|though|while|which|however|except|plus)\s)")
FEWEST = 3
"""Words that a part must have to stand as a clause of its own."""
MOST = 40
"""Clauses read of one message; the last one takes what is left."""


def clauses(text: str) -> tuple[str, ...]:
    """The clauses of a message in order; a short message is one clause."""
    parts = [part for sentence in SENTENCE.split(text) for part in _parts(sentence) if re.search(r"\w", part)]
    if len(parts) > MOST:
        parts = [*parts[: MOST - 1], " ".join(parts[MOST - 1 :])]
    return tuple(parts) or (text,)


def _parts(sentence: str) -> list[str]:
    parts: list[str] = []
    for piece in JOINT.split(sentence):
        piece = piece.strip()
        if not piece:
            continue
        short = len(piece.split()) < FEWEST or (parts and len(parts[-1].split()) < FEWEST)
        if parts and short:
            parts[-1] = f"{parts[-1]}, {piece}"
        else:
            parts.append(piece)
    return parts
