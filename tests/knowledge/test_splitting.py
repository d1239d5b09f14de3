"""A document cut into passages along its structure: nothing lost, none too long, ids that stay."""

import re
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import Passage, Source
from knowledge.documents.blocks import Block, Draft, row_text
from knowledge.documents.reading import read_draft
from knowledge.documents.splitting import MOST, slugged, split

SOURCE = Source("own/guide", "Guide", "your team", "2026-01-31", "file of 2026-01-31")
SENTENCE = "The desk pays each refund within ten working days of the request for it. "


def passages(markdown: str) -> tuple[Passage, ...]:
    return split(read_draft("guide.md", markdown.encode()), SOURCE)


def shown(passage: Passage) -> str:
    """All that is shown of a passage."""
    return f"{passage.source.title} {passage.parent or ''} {passage.section} {passage.text}"


class Words:
    """Numbered words, so that each is found again."""

    def __init__(self) -> None:
        self.count = 0

    def some(self, count: int) -> str:
        start, self.count = self.count, self.count + count
        return " ".join(f"word{number}" for number in range(start, self.count))


COUNTS = st.integers(1, 30)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, int]:
    """Markdown of sections with something in them, and how many words a reader sees."""
    words = Words()

    def heading() -> str:
        return f"{'#' * draw(st.integers(1, 3))} {words.some(draw(st.integers(1, 4)))}"

    def paragraph() -> str:
        return " ".join(f"{words.some(draw(COUNTS)).capitalize()}." for _ in range(draw(st.integers(1, 8))))

    def items() -> str:
        return "\n".join(f"{'  ' * draw(st.integers(0, 1))}- {words.some(draw(COUNTS))}" for _ in range(draw(COUNTS)))

    def table() -> str:
        columns = draw(st.integers(2, 4))
        head = f"| | {' | '.join(words.some(1) for _ in range(columns))} |\n|{'---|' * (columns + 1)}\n"
        cells = (f"| {' | '.join(words.some(2) for _ in range(columns + 1))} |" for _ in range(draw(st.integers(1, 9))))
        return head + "\n".join(cells)

    def listing() -> str:
        return "```\n" + "\n".join(words.some(draw(COUNTS)) for _ in range(draw(st.integers(1, 9)))) + "\n```"

    sections = []
    for _ in range(draw(st.integers(1, 5))):
        made = draw(st.lists(st.sampled_from((paragraph, items, table, listing)), min_size=1, max_size=4))
        sections += [heading(), *[make() for make in made]]
    return "\n\n".join(sections), words.count


@given(documents())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_every_visible_word_is_in_a_passage(document: tuple[str, int]) -> None:
    markdown, count = document
    found = {int(n) for passage in passages(markdown) for n in re.findall(r"[Ww]ord(\d+)", shown(passage))}
    assert found == set(range(count))


@given(documents())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_passage_is_far_over_the_limit_and_no_id_comes_twice(document: tuple[str, int]) -> None:
    found = passages(document[0])
    assert max(len(passage.text) for passage in found) < 2.1 * MOST
    assert len({passage.id for passage in found}) == len(found)


@pytest.mark.parametrize("text", ["a" * 20_000, "word " * 5_000, "long-word/" * 3_000, "- " + "item " * 4_000])
def test_text_without_an_end_in_sight_is_cut_too(text: str) -> None:
    found = passages(f"# Title\n\n{text}")
    assert max(len(passage.text) for passage in found) < 2.1 * MOST
    said = "".join("".join(passage.text.replace("• ", "").split()) for passage in found)
    assert said == "".join(text.removeprefix("- ").split())


def test_a_heading_with_nothing_under_it_is_not_lost() -> None:
    found = passages(
        "# Guide\n\nText.\n\n## Refunds\n\n### By phone\n\n#### In Oslo\n\nCall.\n\n## Returns\n\n## Gifts\n"
    )
    said = " ".join(shown(passage) for passage in found)
    assert [word for word in ("Refunds", "phone", "Oslo", "Returns", "Gifts") if word not in said] == []


def test_the_name_of_a_tables_first_column_is_not_lost() -> None:
    found = passages("# Guide\n\n| Warehouse | Days |\n|---|---|\n| Oslo | 3 |\n")
    assert "Warehouse" in " ".join(shown(passage) for passage in found)


def test_a_passage_names_its_section_and_the_headings_above() -> None:
    found = passages("# Guide\n\nHello.\n\n## Refunds\n\nPaid.\n\n### By phone\n\nCall.\n\n## Returns\n\nBack.\n")
    assert [(passage.parent, passage.section, passage.text) for passage in found] == [
        (None, "Guide", "Hello."),
        ("Guide", "Refunds", "Paid."),
        ("Guide › Refunds", "By phone", "Call."),
        ("Guide", "Returns", "Back."),
    ]


def test_text_before_the_first_heading_stands_under_the_title() -> None:
    (first, _) = passages("Hello there.\n\n## Refunds\n\nPaid.")
    assert (first.section, first.parent, first.id) == ("Guide", None, "own/guide/guide")


@pytest.mark.parametrize(
    ("unit", "place", "expected"),
    [("line", (3, 5), "lines 3-5"), ("page", (2, 2), "page 2"), ("paragraph", (4, 6), "paragraph 4-6")],
)
def test_a_passage_says_where_it_stands(
    unit: Literal["line", "page", "paragraph"], place: tuple[int, int], expected: str
) -> None:
    draft = Draft(None, (Block("paragraph", "Paid.", 0, *place),), unit)
    assert split(draft, SOURCE)[0].lines == expected


@given(before=st.integers(0, 30), after=st.integers(0, 30))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_editing_one_section_leaves_the_ids_of_the_others(before: int, after: int) -> None:
    def ids(sentences: int) -> list[str]:
        text = f"# Guide\n\nHello.\n\n## Refunds\n\n{SENTENCE * (1 + sentences)}\n\n## Returns\n\n{SENTENCE * 20}"
        return [passage.id for passage in passages(text) if passage.section != "Refunds"]

    assert ids(before) == ids(after)


def test_editing_the_words_of_a_section_leaves_its_ids() -> None:
    before, after = passages(f"## Refunds\n\n{SENTENCE * 20}"), passages(f"## Refunds\n\n{SENTENCE.upper() * 20}")
    assert [passage.id for passage in before] == [passage.id for passage in after]
    assert len(before) > 1


@pytest.mark.parametrize(
    "headings",
    [("Step", "Step 2"), ("Step 2", "Step", "Step"), ("Step", "Step", "Step-2"), ("価格", "untitled", "期間")],
)
def test_no_two_passages_share_an_id(headings: tuple[str, ...]) -> None:
    found = passages("\n\n".join(f"## {heading}\n\n{SENTENCE * 20}" for heading in headings))
    assert len({passage.id for passage in found}) == len(found)


def test_a_list_cut_in_two_repeats_the_sentence_that_introduces_it() -> None:
    items = "\n".join(f"- {SENTENCE}" for _ in range(30))
    found = passages(f"# Guide\n\nHello.\n\nWhat the desk does:\n\n{items}\n\nThat is all.")
    assert len(found) > 3
    assert all("What the desk does:" in passage.text for passage in found if "•" in passage.text)


def test_a_list_does_not_repeat_the_sentence_that_introduces_another() -> None:
    items = "\n".join(f"- {SENTENCE}" for _ in range(12))
    found = passages(f"# Guide\n\nOn Mondays:\n\n- Rest\n\nThe desk does the rest.\n\n{items}")
    assert sum("On Mondays:" in passage.text for passage in found) == 1


def test_a_passage_of_items_shows_them_as_items() -> None:
    assert passages("Ask:\n\n- by phone\n- by mail")[0].text == "Ask:\n• by phone\n• by mail"


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (("Plan", "Price"), ("Basic", "5"), "Plan: Basic – Price: 5"),
        (("", "Price"), ("Basic", "5"), "Basic – Price: 5"),
        (("Price", "Seats", ""), ("Basic", "5", "3"), "Basic – Price: 5; Seats: 3"),
        (("Price", "Seats"), ("Basic", "5", "3"), "Basic – Price: 5; Seats: 3"),
        (("Plan", "Price", "Seats"), ("Basic", "", "3"), "Plan: Basic – Seats: 3"),
        (("Plan", "Price"), ("", "5"), "Price: 5"),
        (("Plan", "Price", "Seats"), ("Basic", "5"), "Plan: Basic – Price: 5"),
        (("Plan",), ("Basic",), "Plan: Basic"),
        ((), ("Basic", "5"), "Basic – 5"),
    ],
)
def test_a_row_carries_the_names_of_its_columns(header: tuple[str, ...], cells: tuple[str, ...], expected: str) -> None:
    assert row_text(header, cells) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Größe & Preis", "groe-preis"), ("  2.1 What's new? ", "2-1-what-s-new"), ("価格", "untitled"), ("", "untitled")],
)
def test_a_heading_becomes_an_id(text: str, expected: str) -> None:
    assert slugged(text) == expected


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_every_text_becomes_an_id(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slugged(text))
    assert len(slugged(text)) <= 60
