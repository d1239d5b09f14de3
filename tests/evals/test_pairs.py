"""Two systems on the same people: the exact test against figures worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.pairs import difference, mcnemar

COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 2 / 32), (6, 0, 2 / 64), (1, 7, 2 * 9 / 256), (10, 10, 1.0), (3, 4, 1.0)],
)
def test_the_exact_p_is_twice_the_tail_of_a_fair_coin(won: int, lost: int, p: float) -> None:
    assert mcnemar(won, lost) == pytest.approx(p)


@given(won=COUNTS, lost=COUNTS)
def test_it_does_not_matter_who_is_first_and_p_is_a_probability(won: int, lost: int) -> None:
    assert mcnemar(won, lost) == mcnemar(lost, won)
    assert 0 < mcnemar(won, lost) <= 1


def test_only_people_on_whom_the_two_differ_count() -> None:
    found = difference([True, True, False, False, True], [True, False, True, False, False])
    assert (found.won, found.lost) == (2, 1)


def test_systems_judged_on_different_people_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="zip"):
        difference([True], [True, False])
