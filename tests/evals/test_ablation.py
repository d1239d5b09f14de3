"""The table of what each part of the search is worth: the page has what the code measures."""

import re
from pathlib import Path

import pytest

from evals import load_questions, part_rows, put_into
from evals.ablation import END, HEAD, START
from knowledge import Library

ROUNDING = 1
"""Points of difference that another processor's arithmetic may make: one question in two hundred that was all but a tie."""
PAGE = Path(__file__).resolve().parents[2] / "docs" / "library.md"


def name(line: str) -> str:
    return line.split("|")[1].strip()


def shares(line: str) -> list[int]:
    """The per cents of a line, bounds of the intervals among them."""
    return [int(found) for found in re.findall(r"(\d+)%", line)]


@pytest.mark.figures
def test_the_page_has_what_the_parts_reach_on_the_held_out_questions(library: Library) -> None:
    kept = PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0].splitlines()
    measured = list(part_rows(load_questions("held-out"), library.corpus, library.encoder, library.retriever.index))
    assert HEAD.splitlines() == kept[1:3]
    assert [line for line in measured if line not in kept] == [], (
        "run `gapwise eval ablation --originals FOLDER --into docs/library.md`"
    )


def test_a_table_takes_the_place_of_the_one_before() -> None:
    page = f"Above\n{START}\nold\n{END}\nbelow\n"
    assert put_into(page, ["new", "table"]) == f"Above\n{START}\nnew\ntable\n{END}\nbelow\n"
    with pytest.raises(ValueError, match="no place"):
        put_into("no marks", ["new"])
