"""A message in clauses, and the plain text of it."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.reading.clauses import MOST, clauses
from knowledge import visible_text

steady = settings(deadline=None, max_examples=300, derandomize=True, database=None)

INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u0000", "\u0007", "\u001b", "\u007f"]
PIECES = st.sampled_from(
    ["it", "is slow", ", ", " but ", ". ", "; ", " - ", "\n", "!", "we have 3,000 pages", "e.g. ", "…", "and", "  ", "é", "数据", "•", "?! ", "(so) "]
)  # fmt: skip
MESSAGES = st.text(max_size=120) | st.lists(PIECES, max_size=60).map("".join)


def spoken(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


@steady
@given(MESSAGES)
def test_nothing_but_whitespace_and_punctuation_is_lost(text: str) -> None:
    assert spoken("".join(clauses(text))) == spoken(text)


@steady
@given(MESSAGES)
def test_a_message_has_at_least_one_clause_and_a_bounded_number(text: str) -> None:
    parts = clauses(text)
    assert 1 <= len(parts) <= MOST
    assert all(part.strip() for part in parts) or parts == (text,)


def test_ideas_that_are_joined_in_one_message_are_told_apart() -> None:
    parts = clauses("It does not know our prices, but the tone is fine and it answers quickly. We have 3,000 pages!")
    assert [p.rstrip(".,!") for p in parts] == [
        "It does not know our prices",
        "but the tone is fine",
        "and it answers quickly",
        "We have 3,000 pages",
    ]


@pytest.mark.parametrize("text", ["3,000 pages", "JSON, always", "yes", "no, never", "v2.1 of the handbook"])
def test_a_short_answer_stays_whole(text: str) -> None:
    assert clauses(text) == (text,)


@pytest.mark.parametrize("mark", INVISIBLE, ids=[f"U+{ord(c):04X}" for c in INVISIBLE])
def test_an_invisible_or_control_character_vanishes(mark: str) -> None:
    assert visible_text(f"{mark}ha{mark}ndbook{mark}") == "handbook"


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u2060", "\x00\x01\x02", "\ufeff \n\t "])
def test_what_nobody_can_see_is_empty(text: str) -> None:
    assert visible_text(text) == ""


def test_lines_and_tabs_are_kept() -> None:
    assert visible_text(" one\r\ntwo\tthree\n") == "one\ntwo\tthree"


@pytest.mark.parametrize("mark", ["\r", "\x0b", "\x0c"])
def test_words_on_two_lines_are_not_run_together(mark: str) -> None:
    assert len(visible_text(f"page{mark}break").split()) == 2


@steady
@given(st.text(max_size=60))
def test_plain_text_is_visible_and_composed(text: str) -> None:
    seen = visible_text(text)
    assert visible_text(seen) == seen
    assert unicodedata.is_normalized("NFC", seen)
    assert not {unicodedata.category(c) for c in seen if c not in "\n\t"} & {"Cf", "Cc", "Co", "Cs"}


@steady
@given(st.text("aeiouémn\u0301 ", min_size=1, max_size=20), st.integers(0, 20), st.sampled_from(INVISIBLE))
def test_an_invisible_character_anywhere_changes_nothing(text: str, place: int, mark: str) -> None:
    assert visible_text(text[:place] + mark + text[place:]) == visible_text(text)
