"""Text on its way to the page: what a person typed stays plain, what Gapwise wrote stays Markdown, marks become links."""

import re
from collections.abc import Mapping
from typing import Any

MARK = re.compile(r"\[(\d+)\](?!\()")
SOURCES = "\n\n### Sources\n"
"""Where the list of sources begins in the text of a reply; the page shows the passages itself."""
MARKUP = re.compile(r"([\\`*_\[\]()<>$~:#!|])")
UNWANTED = re.compile(r"[`<$~]|!(?=\[)|:(?=\w)|(?<=\])\(")
"""What Gapwise never means as markup: code, HTML, LaTeX, strike-through, images, directives, links."""


def plain(text: str) -> str:
    """Text as a label shows it word for word: on one line, with nothing in it acting as Markdown."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))


def document(reply: Mapping[str, Any]) -> str:
    """The Markdown of a reply without its list of sources, each mark a link to the passage it names."""
    text: str = reply["text"]
    known = {citation["n"]: citation for citation in reply["citations"]}
    body = text.partition(SOURCES)[0] if known else text

    def link(mark: re.Match[str]) -> str:
        number = int(mark[1])
        if number not in known:
            return mark[0]
        return rf"[\[{number}\]](#{anchor(reply['turn'], number)})"

    return MARK.sub(link, UNWANTED.sub(r"\\\g<0>", body))


def anchor(turn: int, number: int) -> str:
    """The name of a passage's place in the page."""
    return f"turn-{turn}-source-{number}"
