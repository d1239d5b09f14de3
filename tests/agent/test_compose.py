"""The recommendation in words: every mark resolves, every number is used, dissent and assumptions are named."""

import re

import pytest

from agent.facts import Fact, Facts
from agent.judgement.tables import decision_model
from agent.judgement.verdict import judge
from agent.vocabulary import fact_kinds
from agent.writing.compose import Case, Written, write
from agent.writing.markdown import document
from knowledge import Library

MODEL = decision_model()
MARK = re.compile(r"\[(\d+)\]")
LINE = re.compile(r"^\[(\d+)\] ([\w-]+), “", re.MULTILINE)


def known(**values: str) -> dict[str, Fact]:
    return {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in values.items()}


DRIFT = known(
    symptom="wrong_tone", prompting="exhausted", context_test="still_wrong", consistency="tone", eval_set="yes"
)
FACTS = known(symptom="missing_facts", prompting="basic", knowledge_kind="own_documents", stack="prompt_only")
SMALL = known(corpus_size="small", volatility="monthly", citations="not_needed", access_control="same")
CASES: dict[str, tuple[Facts, tuple[str, ...]]] = {
    "nothing": ({}, ()),
    "full context": ({**FACTS, **SMALL}, ()),
    "rag": ({**FACTS, **known(corpus_size="large", volatility="weekly", citations="required", regulated="yes")}, ("fine_tuning",)),
    "mend": (known(symptom="wrong_passages", prompting="structured", stack="rag", context_test="retrieval_misses"), ()),
    "live": ({**FACTS, **known(knowledge_kind="live_records", volatility="live")}, ("rag",)),
    "prompt": (known(symptom="wrong_format|too_expensive", prompting="basic", works_today="no"), ("distillation",)),
    "hostile": (known(symptom="breaks_rules", prompting="basic", consistency="hostile_policy"), ("fine_tuning",)),
    "train": ({**DRIFT, **known(examples="thousands")}, ("fine_tuning",)),
    "no pairs": ({**DRIFT, **known(examples="none")}, ("fine_tuning",)),
    "both": ({**FACTS, **known(symptom="missing_facts|wrong_tone", prompting="exhausted", corpus_size="large", examples="thousands")}, ()),
    "distil": (known(symptom="too_expensive", works_today="yes", volume="massive", cost="too_high|smaller_model_failed"), ()),
    "right size": (known(symptom="too_slow", works_today="yes", volume="low", cost="smaller_model_untried"), ()),
    "unclear": (known(symptom="unclear", works_today="not_measured"), ()),
    "fine": (known(symptom="works_fine", works_today="yes"), ("fine_tuning",)),
}  # fmt: skip
each_case = pytest.mark.parametrize("name", CASES)


def written(facts: Facts, wants: tuple[str, ...], library: Library) -> Written:
    return write(Case(judge(facts, frozenset(), MODEL), facts, frozenset(), wants, MODEL, library))


def page(facts: Facts, made: Written, *, settled: bool = True) -> str:
    return document(judge(facts, frozenset(), MODEL).primary, settled, made.recommendation, made.citations)


@each_case
def test_marks_run_from_one_in_reading_order_and_leave_none_out(name: str, library: Library) -> None:
    facts, wants = CASES[name]
    made = written(facts, wants, library)
    claims = page(facts, made).split("### Sources")[0]
    used = list(dict.fromkeys(int(number) for number in MARK.findall(claims)))
    assert used == list(range(1, len(made.citations) + 1))


@each_case
def test_every_mark_opens_the_passage_that_it_names(name: str, library: Library) -> None:
    facts, wants = CASES[name]
    made = written(facts, wants, library)
    listed = {int(n): source for n, source in LINE.findall(page(facts, made))}
    assert listed == {c.n: c.source for c in made.citations}
    for citation in made.citations:
        (passage,) = library.fetch([citation.passage_id])
        assert (citation.text, citation.section, citation.source) == (passage.text, passage.section, passage.source.id)


@each_case
def test_the_numbers_of_a_step_are_those_of_its_sentences(name: str, library: Library) -> None:
    facts, wants = CASES[name]
    for step in written(facts, wants, library).recommendation.plan:
        shown = " ".join([step.why, *step.how, step.until])
        assert sorted({int(n) for n in MARK.findall(shown)}) == list(step.citations)


@each_case
def test_a_passage_is_cited_once_and_none_carries_a_caution(name: str, library: Library) -> None:
    facts, wants = CASES[name]
    cited = [c.passage_id for c in written(facts, wants, library).citations]
    assert len(cited) == len(set(cited))
    assert [p.id for p in library.fetch(cited) if p.caution] == []


@each_case
def test_a_recommendation_leaves_no_slot_open(name: str, library: Library) -> None:
    facts, wants = CASES[name]
    assert not re.search(r"[{}]", page(facts, written(facts, wants, library)))


@pytest.mark.parametrize(("number", "shown"), [(120, True), (499, True), (600, False)])
def test_the_quarrel_about_the_least_number_of_pairs_is_shown_between_the_bounds(
    number: int, shown: bool, library: Library
) -> None:
    pairs = Fact("examples", ("hundreds",), f"{number} pairs", 1, 0.95, float(number), "examples")
    made = written({**DRIFT, "examples": pairs}, (), library).recommendation
    assert made.first_step == "fine_tuning"
    assert ("d1" in [quarrel.id for quarrel in made.disagreements]) == shown


@each_case
def test_a_quarrel_has_two_sides_and_cites_both(name: str, library: Library) -> None:
    facts, wants = CASES[name]
    for quarrel in written(facts, wants, library).recommendation.disagreements:
        assert len(quarrel.positions) >= 2
        assert all(position.citations for position in quarrel.positions)
        assert quarrel.followed is None or 0 <= quarrel.followed < len(quarrel.positions)


def test_what_was_taken_for_granted_is_named(library: Library) -> None:
    made = written(FACTS, (), library)
    assert {"corpus_size", "volatility"} & set(made.recommendation.assumed)
    assert all(fact_kinds()[f].title.lower() in page(FACTS, made) for f in made.recommendation.assumed)
    assert written({**FACTS, **SMALL}, (), library).recommendation.assumed == ()


def test_a_guess_is_called_a_guess(library: Library) -> None:
    made = written(FACTS, (), library)
    assert "best guess" in page(FACTS, made, settled=False).splitlines()[0].lower()
    assert "best guess" not in page(FACTS, made).splitlines()[0].lower()


def test_the_users_own_figures_come_back(library: Library) -> None:
    pairs = Fact("examples", ("hundreds",), "we have 640 of them", 1, 0.95, 640.0, "examples")
    facts = {**DRIFT, "examples": pairs}
    assert "640" in page(facts, written(facts, (), library))


def test_a_wish_to_train_on_facts_is_answered_with_reasons(library: Library) -> None:
    facts, wants = CASES["rag"]
    avoided = {avoid.lever: avoid for avoid in written(facts, wants, library).recommendation.avoid}
    assert avoided["fine_tuning"].why
    assert avoided["fine_tuning"].citations


def test_what_would_change_the_verdict_is_said_in_words(library: Library) -> None:
    facts = {**FACTS, **SMALL}
    changes = {c.fact: c for c in written(facts, (), library).recommendation.would_change}
    assert (changes["corpus_size"].first_step, changes["corpus_size"].to) == ("rag", "over 100,000 tokens")


def test_the_same_case_gives_the_same_words(library: Library) -> None:
    facts, wants = CASES["rag"]
    shuffled = dict(reversed(list(facts.items())))
    assert page(facts, written(facts, wants, library)) == page(facts, written(shuffled, wants, library))
