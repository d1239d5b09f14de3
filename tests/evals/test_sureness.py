"""Whether stated probabilities can be believed: against figures worked out by hand, and against claims that are true by making."""

import random

import pytest

from evals.sureness import Claim, Sureness, stated, sureness


def measured(*claims: tuple[float, bool]) -> Sureness:
    found = sureness([Claim(p, right) for p, right in claims])
    assert found is not None
    return found


def test_brier_and_error_are_those_worked_out_by_hand() -> None:
    found = measured((0.9, True), (0.95, False), (0.6, True), (0.6, False))
    assert found.brier == pytest.approx((0.01 + 0.9025 + 0.16 + 0.36) / 4)
    assert found.error == pytest.approx((abs(1 - 1.85) + abs(1 - 1.2)) / 4)


def test_claims_of_different_bins_do_not_make_up_for_each_other() -> None:
    assert measured((0.55, True), (0.95, False)).error == pytest.approx((0.45 + 0.95) / 2)
    assert measured((0.91, True), (0.95, False)).error == pytest.approx(abs(1 - 1.86) / 2)


def test_certainty_has_a_bin_and_no_floor() -> None:
    found = measured((1.0, True), (1.0, True))
    assert (found.brier, found.error, found.floor) == (0.0, 0.0, 0.0)


def test_the_floor_of_one_claim_is_the_chance_of_it_worked_out() -> None:
    assert measured((0.7, True)).floor == pytest.approx(0.7 * 0.3 + 0.3 * 0.7, abs=0.02)


def test_true_claims_have_the_error_of_the_floor_and_boasts_have_more() -> None:
    chance = random.Random(3)
    true = [(p, chance.random() < p) for p in (chance.random() for _ in range(2000))]
    boasts = [(min(1.0, p + 0.2), right) for p, right in true]
    assert measured(*true).error == pytest.approx(measured(*true).floor, abs=0.01)
    assert measured(*boasts).error > measured(*boasts).floor + 0.1


def test_the_floor_is_the_same_each_time_and_falls_with_more_people() -> None:
    claims = [(0.8, True)] * 20
    assert measured(*claims).floor == measured(*claims).floor
    assert measured(*claims * 10).floor < measured(*claims).floor / 2


def test_nothing_claimed_is_nothing_measured() -> None:
    assert sureness([]) is None


@pytest.mark.parametrize(
    ("primary", "probability"),
    [("knowledge", 0.7), ("behavior", 0.6), ("knowledge+behavior", 0.6), ("none", pytest.approx(0.3))],
)
def test_a_verdict_claims_the_probability_of_what_it_names(primary: str, probability: float) -> None:
    gaps = {"instruction": 0.1, "knowledge": 0.7, "behavior": 0.6, "efficiency": 0.2}
    assert stated(primary, gaps) == probability
