"""Plain text, where structure shows only in the lines: short unpunctuated lines before prose are headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.documents.blocks import Block, Draft, row_text

LONGEST_HEADING = 90
MOST_HEADINGS = 3
"""Lines that can stand over one another as headings; more in a row are a table or a list."""
BULLET = re.compile(r"^\s*(?:[-*•·–▪◦]|\(?\d{1,3}[.)]|[a-z][.)])\s+")
NAVIGATION = frozenset(
    {
        "skip to content", "skip to main content", "table of contents", "contents", "on this page", "share", "share this",
        "back to top", "next", "previous", "menu", "search", "sign in", "log in", "subscribe", "advertisement",
    }
)  # fmt: skip
"""Labels of page chrome that scraped text carries; a line that is nothing else is dropped."""
READING_TIME = re.compile(r"\b\d+\s*min(?:ute)?s?\s+read\b", re.IGNORECASE)
NARROWEST, WIDEST, FULL_LINES, RAGGED = 45, 120, 2, 4
"""Hand-wrapped prose: neither narrower nor wider than this, at least so many lines nearly full, broken at most so many characters early."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank."""

    text: str
    number: int
    after_blank: bool
    indented: bool = False

    @property
    def could_head(self) -> bool:
        """Whether it is short and ends like a title or a question."""
        return (
            len(self.text) <= LONGEST_HEADING
            and not BULLET.match(self.text)
            and "|" not in self.text
            and ". " not in self.text
            and not self.text[0].islower()
            and self.text[-1] not in ".,;:!…"
            and any(c.isalpha() for c in self.text)
        )


def read_plain(text: str, numbers: Sequence[int] | None = None, unit_is_page: bool = False) -> Draft:
    """Headings, paragraphs, items and table rows of a text.

    Args:
        text: the lines, visible characters only.
        numbers: what each line is counted as (its page); its own number by default.
        unit_is_page: whether those are pages.
    """
    blocks = tuple(_joined(_lines(text, numbers)))
    return Draft(_title(blocks), blocks, "page" if unit_is_page else "line")


def _title(blocks: Sequence[Block]) -> str | None:
    """The first heading that stands over prose, or else the first one."""
    headings = [at for at, block in enumerate(blocks) if block.kind == "heading"]
    over_prose = (at for at in headings if any(b.kind == "paragraph" for b in blocks[at + 1 : at + 2]))
    at = next(over_prose, headings[0] if headings else None)
    return None if at is None else blocks[at].text


def _lines(text: str, numbers: Sequence[int] | None) -> list[Line]:
    found: list[Line] = []
    blank = True
    for number, raw in enumerate(text.split("\n")):
        line = " ".join(raw.split()) if "|" not in raw else raw.strip()
        if line and not _is_chrome(line):
            found.append(Line(line, numbers[number] if numbers else number + 1, blank, raw.startswith("  ")))
        blank = not line
    return found


def _is_chrome(line: str) -> bool:
    return line.casefold() in NAVIGATION or (len(line) <= LONGEST_HEADING and READING_TIME.search(line) is not None)


def _joined(lines: list[Line]) -> list[Block]:
    """The blocks, those that were broken by the width of the page put together again."""
    found: list[Block] = []
    for block, goes_on in _blocks(lines):
        if goes_on and found and found[-1].kind in ("paragraph", "item"):
            before = found[-1]
            found[-1] = replace(before, text=f"{before.text} {block.text}", last=block.last)
        else:
            found.append(block)
    return found


def _goes_on(lines: list[Line], at: int) -> bool:
    """Whether a line goes on with the one before: wrapped at a width that several lines share, or indented under a list item."""
    line, before = lines[at], lines[at - 1]
    if not at or line.after_blank or BULLET.match(line.text):
        return False
    if BULLET.match(before.text) or before.indented:
        return line.indented
    start, end = _paragraph(lines, at)
    lengths = [len(each.text) for each in lines[start:end]]
    width = max(lengths)
    wrapped = NARROWEST <= width <= WIDEST and sum(length >= 0.8 * width for length in lengths) >= FULL_LINES
    return wrapped and len(before.text) + 1 + len(line.text.split()[0]) > width - RAGGED


def _paragraph(lines: list[Line], at: int) -> tuple[int, int]:
    """Where the lines around one begin and end, with no blank line between them."""
    start, end = at, at + 1
    while start and not lines[start].after_blank:
        start -= 1
    while end < len(lines) and not lines[end].after_blank:
        end += 1
    return start, end


def _blocks(lines: list[Line]) -> Iterator[tuple[Block, bool]]:
    """Each line as a block, and whether it goes on with the one before."""
    header: tuple[str, ...] = ()
    for at, line in enumerate(lines):
        if _is_row(lines, at):
            cells = tuple(cell.strip() for cell in line.text.strip("|").split("|"))
            if all(set(cell) <= set("-: ") for cell in cells):
                continue
            if not header:
                header = cells
            else:
                yield Block("row", row_text(header, cells), first=line.number, last=line.number), False
            continue
        header = ()
        goes_on = _goes_on(lines, at)
        if BULLET.match(line.text):
            yield Block("item", BULLET.sub("", line.text), first=line.number, last=line.number), False
        elif not goes_on and _heads(lines, at):
            yield Block("heading", line.text, 2 if at else 1, line.number, line.number), False
        else:
            yield Block("paragraph", line.text, first=line.number, last=line.number), goes_on


def _is_row(lines: list[Line], at: int) -> bool:
    """Whether a line is a row of a table drawn with pipes: it has two, and so has a neighbour."""
    near = lines[max(0, at - 1) : at + 2]
    return lines[at].text.count("|") >= 2 and sum(line.text.count("|") >= 2 for line in near) > 1


def _heads(lines: list[Line], at: int) -> bool:
    """Whether a line stands over what follows: at most a few such lines in a row, then prose or a list."""
    line = lines[at]
    if not line.could_head or at + 1 == len(lines) or _run(lines, at) > MOST_HEADINGS:
        return False
    following = lines[at + 1]
    if _goes_on(lines, at + 1):
        return False
    if line.text[-1] == "?":
        return not following.text.endswith("?")
    return following.after_blank or not following.could_head or (at + 2 < len(lines) and not lines[at + 2].could_head)


def _run(lines: list[Line], at: int) -> int:
    """How many lines without a blank between them, this one among them, could be headings: many are a table or a list."""
    start = end = at
    while start and lines[start - 1].could_head and not lines[start].after_blank:
        start -= 1
    while end + 1 < len(lines) and lines[end + 1].could_head and not lines[end + 1].after_blank:
        end += 1
    return end - start + 1
