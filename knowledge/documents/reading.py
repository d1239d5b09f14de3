"""Reads one file into a draft, by what its name says it is; what cannot be read is told in a sentence."""

import codecs
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from knowledge.documents.blocks import Draft
from knowledge.errors import DocumentError
from knowledge.visible import visible_lines, visible_text

READERS_VERSION = 1
"""Raised when a file would be read differently, so that unchanged files are read anew."""
LARGEST = 50_000_000
"""Bytes of one file."""
MOST_CHARACTERS = 3_000_000
SUFFIXES = {
    ".md": "Markdown", ".markdown": "Markdown", ".html": "HTML", ".htm": "HTML", ".xhtml": "HTML",
    ".txt": "text", ".text": "text", ".pdf": "PDF", ".docx": "DOCX",
}  # fmt: skip
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LOOKED_AT = 100_000
"""Bytes looked at to tell text from something else."""
MOST_CONTROL = 0.01
"""Share of control characters above which bytes are taken for something else than text."""


def read_draft(name: str, data: bytes) -> Draft:
    """The title and blocks of a file.

    Raises:
        DocumentError: of another kind, empty, damaged, encrypted, too large, or not what its name says.
    """
    kind = SUFFIXES.get(Path(name).suffix.lower())
    if kind is None:
        raise DocumentError(f"is not read; give Markdown, HTML, text, PDF or DOCX ({', '.join(sorted(SUFFIXES))})")
    if not data.strip():
        raise DocumentError("is empty; add it when there is text in it")
    check_size(len(data))
    try:
        draft = _seen(_READERS[kind](data))
    except DocumentError:
        raise
    except Exception as error:  # a damaged file makes a parser raise whatever it stumbles over
        raise DocumentError(
            f"is damaged or encrypted and cannot be read as {kind}; open it, save it anew and add that"
        ) from error
    characters = sum(len(block.text) for block in draft.blocks)
    if not characters:
        raise DocumentError("holds no text that can be read; add it when there is")
    if characters > MOST_CHARACTERS:
        raise DocumentError(f"has {characters:,} characters; at most {MOST_CHARACTERS:,} are read, so split it")
    return draft


def check_size(size: int) -> None:
    """Refuse a file before it is read into memory.

    Raises:
        DocumentError: it has too many bytes.
    """
    if size > LARGEST:
        raise DocumentError(f"has {size / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} MB are read, so split it")


def _seen(draft: Draft) -> Draft:
    """The draft without invisible characters, also those that were written as entities."""
    blocks = (replace(block, text=visible_text(block.text)) for block in draft.blocks)
    title = visible_text(draft.title or "")
    return replace(draft, title=title or None, blocks=tuple(block for block in blocks if block.text))


def _pdf(data: bytes) -> Draft:
    from knowledge.documents.pdf import read_pdf

    return read_pdf(data)


def _docx(data: bytes) -> Draft:
    from knowledge.documents.docx import read_docx

    return read_docx(data)


def _html(data: bytes) -> Draft:
    from knowledge.documents.html import read_html

    _must_be_text(data)
    return read_html(data)


def _markdown(data: bytes) -> Draft:
    from knowledge.documents.markdown import read_markdown

    return read_markdown(visible_lines(_decoded(data)))


def _text(data: bytes) -> Draft:
    from knowledge.documents.plain import read_plain

    return read_plain(visible_lines(_decoded(data)))


_READERS: Mapping[str, Callable[[bytes], Draft]] = {
    "PDF": _pdf, "DOCX": _docx, "HTML": _html, "Markdown": _markdown, "text": _text,
}  # fmt: skip
"""The parsers are imported when they are first needed."""


def _decoded(data: bytes) -> str:
    """The text of some bytes: by their mark, as UTF-8, or else as Western text.

    Raises:
        DocumentError: they are no text.
    """
    _must_be_text(data)
    if data.startswith(UTF16):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _must_be_text(data: bytes) -> None:
    control = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in data[:LOOKED_AT])
    if control > MOST_CONTROL * min(len(data), LOOKED_AT) and not data.startswith(UTF16):
        raise DocumentError("is binary, not text; save it as text, PDF or DOCX and add that")
