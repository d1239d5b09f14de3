"""What does not matter changes nothing: facts in any order exactly, other wordings for a handful, and a gate that can be failed."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent import DONT_KNOW, Advisor, fact_kinds
from agent.testing import Fact, Facts, Known
from evals import Exchange, Result, Scenario, invariance, invariance_lines, is_invariant, load_scenarios, run
from evals.buttons import presses
from evals.invariance import (
    AGAIN,
    EXACT,
    FACTS,
    REWORDED,
    SMALL,
    Ending,
    Variant,
    concluded,
    reordered,
    repeated,
    reworded,
)

SEED_CASES = Path(__file__).resolve().parents[2] / "evals" / "scenarios" / "seed-cases.yaml"
SAMPLE = ("case-01-format-basic-prompt", "case-03-products-weekly-docs")
KINDS = fact_kinds()


def fact(name: str, turn: int = 1) -> st.SearchStrategy[Fact]:
    values = st.lists(
        st.sampled_from([*KINDS[name].values]), min_size=1, max_size=3 if KINDS[name].many else 1, unique=True
    )
    unknown = st.just(["unknown"])
    return st.builds(
        lambda said, sure: Fact(name, tuple(said), "as said", turn, sure),
        st.one_of(values, unknown),
        st.sampled_from([0.6, 0.9, 0.99]),
    )


FACTS_HELD = st.lists(st.sampled_from([*KINDS]), unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: fact(name, turn) for turn, name in enumerate(names, 1)})
)


@given(facts=FACTS_HELD, seed=st.integers(0, 10_000))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_order_of_facts_and_turns_changes_verdict_or_citations(advisor: Advisor, facts: Facts, seed: int) -> None:
    held = Known(facts, frozenset(facts), ())
    other = reordered(held, random.Random(seed))
    assert concluded(other, advisor.model, advisor.library) == concluded(held, advisor.model, advisor.library)


def test_another_order_is_another_order_of_the_same_facts() -> None:
    facts = {name: Fact(name, (next(iter(KINDS[name].values)),), "x", turn, 0.9) for turn, name in enumerate(KINDS, 1)}
    other = reordered(Known(facts, frozenset(), ()), random.Random(1)).facts
    assert list(other) != list(facts)
    assert [other[name].turn for name in facts] != [f.turn for f in facts.values()]
    assert {name: replace(f, turn=0) for name, f in other.items()} == {n: replace(f, turn=0) for n, f in facts.items()}


@pytest.fixture(scope="module")
def found(session_advisor: Advisor) -> list[Variant]:
    people = [person for person in load_scenarios([SEED_CASES]) if person.id in SAMPLE]
    return [variant for person in people for variant in invariance(session_advisor, person, 1, 1, person)]


def test_every_kind_of_variant_is_tried_on_everybody(found: list[Variant]) -> None:
    assert {(v.person, v.kind) for v in found} == {(person, kind) for person in SAMPLE for kind in (*EXACT, *REWORDED)}


def test_orders_and_repetition_change_nothing_at_all(found: list[Variant]) -> None:
    exact = [v for v in found if v.kind in EXACT]
    assert [(v.person, v.kind) for v in exact if not (v.same_verdict and v.same_citations)] == []


def test_other_wordings_keep_the_verdict_of_a_handful(found: list[Variant]) -> None:
    changed = [f"{v.person}, {v.kind}: {v.note}" for v in found if v.kind in REWORDED and not v.same_verdict]
    assert len(changed) <= 1, "; ".join(changed)


class Replying:
    """Stands in for the advisor: recommends at once; `drifts` makes each conversation differ from the last."""

    def __init__(self, *, drifts: bool = False) -> None:
        self.drifts, self.talks = drifts, 0

    def start(self) -> str:
        self.talks += 1
        return str(self.talks)

    def reply(self, conversation: str, text: str, turn_id: str | None = None) -> dict[str, Any]:
        return {
            "conversation": conversation,
            "elapsed_ms": self.talks,
            "kind": "recommendation",
            "text": f"do this{conversation if self.drifts else ''}",
            "question": None,
            "facts": {},
            "diagnosis": {"primary": "knowledge"},
            "citations": [],
            "recommendation": {"first_step": "rag", "plan": [], "avoid": [], "disagreements": []},
        }


@pytest.mark.parametrize("drifts", [False, True])
def test_a_repetition_is_the_same_only_if_all_its_bytes_are(*, drifts: bool) -> None:
    replying = cast(Advisor, Replying(drifts=drifts))
    first, second = run(replying, person("a")), run(replying, person("a"))
    assert repeated(Ending("knowledge", "rag", frozenset()), first, second).same_verdict is not drifts


def test_somebody_who_gets_no_recommendation_is_not_passed_over() -> None:
    class Silent(Replying):
        def reply(self, conversation: str, text: str, turn_id: str | None = None) -> dict[str, Any]:
            return {**super().reply(conversation, text), "kind": "notice", "recommendation": None}

    (found,) = invariance(cast(Advisor, Silent()), person("a"), 1, 1)
    assert not found.same_verdict
    assert not found.same_citations


def person(name: str, **answers: str) -> Scenario:
    user = {"opening": "It is BAD, really.", "answers": answers}
    return Scenario.model_validate({"id": name, "purpose": "b", "user": user, "expect": {}})


def test_a_person_is_reworded_in_opening_and_answers_alike() -> None:
    small = dict(reworded(person("a", stack="A RAG."), 1, random.Random(1)))[SMALL]
    assert (small.user.opening, small.user.answers) == ("it is bad, really.", {"stack": "a rag."})


WAS = Ending("knowledge", "rag", frozenset({"s/one"}))
OTHER = Ending("behavior", "fine_tuning", frozenset({"s/one"}))
ELSEWHERE = Ending("knowledge", "rag", frozenset({"s/two"}))


def variants(kind: str, *became: Ending | None) -> list[Variant]:
    return [Variant(kind, f"p{number}", WAS, end, "a note") for number, end in enumerate(became)]


def exact_ones() -> list[Variant]:
    return [variant for kind in EXACT for variant in variants(kind, WAS)]


@pytest.mark.parametrize(
    ("found", "passes"),
    [
        ([*exact_ones(), *variants(SMALL, *[WAS] * 100)], True),
        ([*exact_ones(), *variants(SMALL, *[WAS] * 99, OTHER)], True),
        ([*exact_ones(), *variants(SMALL, *[WAS] * 98, OTHER, OTHER)], False),
        ([*exact_ones(), *variants(SMALL, *[WAS] * 98, ELSEWHERE, ELSEWHERE)], False),
        ([*exact_ones(), *variants(SMALL, *[WAS] * 98, None, None)], False),
        ([*exact_ones(), *variants(FACTS, ELSEWHERE), *variants(SMALL, WAS)], False),
        ([*exact_ones(), *variants(AGAIN, None), *variants(SMALL, WAS)], False),
        (exact_ones(), False),
        (variants(SMALL, WAS), False),
        ([], False),
    ],
)
def test_the_gate_wants_exact_orders_and_99_of_100_wordings_and_something_to_judge(
    found: list[Variant], passes: bool
) -> None:
    assert is_invariant(found) is passes


def test_the_report_counts_each_kind_and_shows_what_changed_most() -> None:
    lines = list(invariance_lines([*variants(SMALL, WAS, OTHER, ELSEWHERE, None), *variants(FACTS, WAS)]))
    assert any(line.startswith("| small letters | 2 of 4: 50%") and "| 2 of 4: 50%" in line[20:] for line in lines)
    assert any(line.startswith("| facts in another order | 1 of 1") for line in lines)
    assert lines[-2] == "p1, small letters: knowledge/rag became behavior/fine_tuning. a note"
    assert lines[-1] == "p3, small letters: knowledge/rag became nothing to compare. a note"


def exchange(fact_asked: str | None, **facts: Any) -> Exchange:
    question = {"fact": fact_asked} if fact_asked else None
    return Exchange("x", {"question": question, "facts": facts, "kind": "question", "recommendation": None})


def pressed(name: str, held: Facts, *exchanges: Exchange) -> str:
    wording = KINDS[name].wording
    typed = Result(person("a", **{name: "own words"}), exchanges)
    return presses(typed, held)({"fact": name, "options": list(wording.options)})


def stack(*values: str, number: float | None = None) -> Facts:
    return {"stack": Fact("stack", values, "own words", 2, 0.9, number)}


ANSWERED: Sequence[Exchange] = (exchange("stack"), exchange(None, stack="rag"))


def test_the_button_that_means_the_same_is_pressed() -> None:
    meanings = dict(KINDS["stack"].wording.answers)
    assert meanings[pressed("stack", stack("rag"), *ANSWERED)] == ("rag",)


def test_who_does_not_know_presses_that() -> None:
    assert pressed("stack", stack("unknown"), *ANSWERED) == DONT_KNOW


@pytest.mark.parametrize(
    ("held", "exchanges"),
    [
        (stack("rag", "fine_tuned", "tools"), ANSWERED),
        (stack("rag", number=3.0), ANSWERED),
        (stack("rag"), (exchange("stack"), exchange(None, stack="rag", volume="low"))),
        (stack("rag"), (exchange("volume"), exchange(None, stack="rag"))),
        (stack("rag"), (exchange("stack"), exchange("volume", stack="rag"), exchange(None, stack="rag, tools"))),
        ({}, (exchange("stack"), exchange(None))),
    ],
    ids=["no such button", "a number", "said more", "said unasked", "changed later", "not understood"],
)
def test_own_words_stay_where_no_button_says_the_same(held: Facts, exchanges: Sequence[Exchange]) -> None:
    assert pressed("stack", held, *exchanges) == "own words"
