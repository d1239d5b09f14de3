"""PDF, read with pypdf (pure Python, BSD): the text of each page without its running heads and feet."""

import re
from collections import Counter
from io import BytesIO

from pypdf import PdfReader

from knowledge.documents.blocks import Draft
from knowledge.documents.plain import BULLET, LONGEST_HEADING, read_plain
from knowledge.errors import DocumentError
from knowledge.visible import visible_text

MOST_PAGES = 2_000
FEWEST_PAGES = 3
"""Pages from which a line that returns on most of them is a running head or foot."""


def read_pdf(data: bytes) -> Draft:
    """The lines of all pages, counted by page.

    Raises:
        DocumentError: encrypted, too long, or without text.
    """
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentError("is encrypted; save a copy without a password and add that")
    if len(reader.pages) > MOST_PAGES:
        raise DocumentError(f"has more than {MOST_PAGES:,} pages; split it and add the parts that matter")
    pages = [visible_text(page.extract_text()).split("\n") for page in reader.pages]
    title = reader.metadata.title if reader.metadata else None
    running = _running(pages)
    lines = [(line, number) for number, page in enumerate(pages, 1) for line in page if _key(line) not in running]
    joined = _joined(lines)
    if not any(text.strip() for text, _ in joined):
        raise DocumentError("holds no text, perhaps only scanned images; run a text recognition over it first")
    draft = read_plain("\n".join(text for text, _ in joined), [page for _, page in joined], unit_is_page=True)
    return Draft(str(title).strip() if title and str(title).strip() else draft.title, draft.blocks, "page")


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _running(pages: list[list[str]]) -> frozenset[str]:
    """Lines, digits aside, that stand at the top or foot of more than half of the pages."""
    if len(pages) < FEWEST_PAGES:
        return frozenset()
    counts = Counter(key for page in pages for key in {_key(line) for line in (*page[:2], *page[-2:]) if line.strip()})
    return frozenset(key for key, count in counts.items() if count > len(pages) / 2)


def _joined(lines: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Lines that were broken by the page's width put together again."""
    found: list[tuple[str, int]] = []
    for text, page in lines:
        before = found[-1][0] if found else ""
        if before and _goes_on(before, text):
            glued = before[:-1] + text.strip() if re.search(r"\w-$", before) else f"{before} {text.strip()}"
            found[-1] = (glued, found[-1][1])
        else:
            found.append((text, page))
    return found


def _goes_on(before: str, text: str) -> bool:
    stripped = text.strip()
    if not stripped or not before.strip() or BULLET.match(text):
        return False
    if re.search(r"\w-$", before):
        return stripped[0].islower()
    wide = len(before) - before.rfind("\n") > LONGEST_HEADING * 0.6
    return stripped[0].islower() or (wide and before.rstrip()[-1] not in ".!?:;")
