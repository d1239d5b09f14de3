"""Markdown, read with markdown-it-py: a CommonMark parser that keeps the line numbers of every block."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.documents.blocks import Block, Draft, Kind, row_text
from knowledge.documents.hidden import HIDDEN

FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*(?=\n|\Z)", re.DOTALL)
TAG_NAME = re.compile(r"</?([a-zA-Z][\w-]*)")


def read_markdown(text: str) -> Draft:
    """Headings, paragraphs, list items, table rows and listings; HTML and images are left out."""
    body = FRONT_MATTER.sub(lambda found: "\n" * found.group().count("\n"), text)
    tokens = MarkdownIt("commonmark", {"maxNesting": 200}).enable("table").parse(body)
    blocks: list[Block] = []
    header: tuple[str, ...] = ()
    row: list[str] = []
    for token, inside in _with_parents(tokens):
        first, last = (token.map[0] + 1, token.map[1]) if token.map else (0, 0)
        if token.type in ("fence", "code_block"):
            blocks.append(Block("code", token.content.strip(), first=first, last=last))
        elif token.type == "inline" and ("th_open" in inside or "td_open" in inside):
            row.append(_inline(token))
        elif token.type == "inline":
            blocks.append(Block(_kind(inside), _inline(token), _level(inside), first, last))
        elif token.type == "tr_close":
            if "thead_open" in inside:
                header = tuple(row)
            elif any(row):
                line = _line(inside)
                blocks.append(Block("row", row_text(header, tuple(row)), first=line, last=line))
            row = []
    found = tuple(block for block in blocks if block.text)
    return Draft(next((b.text for b in found if b.kind == "heading" and b.level == 1), None), found)


class _Open(tuple[str, ...]):
    """Types of the tokens that are open around one, outermost first, with the line of the innermost."""

    line: int


def _with_parents(tokens: Sequence[Token]) -> list[tuple[Token, _Open]]:
    open_types: list[str] = []
    lines: list[int] = []
    found = []
    for token in tokens:
        inside = _Open(open_types)
        inside.line = lines[-1] if lines else 0
        found.append((token, inside))
        if token.nesting == 1:
            open_types.append(token.type if token.type != "heading_open" else f"heading_open {token.tag[1:]}")
            lines.append(token.map[0] + 1 if token.map else inside.line)
        elif token.nesting == -1:
            open_types.pop()
            lines.pop()
    return found


def _line(inside: _Open) -> int:
    return inside.line


def _level(inside: _Open) -> int:
    return next((int(kind.split()[1]) for kind in inside if kind.startswith("heading_open")), 0)


def _kind(inside: _Open) -> Kind:
    if _level(inside):
        return "heading"
    return "item" if "list_item_open" in inside else "paragraph"


def _inline(token: Token) -> str:
    parts: list[str] = []
    hidden = ""
    for child in token.children or ():
        if child.type == "html_inline":
            hidden = _hidden_after(child.content, hidden)
        elif not hidden and child.type != "image":
            parts.append(" " if child.type in ("softbreak", "hardbreak") else child.content)
    return " ".join("".join(parts).split())


def _hidden_after(tag: str, hidden: str) -> str:
    """Name of the hidden element that is open after a tag, empty where there is none."""
    name = TAG_NAME.match(tag)
    if hidden:
        return "" if name and tag.startswith("</") and name[1].lower() == hidden else hidden
    return name[1].lower() if name and not tag.startswith("</") and HIDDEN.search(tag) else ""
