"""A fact as understood: what the user said, how it was read, and how sure the reading is."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.vocabulary import UNKNOWN

BY_HAND = "set by hand"
"""Stands for the user's words where a fact was set without any."""
JsonValue = str | float | int | list[str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about the user's application."""

    name: str
    values: tuple[str, ...]
    """Values of the vocabulary; `("unknown",)` where the user does not know."""
    quote: str
    """The user's own words."""
    turn: int
    confidence: float
    """Calibrated probability that the reading is right."""
    number: float | None = None
    """The quantity, where one was said."""
    unit: str | None = None
    otherwise: tuple[tuple[str, float], ...] = ()
    """What else the words may mean, each with its probability, where one value of several was read."""
    half_heard: tuple[str, ...] = ()
    """Values that may have been said beside these, too doubtful to count."""

    def __post_init__(self) -> None:
        """A checkpoint gives tuples back as lists; what is said is not half heard."""
        object.__setattr__(self, "values", tuple(self.values))
        beside = tuple(value for value in dict.fromkeys(self.half_heard) if value not in self.values)
        object.__setattr__(self, "half_heard", beside)
        object.__setattr__(self, "otherwise", tuple((value, chance) for value, chance in self.otherwise))

    @property
    def known(self) -> bool:
        """Whether it says anything; "I don't know" does not."""
        return self.values != (UNKNOWN,)

    @property
    def set_by_hand(self) -> bool:
        """Whether the user set it and did not say it."""
        return self.quote == BY_HAND

    def chance(self, values: frozenset[str]) -> float:
        """Probability that one of some values is meant."""
        read = self.confidence if values & set(self.values) else 0.0
        return read + sum(chance for value, chance in self.otherwise if value in values)

    @property
    def exported(self) -> JsonValue:
        """The value as other programs see it: a number, a string, or a list of strings; a price says less than its words do."""
        if self.number is not None and self.name != "cost":
            return int(self.number) if float(self.number).is_integer() else self.number
        return self.values[0] if len(self.values) == 1 else list(self.values)


Facts = Mapping[str, Fact]
"""Facts by name. A fact that was never spoken of is absent; one that the user does not know is `unknown`."""


def known_values(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The values of every known fact, by name."""
    return {name: fact.values for name, fact in facts.items() if fact.known}
