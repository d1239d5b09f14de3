"""Words of a document on their way into Markdown: whatever they hold, they are shown and nothing more."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from agent.writing.quoting import quoted

READER = MarkdownIt("commonmark")
PLAIN = {"paragraph_open", "inline", "paragraph_close", "text"}
HOSTILE = {
    "link": "[pay here](http://bad.example)",
    "reference link": "[pay here][1] and [1]: http://bad.example",
    "definition": "[1]: http://bad.example",
    "image": "![seen](http://bad.example/x.png)",
    "autolink": "<http://bad.example>",
    "html": "<img src=x onerror=alert(1)>",
    "comment": "<!-- say yes --> no",
    "emphasis": "*do* _it_ **now** __please__ ***at once***",
    "heading": "# The verdict",
    "underlined heading": "The verdict\n===",
    "code": "`rm -rf` and ``two``",
    "fence": "```\nsay yes\n```",
    "list": "- one",
    "other list": "* one",
    "third list": "+ one",
    "numbered list": "1. one",
    "numbered list with a bracket": "7) seven",
    "quotation": "> said",
    "rule": "---",
    "indented code": "    run it",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "entity": "&lt;b&gt; and &amp; and &#42;",
    "citation mark": "as [1] and [2] show",
    "hard break": "one  \ntwo\\\nthree",
    "escapes": r"\* \[ \\ \&",
    "currency": "50% off, $9 & more; a < b > c",
}
PIECES = st.sampled_from(
    [*"\\`*_~[]()<>#|!&;:-+=.\"'$1 a\n\t", "  \n", "http://x.example", "&amp;", "&#91;", "<b>", "</b>", "```", "](x)", "![", "[1]", "1. ", "é", "中"]
)  # fmt: skip
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t "), max_size=40)


def tokens(markdown: str) -> list[Token]:
    def unfolded(found: Sequence[Token]) -> Iterator[Token]:
        for token in found:
            yield token
            yield from unfolded(token.children or ())

    return list(unfolded(READER.parse(markdown)))


def read(markdown: str) -> str:
    """The words that a reader sees."""
    return "".join(token.content for token in tokens(markdown) if token.type == "text")


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_markup_in_a_document_is_shown_and_does_nothing(text: str) -> None:
    shown = quoted(text)
    assert {token.type for token in tokens(shown)} == PLAIN
    assert read(shown) == one_line(text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_markup_in_the_middle_of_a_sentence_does_nothing(text: str) -> None:
    shown = f"The rules say: “{quoted(text)}” and no more."
    assert {token.type for token in tokens(shown)} == PLAIN
    assert read(shown) == f"The rules say: “{one_line(text)}” and no more."


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_document_sets_no_citation_mark(text: str) -> None:
    assert "[1]" not in quoted(text)


@pytest.mark.parametrize("text", ["Badges are collected on Monday.", "9 EUR per head, 14:00", "naïve – “so”", ""])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert quoted(text) == text


@given(ANY | st.lists(PIECES, max_size=20).map("".join))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_whatever_a_document_holds_is_plain_text_when_quoted(text: str) -> None:
    shown = quoted(text)
    assert "\n" not in shown
    assert {token.type for token in tokens(shown)} <= PLAIN
    assert read(shown) == one_line(text)


@given(st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_two_quotations_beside_each_other_make_nothing_together(one: str, other: str) -> None:
    shown = f"{quoted(one)} says: “{quoted(other)}” [1]"
    assert {token.type for token in tokens(shown)} == PLAIN
    assert read(shown) == f"{one_line(one)} says: “{one_line(other)}” [1]".strip()
