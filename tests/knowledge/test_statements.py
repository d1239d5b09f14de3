"""A text cut into its statements: every one whole, none lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.statements import statements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        (" \n\n ", ()),
        ("One statement", ("One statement",)),
        ("One. Two! Three? Four… Five", ("One.", "Two!", "Three?", "Four…", "Five")),
        ("one line\n• another\n\nthird", ("one line", "• another", "third")),
        ("It costs 3.5 EUR. Version 2.0 is out.", ("It costs 3.5 EUR.", "Version 2.0 is out.")),
        ("Use a form, e.g. JSON. Ask Dr. Berg.", ("Use a form, e.g. JSON.", "Ask Dr. Berg.")),
        ("See J. Berg et al. for it.", ("See J. Berg et al. for it.",)),
        ("It ended. 12 people left.", ("It ended.", "12 people left.")),
        ("It ended. “Good,” they said.", ("It ended.", "“Good,” they said.")),
        ("He said “stop.” Then he left.", ("He said “stop.”", "Then he left.")),
        ("It is slow (very slow.) Buy more.", ("It is slow (very slow.)", "Buy more.")),
        ("read the file a.txt. then go", ("read the file a.txt. then go",)),
    ],
)
def test_a_text_is_cut_where_a_sentence_or_a_line_ends(text: str, expected: tuple[str, ...]) -> None:
    assert statements(text) == expected


PIECES = ("word", "Word", "3.5", "e.g.", ". ", "? ", "… ", ".” ", "!) ", "\n", "“", "(", "• ")


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_nothing_but_white_space_is_lost(text: str) -> None:
    found = statements(text)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(statement == statement.strip() != "" for statement in found)


@given(st.lists(st.sampled_from(("The desk answers.", "Is it late?", "Wait 3 days!", "short line")), max_size=8))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_a_statement_is_not_cut_any_further(sentences: list[str]) -> None:
    for statement in statements("\n".join(sentences)):
        assert statements(statement) == (statement,)
