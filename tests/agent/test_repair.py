"""Self-repair: what is taken back goes, what only sounds like it stays."""

import pytest

from agent.reading.repair import repaired, takes_back


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Daily. No wait, the price list is daily, the terms change each spring.", "the price list is daily, the terms change each spring"),
        ("We have 900, scratch that, 90 of them are any good.", "90 of them are any good"),
        ("About 40 pages, I mean forty pages per branch of ours.", "forty pages per branch of ours"),
        ("Make that 300 good ones out of the lot.", "300 good ones out of the lot"),
    ],
)  # fmt: skip
def test_what_is_taken_back_is_left_out(text: str, left: str) -> None:
    assert repaired(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "The correction rate is 40 out of 100 answers.",
        "Can you make it cheaper for a small school?",
        "We tried it, no, wait.",
        "It changes weekly.",
    ],
)
def test_what_only_sounds_like_taking_back_is_left_whole(text: str) -> None:
    assert repaired(text) == text


@pytest.mark.parametrize(
    ("text", "taken_back"),
    [
        ("no wait, they never let us upload it", True),
        ("Sorry, I meant the other one.", True),
        ("No, you're wrong, the prices change once a year", True),
        ("that's not right", True),
        ("No. We never tried that.", False),
        ("It quotes the wrong prices, no wait needed.", False),
    ],
)
def test_a_message_that_begins_by_taking_back_is_known(text: str, taken_back: bool) -> None:
    assert takes_back(text) is taken_back
