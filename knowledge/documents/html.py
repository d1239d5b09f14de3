"""HTML, read with Beautiful Soup (the most forgiving parser that is well kept): page chrome and hidden parts dropped."""

from collections.abc import Iterator
from itertools import groupby

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from knowledge.documents.blocks import Block, Draft, Kind, row_text
from knowledge.documents.hidden import HIDDEN_STYLE

CHROME = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "aside",
    "form",
    "button",
    "iframe",
    "svg",
    "head",
)
CHROME_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "menu"})
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    {*HEADINGS, "p", "li", "dt", "dd", "pre", "blockquote", "td", "th", "caption", "figcaption", "summary",
     "div", "section", "article", "main", "body", "header", "[document]"}
)  # fmt: skip


def read_html(data: bytes | str) -> Draft:
    """The page's main part: headings, paragraphs, items, table rows and listings; comments and alt texts are left out."""
    soup = BeautifulSoup(data, "lxml")
    for line_break in soup.find_all(["br", "hr"]):
        line_break.replace_with("\n")
    title = soup.title.get_text(" ", strip=True) if soup.title else None
    for tag in soup.find_all(_is_chrome):
        tag.extract()
    main = soup.find("main") or _only(soup.find_all("article")) or soup.body or soup
    if main.name != "article":
        for header in main.find_all("header"):
            if not header.find_parent("article"):
                header.extract()
    blocks = tuple(block for block in _blocks(main) if block.text)
    first = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), None)
    return Draft(first or title, blocks, "paragraph")


def _is_chrome(tag: Tag) -> bool:
    return (
        tag.name in CHROME
        or tag.get("role") in CHROME_ROLES
        or tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or HIDDEN_STYLE.search(str(tag.get("style", ""))) is not None
    )


def _only(found: list[Tag]) -> Tag | None:
    return found[0] if len(found) == 1 else None


def _blocks(main: Tag) -> Iterator[Block]:
    strings = [
        node
        for node in main.descendants
        if isinstance(node, NavigableString) and not isinstance(node, PreformattedString)
    ]
    number = 0
    for _, group in groupby(((_owner(node), node) for node in strings), key=lambda pair: id(pair[0])):
        owned = list(group)
        owner = owned[0][0]
        if owner.name == "table":
            for kind, row in _rows(owner):
                number += 1
                yield Block(kind, row, first=number, last=number)
            continue
        text = "".join(str(node) for _, node in owned)
        text = text.strip("\n") if owner.name == "pre" else " ".join(text.split())
        if text:
            number += 1
            yield Block(_kind(owner), text, HEADINGS.get(owner.name, 0), number, number)


def _owner(node: NavigableString) -> Tag:
    """The block that a string belongs to: its data table, or else the nearest block around it."""
    nearest: Tag | None = None
    for parent in node.parents:
        if parent.name == "table" and not parent.find(["table", *HEADINGS]):
            return parent
        if nearest is None and parent.name in BLOCKS:
            nearest = parent
    return nearest or next(iter(node.parents))


def _kind(owner: Tag) -> Kind:
    if owner.name in HEADINGS:
        return "heading"
    if owner.name == "pre":
        return "code"
    return "item" if owner.name in ("li", "dt", "dd") or owner.find_parent("li") else "paragraph"


def _rows(table: Tag) -> Iterator[tuple[Kind, str]]:
    """The caption and the rows of a data table."""
    yield from (("paragraph", " ".join(caption.get_text(" ").split())) for caption in table.find_all("caption"))
    header: tuple[str, ...] = ()
    for row in table.find_all("tr"):
        cells = tuple(" ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"]))
        if not any(cells):
            continue
        if not header and not any(cell.get_text(strip=True) for cell in row.find_all("td")):
            header = cells
        else:
            yield "row", row_text(header, cells)
