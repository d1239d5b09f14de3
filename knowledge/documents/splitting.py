"""Splits a draft along its structure into passages, each cited by title and section."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from knowledge.documents.blocks import Block, Draft
from knowledge.passages import Passage, Source
from knowledge.statements import statements

MOST = 600
"""Characters of a passage; one statement that is longer stands alone."""
UNITS = {"line": "lines", "page": "page", "paragraph": "paragraph"}


@dataclass
class _Part:
    """What is gathered of one passage."""

    section: str
    parent: str | None
    blocks: list[Block] = field(default_factory=list)

    @property
    def length(self) -> int:
        return sum(len(block.text) + 1 for block in self.blocks)


def split(draft: Draft, source: Source) -> tuple[Passage, ...]:
    """The passages of a document in order; ids are stable while a section's own text does not grow or shrink."""
    taken: set[str] = set()
    found = []
    for part in _parts(draft, source.title):
        found.append(
            Passage(
                id=f"{source.id}/{_fresh(slugged(part.section), taken)}",
                source=source,
                section=part.section,
                parent=part.parent,
                lines=_place(part.blocks, draft),
                text=_text(part.blocks),
                topics=(),
                questions=(),
                dated=False,
                caution=None,
            )
        )
    return tuple(found)


def _fresh(slug: str, taken: set[str]) -> str:
    """The slug, numbered where it is taken."""
    numbered = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    fresh = next(name for name in numbered if name not in taken)
    taken.add(fresh)
    return fresh


def slugged(text: str) -> str:
    """A text as an id: lower-case letters and digits of ASCII, joined by hyphens."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_))[:60].strip("-") or "untitled"


def _parts(draft: Draft, title: str) -> Iterator[_Part]:
    above: list[Block] = []
    part = _Part(title, None)
    for block in draft.blocks:
        if block.kind == "heading":
            if part.blocks:
                yield part
            elif above and above[-1].level >= block.level:  # a section of a heading alone
                yield _Part(part.section, part.parent, [above[-1]])
            above = [*[h for h in above if h.level < block.level], block]
            part = _Part(block.text, " › ".join(h.text for h in above[:-1]) or None)
            continue
        for piece in _pieces(block):
            if part.blocks and part.length + len(piece.text) > MOST:
                yield part
                part = _Part(part.section, part.parent, _lead_in(part.blocks, piece))
            part.blocks.append(piece)
    if part.blocks or above:
        yield part if part.blocks else _Part(part.section, part.parent, [above[-1]])


def _pieces(block: Block) -> Iterable[Block]:
    """A block, or groups of its statements where it is too long."""
    if len(block.text) <= MOST:
        return (block,)
    groups: list[str] = []
    for statement in statements(block.text):
        for piece in _cut(statement):
            if groups and len(groups[-1]) + len(piece) < MOST:
                groups[-1] = f"{groups[-1]} {piece}"
            else:
                groups.append(piece)
    return [Block(block.kind, text, 0, block.first, block.last) for text in groups]


def _cut(statement: str) -> list[str]:
    """A statement without an end in sight, cut between words."""
    words, pieces = statement.split(" "), [""]
    for word in words:
        for start in range(0, len(word), MOST) or (0,):
            part = word[start : start + MOST]
            if pieces[-1] and len(pieces[-1]) + len(part) >= 2 * MOST:
                pieces.append(part)
            else:
                pieces[-1] = f"{pieces[-1]} {part}".strip()
    return pieces


def _lead_in(before: list[Block], piece: Block) -> list[Block]:
    """The sentence that introduces a list, repeated where the list is cut in two."""
    lead = next((block for block in reversed(before) if block.kind != "item"), None)
    goes_on = piece.kind == "item" and before[-1].kind == "item"
    return [lead] if goes_on and lead and lead.kind == "paragraph" and lead.text.endswith(":") else []


def _text(blocks: list[Block]) -> str:
    return "\n".join(f"• {block.text}" if block.kind == "item" else block.text for block in blocks)


def _place(blocks: list[Block], draft: Draft) -> str:
    first, last = min(b.first for b in blocks), max(b.last for b in blocks)
    return f"{UNITS[draft.unit]} {first}" if first == last else f"{UNITS[draft.unit]} {first}-{last}"
