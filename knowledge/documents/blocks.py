"""What every format is read into: a title and a sequence of blocks, each with its place in the file."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "row", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, table row or listing."""

    kind: Kind
    text: str
    level: int = 0
    """Of a heading, 1 for the highest."""
    first: int = 0
    last: int = 0
    """First and last line, page or paragraph in the file, from 1; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as read, before it is split."""

    title: str | None
    blocks: tuple[Block, ...]
    unit: Literal["line", "page", "paragraph"] = "line"
    """What the places of the blocks count."""


def row_text(header: tuple[str, ...], cells: tuple[str, ...]) -> str:
    """A table row that can be read alone: each cell with its column's name; the first cell names the row."""
    names = _names(header, len(cells))
    named = [f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True)]
    label, rest = named[0] if cells[0] else "", [text for text, cell in zip(named[1:], cells[1:], strict=True) if cell]
    return f"{label} – {'; '.join(rest)}" if label and rest else label or "; ".join(rest)


def _names(header: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Names for the cells; a header that lost its empty corner cell stands one column to the left, or has a cell too few."""
    if header and header[0] and not header[-1]:
        header = ("", *header[:-1])
    elif len(header) == count - 1:
        header = ("", *header)
    return (*header[:count], *[""] * (count - len(header)))
