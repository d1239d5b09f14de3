"""The decision model as data: probabilities that add up, and no damaged table taken."""

from importlib.resources import files

import numpy as np
import pytest

from agent.judgement.outcomes import OUTCOMES, losses
from agent.judgement.tables import Circumstance, build_model, decision_model
from agent.vocabulary import fact_kinds

MODEL = decision_model()


def shipped() -> str:
    return (files("agent.judgement") / "model.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("fact", list(MODEL.likelihood))
def test_the_answers_to_a_question_exhaust_each_state(fact: str) -> None:
    rows = np.array(list(MODEL.likelihood[fact].values()))
    assert rows.shape[1] == len(MODEL.states)
    assert np.all(rows > 0)
    np.testing.assert_allclose(rows.sum(axis=0), 1.0)


@pytest.mark.parametrize("fact", list(MODEL.likelihood))
def test_the_evidence_speaks_of_values_of_the_vocabulary(fact: str) -> None:
    assert set(MODEL.likelihood[fact]) <= set(fact_kinds()[fact].values)


@pytest.mark.parametrize("circumstance", MODEL.circumstances, ids=lambda c: c.name)
def test_a_circumstance_is_settled_by_values_of_its_fact(circumstance: Circumstance) -> None:
    assert circumstance.yes
    assert circumstance.yes | circumstance.no <= set(fact_kinds()[circumstance.fact].values)
    assert not circumstance.yes & circumstance.no


def test_the_prior_is_a_distribution_over_all_combinations() -> None:
    combinations = np.prod([len(levels) for levels in MODEL.hidden.values()])
    assert len(MODEL.states) == combinations == MODEL.prior.size
    assert MODEL.prior.sum() == pytest.approx(1.0)


def test_the_gaps_are_those_of_the_contract() -> None:
    assert sorted(MODEL.gaps) == ["behavior", "efficiency", "instruction", "knowledge"]


def test_quality_is_right_only_where_facts_reach_it_and_conduct_is_fine() -> None:
    right = [s for s in MODEL.states if s["quality"] == "right"]
    assert right
    assert all(s["knowledge"] != "missing" and s["conduct"] == "fine" for s in right)


def test_only_the_true_verdict_costs_nothing() -> None:
    table = losses(MODEL)
    assert np.array_equal(table == 0, np.eye(len(OUTCOMES), dtype=bool))


def test_training_that_does_harm_costs_most() -> None:
    given = [o.first_step for o in OUTCOMES].index("fine_tuning")
    true = [(o.primary, o.first_step) for o in OUTCOMES].index(("knowledge", "rag"))
    assert losses(MODEL)[given, true] == losses(MODEL).max()


DAMAGES = {
    "symptom.missing_facts.knowledge.not_needed: nevr": (
        "missing_facts: {knowledge: {not_needed: never,",
        "missing_facts: {knowledge: {not_needed: nevr,",
    ),
    "prompting.basic.conduct.stuborn: never": (
        "basic: {conduct: {stubborn: never}}",
        "basic: {conduct: {stuborn: never}}",
    ),
    "latency.too_slow.economics.fine: never": (
        "too_slow: {economy: {fine: never, strained: always}}\n  cost",
        "too_slow: {economics: {fine: never, strained: always}}\n  cost",
    ),
    "works_today.no.quality.wrong: 6": (
        '"no": {quality: {right: never, wrong: always}}',
        '"no": {quality: {right: never, wrong: 6}}',
    ),
}


@pytest.mark.parametrize("cell", DAMAGES)
def test_a_damaged_cell_is_refused_by_name(cell: str) -> None:
    before, after = DAMAGES[cell]
    damaged = shipped().replace(before, after)
    assert damaged != shipped()
    with pytest.raises(ValueError, match="faults") as refusal:
        build_model(damaged)
    assert cell in str(refusal.value)


def test_all_damaged_cells_are_named_at_once() -> None:
    damaged = shipped()
    for before, after in DAMAGES.values():
        damaged = damaged.replace(before, after)
    with pytest.raises(ValueError, match="faults") as refusal:
        build_model(damaged)
    assert all(cell in str(refusal.value) for cell in DAMAGES)


def test_the_version_changes_with_the_text() -> None:
    assert build_model(shipped() + "\n# a remark\n").version != MODEL.version
