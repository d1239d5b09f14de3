"""DOCX, read with python-docx (MIT): headings by style, paragraphs, list items and tables; hidden text is left out."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

from docx import Document
from docx.table import Table
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from knowledge.documents.blocks import Block, Draft, Kind, row_text
from knowledge.errors import DocumentError

LARGEST_UNPACKED = 200_000_000
"""Bytes; a small file that unpacks to more is not read."""
OLE = b"\xd0\xcf\x11\xe0"
"""How an encrypted or an old Word file begins."""


def read_docx(data: bytes) -> Draft:
    """All paragraphs and tables in order.

    Raises:
        DocumentError: encrypted, or unpacking to too much.
    """
    if data.startswith(OLE):
        raise DocumentError("is encrypted or an old Word file; save it as .docx without a password and add that")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
            raise DocumentError("unpacks to more than 200 MB; save it without pictures and add that")
    document = Document(BytesIO(data))
    blocks: list[Block] = []
    for number, part in enumerate(document.iter_inner_content(), 1):
        blocks += _of_table(part, number) if isinstance(part, Table) else _of_paragraph(part, number)
    title = document.core_properties.title
    named = next((b.text for b in blocks if b.kind == "heading" and b.level == 1), None)
    return Draft(named or title or None, tuple(blocks), "paragraph")


def _of_paragraph(paragraph: Paragraph, number: int) -> list[Block]:
    text = _visible(paragraph)
    if not text:
        return []
    style = (paragraph.style.name if paragraph.style else None) or ""
    if style == "Title":
        return [Block("heading", text, 1, number, number)]
    if style.startswith("Heading"):
        digits = "".join(c for c in style if c.isdigit())
        return [Block("heading", text, int(digits or 1), number, number)]
    kind: Kind = "item" if style.startswith("List") else "paragraph"
    return [Block(kind, text, first=number, last=number)]


def _of_table(table: Table, number: int) -> list[Block]:
    rows = [tuple(" ".join(filter(None, map(_visible, cell.paragraphs))) for cell in row.cells) for row in table.rows]
    rows = [row for row in rows if any(row)]
    if len(rows) < 2:
        return [Block("row", row_text((), row), first=number, last=number) for row in rows]
    return [Block("row", row_text(rows[0], row), first=number, last=number) for row in rows[1:]]


def _visible(paragraph: Paragraph) -> str:
    """The words of a paragraph but for hidden runs, those of links among them."""
    return " ".join("".join(run.text for run in _runs(paragraph) if not run.font.hidden).split())


def _runs(paragraph: Paragraph) -> Iterator[Run]:
    for part in paragraph.iter_inner_content():
        if isinstance(part, Hyperlink):
            yield from part.runs
        else:
            yield part
