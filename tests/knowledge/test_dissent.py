"""The dissent ledger: all 26 quarrels, each position bound to passages that say it."""

import re
from functools import cache

import pytest

from knowledge import Dissent, Stance, dissent_ledger, load_corpus
from knowledge.corpus import LEVERS

LEDGER = dissent_ledger()
corpus = cache(load_corpus)
QUARRELS = pytest.mark.parametrize("quarrel", LEDGER, ids=[quarrel.id for quarrel in LEDGER])


def figures(text: str) -> set[str]:
    """Numbers with their unit letters: `$5K`, `100,000`, `7B`, `1%`."""
    return {found.replace(",", "").rstrip(".") for found in re.findall(r"\$?\d[\d.,]*(?:[KMB%]\b|%)?", text)}


def passage_text(stance: Stance) -> str:
    return " ".join(corpus().by_id[i].text for i in stance.passages)


def test_the_ledger_has_all_quarrels_in_order() -> None:
    assert [quarrel.id for quarrel in LEDGER] == [f"d{number}" for number in range(1, 27)]


@QUARRELS
def test_a_quarrel_has_two_sides_a_stake_a_reason_and_questions(quarrel: Dissent) -> None:
    assert len(quarrel.positions) >= 2
    assert len({stance.text for stance in quarrel.positions}) == len(quarrel.positions)
    assert quarrel.topic
    assert quarrel.stake
    assert quarrel.why
    assert len(set(quarrel.asks)) == len(quarrel.asks) >= 2


@QUARRELS
def test_the_followed_position_is_one_of_them(quarrel: Dissent) -> None:
    assert quarrel.followed is None or 0 <= quarrel.followed < len(quarrel.positions)


@QUARRELS
def test_every_position_rests_on_passages_without_a_caution(quarrel: Dissent) -> None:
    known = corpus().by_id
    for stance in quarrel.positions:
        assert stance.passages, stance.text
        assert [i for i in stance.passages if i not in known] == []
        assert [i for i in stance.passages if known[i].caution] == []


@QUARRELS
def test_every_figure_of_a_position_stands_in_its_passages(quarrel: Dissent) -> None:
    for stance in quarrel.positions:
        assert figures(stance.text) - figures(passage_text(stance)) == set(), stance.text


@QUARRELS
def test_the_positions_are_not_told_by_the_same_passages(quarrel: Dissent) -> None:
    told = [frozenset(stance.passages) for stance in quarrel.positions]
    assert len(set(told)) == len(told)


@QUARRELS
def test_a_quarrel_touches_levers_that_exist(quarrel: Dissent) -> None:
    assert set(quarrel.levers) <= set(LEVERS)


def test_figures_are_read_with_their_units() -> None:
    assert figures("costs $5K-$100K+, 1,000 pages, 7B, 0.1-1%.") == {"$5K", "$100K", "1000", "7B", "0.1", "1%"}
