"""The values of the library: a source, a passage of it, a passage found. No I/O."""

from dataclasses import dataclass

OWN = "own/"
"""How the ids of a team's own documents begin."""


@dataclass(frozen=True, slots=True)
class Source:
    """One document, as it is cited."""

    id: str
    title: str
    publisher: str
    date: str | None
    """ISO date of the last update; None where the document carries none."""
    date_note: str
    """The date in words, shown beside dated claims."""

    @property
    def is_own(self) -> bool:
        """Whether it is one of the team's own documents."""
        return self.id.startswith(OWN)


@dataclass(frozen=True, slots=True)
class Passage:
    """One self-contained statement of one source, in our own words."""

    id: str
    """`<source>/<slug>`; stable when the wording is edited."""
    source: Source
    section: str
    """The exact nearest heading in the source."""
    parent: str | None
    """The enclosing heading, where the nearest one is not telling by itself."""
    lines: str
    """Line range in the source's text, for reviewers."""
    text: str
    topics: tuple[str, ...]
    questions: tuple[str, ...]
    """Questions a colleague might ask that this passage answers; they are indexed beside the text."""
    dated: bool
    """Whether it carries a price, a model name or a claim about a year."""
    caution: str | None
    """Why the claim is doubtful; a passage with a caution is never used in a recommendation."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query."""

    passage: Passage
    score: float
    """0 to 1, comparable between queries; rounded to six places so that order is stable."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a query brought: hits, best first, and whether the best one answers it at all."""

    hits: tuple[Hit, ...]
    fits: bool
