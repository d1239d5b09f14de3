"""Varies training texts as people vary them: typos, lower case, chatter around the point, a second thing said beside it."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.reading.utterances import INTERVIEW, Utterance
from agent.vocabulary import GIVES_WAY, UNKNOWN

CHATTER, SECOND, TYPOS, LOWER, BARE, RUN_ON = 0.15, 0.12, 0.12, 0.2, 0.2, 0.3
"""How often each variation happens; lower case, the missing full stop and the missing punctuation are drawn apart."""
MARKS = re.compile(r"[.,;:](?!\d)|[!?\"'’‘“”()…]")
TROUBLE = 0.15
"""How often a second trouble is named beside a first one."""
MOST_WORDS = 40
"""Words beyond which nothing is added to a text."""


@dataclass(frozen=True, slots=True)
class Variation:
    """Draws variants; the same generator state gives the same ones."""

    silent: Sequence[str]
    """Clauses that say nothing of the case."""
    telling: Sequence[Utterance]
    """Short clauses that say something."""
    troubles: Sequence[Utterance]
    """Those of them that name something that goes wrong."""
    rng: random.Random

    @classmethod
    def over(cls, utterances: Sequence[Utterance], rng: random.Random) -> "Variation":
        """Variation whose chatter and second remarks are drawn from these utterances."""
        clauses = [u for u in utterances if u.complete and not u.answers and u.intent == INTERVIEW]
        telling = [u for u in clauses if u.labels and len(u.text.split()) <= MOST_WORDS // 2]
        return cls([u.text for u in clauses if not u.labels], telling, [u for u in telling if _names_trouble(u)], rng)

    def of(self, utterance: Utterance) -> Utterance:
        """One variant of an utterance, its labels true to the new text."""
        short = len(utterance.text.split()) <= MOST_WORDS
        if short and utterance.labels and utterance.intent != "dont_know":
            if _names_trouble(utterance) and self.troubles and self.rng.random() < TROUBLE:
                utterance = self._with_trouble(utterance)
            elif self.rng.random() < SECOND:
                utterance = self._with_second(utterance)
            elif self.rng.random() < CHATTER:
                utterance = replace(utterance, text=self._joined(utterance.text, self.rng.choice(self.silent)))
        return replace(utterance, text=self._typed(utterance.text))

    def _with_second(self, utterance: Utterance) -> Utterance:
        second = self.rng.choice(self.telling)
        if set(second.labels) & set(utterance.labels):
            return utterance
        text = self._joined(utterance.text, second.text)
        return replace(utterance, text=text, labels={**second.labels, **utterance.labels})

    def _with_trouble(self, utterance: Utterance) -> Utterance:
        """Two troubles in one message."""
        second = self.rng.choice(self.troubles)
        if set(second.labels) & set(utterance.labels) != {"symptom"}:
            return utterance
        both = tuple(dict.fromkeys((*utterance.labels["symptom"], *second.labels["symptom"])))
        text = self._joined(utterance.text, second.text)
        return replace(utterance, text=text, labels={**second.labels, **utterance.labels, "symptom": both})

    def _joined(self, text: str, other: str) -> str:
        first, last = (text, other) if self.rng.random() < 0.5 else (other, text)
        return f"{first.rstrip(',')}{'' if first[-1:] in '.,;:!?' else self.rng.choice(['.', ',', ' -'])} {last}"

    def _typed(self, text: str) -> str:
        if self.rng.random() < LOWER:
            text = text.lower()
        if self.rng.random() < BARE:
            text = text.rstrip(".!")
        if self.rng.random() < RUN_ON:
            text = MARKS.sub("", text)
        if self.rng.random() < TYPOS:
            words = text.split(" ")
            for _ in range(1 + len(words) // 12):
                here = self.rng.randrange(len(words))
                words[here] = self._mistyped(words[here])
            text = " ".join(words)
        return text

    def _mistyped(self, word: str) -> str:
        """A word of letters with two of them swapped, or one lost or doubled."""
        if len(word) < 4 or not word.isalpha():
            return word
        here = self.rng.randrange(1, len(word) - 1)
        match self.rng.randrange(3):
            case 0:
                return word[:here] + word[here + 1] + word[here] + word[here + 2 :]
            case 1:
                return word[:here] + word[here + 1 :]
            case _:
                return word[:here] + word[here] + word[here:]


def _names_trouble(utterance: Utterance) -> bool:
    """Whether a text names something that goes wrong, and nothing that says the contrary."""
    said = utterance.labels.get("symptom", ())
    return bool(said) and not set(said) & (GIVES_WAY | {UNKNOWN})
