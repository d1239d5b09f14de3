"""The same message as somebody else would have typed it: with slips, in small letters, without punctuation, after a paragraph of chatter."""

import random
import re
from functools import cache
from importlib.resources import files

WORDS_PER_SLIP = 12
SHORTEST_SLIPPED = 4
"""Letters of the shortest word that gets a slip."""
NEIGHBOURS = {
    "a": "s", "b": "v", "c": "x", "d": "f", "e": "r", "f": "g", "g": "h", "h": "j", "i": "o", "j": "k", "k": "l", "l": "k", "m": "n",
    "n": "m", "o": "p", "p": "o", "q": "w", "r": "t", "s": "d", "t": "y", "u": "i", "v": "b", "w": "e", "x": "c", "y": "u", "z": "x",
}  # fmt: skip
"""A key beside each key."""
SLIPS = ("swapped", "dropped", "doubled", "beside")
MARKS = re.compile(r"[.,;:](?!\d)|[!?\"'’‘“”()…]")
"""Punctuation; a point, comma or colon before a digit belongs to the number."""


def with_slips(text: str, chance: random.Random) -> str:
    """About one slip in twelve words, each in a word of four letters or more and not in its first letter.

    Args:
        text: what was meant.
        chance: where the slips are drawn from.
    """
    words = text.split(" ")
    fit = [i for i, word in enumerate(words) if len(word) >= SHORTEST_SLIPPED and word.isascii() and word.isalpha()]
    share = len(text.split()) / WORDS_PER_SLIP
    wanted = int(share) + (chance.random() < share - int(share))
    for i in chance.sample(fit, min(wanted, len(fit))):
        words[i] = _slip(words[i], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    match chance.choice(SLIPS):
        case "swapped":
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case "dropped":
            return word[:at] + word[at + 1 :]
        case "doubled":
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + NEIGHBOURS[word[at].lower()] + word[at + 1 :]


def in_small_letters(text: str) -> str:
    """No capital anywhere."""
    return text.lower()


def without_marks(text: str) -> str:
    """No punctuation but that inside numbers."""
    return MARKS.sub("", text)


def after_chatter(text: str, chance: random.Random) -> str:
    """A paragraph about something else in front."""
    return f"{chance.choice(chatter())}\n\n{text}"


@cache
def chatter() -> tuple[str, ...]:
    """Paragraphs that say nothing of any application."""
    return tuple((files("evals") / "chatter.txt").read_text(encoding="utf-8").splitlines())
