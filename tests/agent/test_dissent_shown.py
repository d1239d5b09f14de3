"""The dissent ledger in use: each of the 26 quarrels is shown where somebody asks about it, and where a recommendation touches it."""

from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from agent import Answer, answer_from_sources
from agent.facts import Fact, Facts
from agent.judgement.plan import compose
from agent.judgement.tables import decision_model
from agent.judgement.verdict import judge
from agent.reply import Citation, Disagreement
from agent.writing.compose import Case, Written, write
from agent.writing.markdown import document
from knowledge import Dissent, Library, Vectors, dissent_ledger
from knowledge.shipped import known_vectors

MODEL = decision_model()
LEDGER = dissent_ledger()
NEW = {
    "d1": "Are 90 annotated examples plenty for fine-tuning, or must it be at least 500?",
    "d2": "Roughly how expensive is it to fine-tune an open 7B model?",
    "d3": "What budget does it take to stand up RAG and then keep it running each month?",
    "d4": "Does prompt engineering add anything to the cost of each query?",
    "d5": "How much dearer does retrieval make every single query?",
    "d6": "Is fine-tuning a one-time cost, or will we be paying for retraining and hosting again and again?",
    "d7": "How much time does prompt engineering take: minutes or days?",
    "d8": "Does it take hours, days or weeks to set up a RAG pipeline?",
    "d9": "How long does a fine-tuning project take from start to finish?",
    "d10": "In what order should prompting, RAG, fine-tuning and distillation be tried?",
    "d11": "Must we begin with prompting, or may a knowledge app start with RAG straight away?",
    "d12": "Our knowledge base is only 30 pages; is RAG necessary, or does it fit in the prompt?",
    "d13": "If our content changes monthly, is that frequent enough to need RAG?",
    "d14": "Should we fine-tune to get a fixed output format, or is prompting enough?",
    "d15": "Is a consistent brand voice better achieved by prompting or by fine-tuning?",
    "d16": "How do we make sure the model never breaks our policy: prompt rules, fine-tuning or a verifier?",
    "d17": "Can fine-tuning teach the model new facts about our company?",
    "d18": "Do most production systems combine fine-tuning with RAG?",
    "d19": "Is distillation a lever of its own or a kind of fine-tuning, and when does it come?",
    "d20": "At very high volume, is it better to fine-tune, to distil or to choose a smaller model?",
    "d21": "Does fine-tuning make the output deterministic, or is it only a tendency?",
    "d22": "Which is slower at answering, RAG or a fine-tuned model?",
    "d23": "What does a medical assistant need first: retrieval with human review, or a fine-tuned model?",
    "d24": "Does pasting our documents into the prompt count as prompt engineering?",
    "d25": "In a hybrid, is fine-tuning layered on top of RAG, or RAG on top of the fine-tuned model?",
    "d26": "Is RAG meant for structured document collections or for mixed ones?",
}
"""One more question a quarrel, which the ledger does not list."""
SITUATIONS: dict[str, dict[str, str]] = {
    "drifting": {"symptom": "wrong_tone", "prompting": "exhausted", "context_test": "still_wrong", "examples": "thousands"},
    "short of pairs": {"symptom": "wrong_tone", "prompting": "exhausted", "context_test": "still_wrong", "examples": "none"},
    "promptable": {"symptom": "wrong_format", "prompting": "basic", "works_today": "no"},
    "many documents": {"symptom": "missing_facts", "prompting": "basic", "stack": "prompt_only", "corpus_size": "large"},
    "few documents": {
        "symptom": "missing_facts", "prompting": "basic", "stack": "prompt_only", "corpus_size": "small",
        "volatility": "monthly", "citations": "not_needed", "access_control": "same",
    },
    "both": {
        "symptom": "missing_facts|wrong_tone", "prompting": "exhausted", "stack": "prompt_only", "corpus_size": "large", "examples": "thousands",
    },
    "dear": {"symptom": "too_expensive", "works_today": "yes", "cost": "too_high|smaller_model_untried"},
}  # fmt: skip
"""Ordinary users, one for each gap and size; what a quarrel needs to be known is added to them."""
each_quarrel = pytest.mark.parametrize("quarrel", LEDGER, ids=[quarrel.id for quarrel in LEDGER])


def shows_all_sides(shown: Disagreement, quarrel: Dissent, citations: tuple[Citation, ...]) -> bool:
    """Whether every position is told with its own passages cited, and the one that is followed is named."""
    passages = {citation.n: citation.passage_id for citation in citations}
    told = [(position.text, tuple(passages[n] for n in position.citations)) for position in shown.positions]
    return (
        told == [(stance.text, stance.passages) for stance in quarrel.positions]
        and (shown.topic, shown.followed, shown.why) == (quarrel.topic, quarrel.followed, quarrel.why)
        and shown.changes_verdict == quarrel.flips_verdict
    )


def is_told(answer: Answer, quarrel: Dissent) -> bool:
    """Whether an answer discloses the quarrel, and says in its text what it holds."""
    shown = next((found for found in answer.disagreements if found.id == quarrel.id), None)
    if shown is None:
        return False
    said = [quarrel.topic[1:], quarrel.why, *(stance.text for stance in quarrel.positions)]
    return shows_all_sides(shown, quarrel, answer.citations) and all(part in answer.text for part in said)


@cache
def listed(name: str, library: Library) -> dict[str, Answer]:
    """The answers to every question that the ledger lists for a quarrel."""
    (asks,) = (quarrel.asks for quarrel in LEDGER if quarrel.id == name)
    vectors = known_vectors(asks, library.encoder)
    return {text: answer_from_sources(text, library, vector) for text, vector in zip(asks, vectors, strict=True)}


@cache
def new_vectors(library: Library) -> dict[str, Vectors]:
    return dict(zip(NEW, library.encoder.encode(list(NEW.values())), strict=True))


@each_quarrel
def test_a_question_that_the_ledger_lists_is_answered_with_all_sides(quarrel: Dissent, library: Library) -> None:
    answers = listed(quarrel.id, library)
    assert [text for text, answer in answers.items() if not is_told(answer, quarrel)] == []


@each_quarrel
def test_a_new_question_about_a_quarrel_is_answered_with_all_sides(quarrel: Dissent, library: Library) -> None:
    assert NEW[quarrel.id] not in quarrel.asks
    answer = answer_from_sources(NEW[quarrel.id], library, new_vectors(library)[quarrel.id])
    assert is_told(answer, quarrel)


@each_quarrel
def test_an_answer_names_the_position_that_is_followed_and_cites_it(quarrel: Dissent, library: Library) -> None:
    answer = next(answer for answer in listed(quarrel.id, library).values() if is_told(answer, quarrel))
    verdict = answer.text.split("\n\n")[-1]
    if quarrel.followed is None:
        assert verdict.startswith("Gapwise follows none of them")
    else:
        opening = " ".join(quarrel.positions[quarrel.followed].text.split()[:5])
        assert verdict.startswith(f"Gapwise follows “{opening}")
    assert verdict.endswith("]")


def situations(quarrel: Dissent) -> Iterator[tuple[Facts, tuple[str, ...]]]:
    """Each ordinary user with what the quarrel needs to be known, in every way in which it may be known."""
    needed = {"consistency" if name == "task" else name: values for name, values in quarrel.when.items()}
    wants = needed.pop("wants", ())
    needed.pop("primary", None)
    for base in SITUATIONS.values():
        for values in product(*needed.values()):
            heard = base | dict(zip(needed, values, strict=True))
            facts = {name: Fact(name, tuple(value.split("|")), "", 1, 0.97) for name, value in heard.items()}
            yield facts, wants


def touches(quarrel: Dissent, facts: Facts, wants: tuple[str, ...]) -> bool:
    """Whether the plan for these facts pulls, now or next, a lever that the quarrel hangs on, for a gap that it hangs on."""
    verdict = judge(facts, frozenset(), MODEL)
    steps = compose(verdict, facts, wants, MODEL).steps
    pulled = {step.lever for step in steps if step.when != "later"}
    return bool(pulled & set(quarrel.levers)) and verdict.primary in quarrel.when.get("primary", (verdict.primary,))


def written(facts: Facts, wants: tuple[str, ...], library: Library) -> Written:
    return write(Case(judge(facts, frozenset(), MODEL), facts, frozenset(), wants, MODEL, library))


@each_quarrel
def test_a_recommendation_that_touches_a_quarrel_shows_all_its_sides(quarrel: Dissent, library: Library) -> None:
    touched = [(facts, wants) for facts, wants in situations(quarrel) if touches(quarrel, facts, wants)]
    assert touched, "no ordinary user's plan touches it"
    for facts, wants in touched:
        made = written(facts, wants, library)
        shown = {found.id: found for found in made.recommendation.disagreements}
        assert quarrel.id in shown
        assert shows_all_sides(shown[quarrel.id], quarrel, made.citations)


@each_quarrel
def test_the_page_of_a_recommendation_says_which_side_is_followed(quarrel: Dissent, library: Library) -> None:
    facts, wants = next((f, w) for f, w in situations(quarrel) if touches(quarrel, f, w))
    made = written(facts, wants, library)
    page = document(judge(facts, frozenset(), MODEL).primary, True, made.recommendation, made.citations)
    part = page.split(f"**{quarrel.topic}**")[1].split("**")[0]
    followed = [line for line in part.splitlines() if line.endswith("*followed here*")]
    wanted = [] if quarrel.followed is None else [quarrel.positions[quarrel.followed].text]
    assert [line.removeprefix("- ").split(" [")[0] for line in followed] == wanted
    assert quarrel.why in part


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_quarrel_that_hangs_on_a_fact_nobody_told_is_not_shown(situation: str, library: Library) -> None:
    facts = {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in SITUATIONS[situation].items()}
    shown = {found.id for found in written(facts, (), library).recommendation.disagreements}
    untold = {q.id for q in LEDGER if set(q.when) - {"primary", "task", *facts}}
    assert not shown & untold
