"""Disagreements of the sources: each is found by what colleagues ask about it, in the ledger's words and in others; other questions touch none."""

from collections.abc import Sequence

import numpy as np
import pytest

from knowledge import Corpus, Dissent, Hit, Library, Passage, Source, Stance, Vectors, dissent_ledger
from knowledge.quarrels import NEAR_ENOUGH, QuarrelFinder
from knowledge.shipped import known_vectors

LOOKED_AT = 10
"""Hits that an answer is made of."""
LEDGER = {dissent.id: dissent for dissent in dissent_ledger()}
IN_OTHER_WORDS: dict[str, tuple[str, str, str]] = {
    "d1": (
        "We only have eighty sample replies, is that too few to fine-tune?",
        "How many training examples does fine-tuning need at least?",
        "Is 500 examples the minimum for a useful fine-tune, or do fewer do?",
    ),
    "d2": (
        "How much money does it take to fine-tune a model?",
        "Is fine-tuning cheap or expensive?",
        "What budget should I plan for a LoRA training run?",
    ),
    "d3": (
        "What does it cost to build RAG and keep it running?",
        "How expensive is it to set up RAG?",
        "What are the monthly costs of a RAG system?",
    ),
    "d4": (
        "What does a single query cost with prompt engineering?",
        "Does prompting cost anything extra per query?",
        "How expensive is each request when we only prompt?",
    ),
    "d5": (
        "How much does RAG add to the price of each query?",
        "Is a RAG query dearer than a plain prompt?",
        "What does retrieval cost us per request?",
    ),
    "d6": (
        "Is a fine-tuned model cheaper per query afterwards?",
        "Do we pay for fine-tuning once or again and again?",
        "Is fine-tuning a one-time cost?",
    ),
    "d7": (
        "How long does prompt engineering take?",
        "Can we set up good prompts in minutes or does it need days?",
        "How much time should I give the team for prompting?",
    ),
    "d8": (
        "How long does it take to build a RAG system?",
        "Is RAG up and running within hours or only after weeks?",
        "When could a RAG prototype be ready?",
    ),
    "d9": (
        "How long does fine-tuning take from start to finish?",
        "Does a fine-tuned prototype take days, weeks or months?",
        "How much time must we plan for fine-tuning?",
    ),
    "d10": (
        "In what order should we try prompting, RAG, fine-tuning and distillation?",
        "Which technique do I try first and which last?",
        "Do I have to try RAG before fine-tuning?",
    ),
    "d11": (
        "Must every project begin with prompt engineering?",
        "Should we begin with RAG or with prompting?",
        "May I skip prompting and start with RAG right away?",
    ),
    "d12": (
        "Do we need RAG for a small knowledge base?",
        "Our documents come to fifty pages, should they simply go into the prompt?",
        "How small must a knowledge base be to do without RAG?",
    ),
    "d13": (
        "How often must our data change before RAG is needed?",
        "Our documents change every month, do we need RAG for that?",
        "Does knowledge that changes weekly call for RAG?",
    ),
    "d14": (
        "Should I fine-tune to get a consistent output format?",
        "Is prompting enough to get valid JSON out of the model?",
        "Is a wrong output format fixed by a prompt or by fine-tuning?",
    ),
    "d15": (
        "Should we fine-tune for our brand voice?",
        "Is prompting enough to keep our brand's tone of voice?",
        "Do I get a consistent writing style from prompts or from fine-tuning?",
    ),
    "d16": (
        "How do we make the model stick to our policy?",
        "Is a system prompt enough so that users cannot override our policies?",
        "Do we need fine-tuning so that the bot always follows our rules?",
    ),
    "d17": (
        "Can fine-tuning teach a model new facts?",
        "Does fine-tuning put our domain knowledge into the model?",
        "Can we fine-tune the model on our documents so that it knows them?",
    ),
    "d18": (
        "Do most production systems combine fine-tuning and RAG?",
        "Is prompting with RAG enough for most use cases, or do we need fine-tuning too?",
        "Should we use fine-tuning and RAG together?",
    ),
    "d19": (
        "Is distillation a kind of fine-tuning or a lever of its own?",
        "At what point does distillation come in?",
        "When should we distil our model?",
    ),
    "d20": (
        "We have a very high request volume, should we fine-tune or distil?",
        "What is the best approach at high volume?",
        "How do we bring the cost down at millions of queries a day?",
    ),
    "d21": (
        "Does fine-tuning make a model deterministic?",
        "How consistent are the outputs with prompt engineering?",
        "Is fine-tuning more reliable than prompting?",
    ),
    "d22": (
        "How much latency does RAG add?",
        "Is a fine-tuned model faster at answering than RAG?",
        "Does retrieval make our answers slower?",
    ),
    "d23": (
        "What should a medical advice application start with?",
        "Do legal applications need RAG or fine-tuning?",
        "Which approach suits a regulated field such as medicine?",
    ),
    "d24": (
        "Does putting documents into the prompt count as prompt engineering?",
        "Can prompt engineering supply facts about our company that the model lacks?",
        "Is including our documents in the context still prompting?",
    ),
    "d25": (
        "In a hybrid, is RAG placed on the fine-tuned model or the other way round?",
        "Should we fine-tune before or after building RAG when we want both?",
        "Which comes first in a hybrid of fine-tuning and RAG?",
    ),
    "d26": (
        "What kind of document collection is RAG best for?",
        "Does RAG suit a mixed, unstructured corpus?",
        "Is RAG meant for large structured collections of documents?",
    ),
}
UNRELATED = (
    "what is the capital of Mongolia",
    "how do I bake sourdough bread",
    "my knee hurts when I run",
    "how much does a kitchen cost",
    "how long does the train to Oslo take",
    "in which order do I put on skis and boots",
    "is it cheaper to rent or to buy a house",
    "what does QLoRA stand for",
    "who wrote the three levers lesson",
    "which learning rate is right for LoRA",
    "zzzz qqqq",
    "???",
)


def touched(library: Library, question: str, vector: Vectors) -> list[str]:
    found = library.search(question, LOOKED_AT, vector).hits
    return [dissent.id for dissent in library.quarrels(question, found, vector)]


@pytest.mark.parametrize("dissent", LEDGER.values(), ids=LEDGER)
def test_what_the_ledger_asks_finds_its_disagreement_first(library: Library, dissent: Dissent) -> None:
    vectors = known_vectors(dissent.asks, library.encoder)
    first = {ask: touched(library, ask, vector)[:1] for ask, vector in zip(dissent.asks, vectors, strict=True)}
    assert {ask: found for ask, found in first.items() if found != [dissent.id]} == {}


@pytest.mark.parametrize("name", LEDGER)
def test_most_questions_in_other_words_find_it_too(library: Library, name: str) -> None:
    questions = IN_OTHER_WORDS[name]
    found = [touched(library, *pair) for pair in zip(questions, library.encoder.encode(questions), strict=True)]
    assert sum(name in quarrels for quarrels in found) >= 2, dict(zip(questions, found, strict=True))


def test_the_other_words_are_no_words_of_the_ledger() -> None:
    asked = {ask.lower() for dissent in LEDGER.values() for ask in dissent.asks}
    assert asked.isdisjoint(question.lower() for questions in IN_OTHER_WORDS.values() for question in questions)


def test_all_twenty_six_are_asked_about() -> None:
    assert list(IN_OTHER_WORDS) == list(LEDGER) == [f"d{number}" for number in range(1, 27)]


@pytest.mark.parametrize("question", UNRELATED)
def test_an_unrelated_question_touches_none(library: Library, question: str) -> None:
    assert touched(library, question, library.encoder.encode([question])[0]) == []


def test_a_question_is_embedded_where_its_vector_is_not_known(library: Library) -> None:
    ask = LEDGER["d1"].asks[0]
    found = library.search(ask, LOOKED_AT).hits
    assert library.quarrels(ask, found) == library.quarrels(ask, found, known_vectors([ask], library.encoder)[0])


class Compass:
    """Encodes a number of degrees as a direction."""

    name = "compass@1"

    def encode(self, texts: Sequence[str]) -> Vectors:
        angles = np.radians([float(text) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def toward(degrees: int) -> Vectors:
    return np.asarray(Compass().encode([str(degrees)])[0], dtype=np.float32)


def a_dissent(name: str, *asks: str) -> Dissent:
    sides = tuple(Stance(f"Side {side}.", (f"notes/{name}-{side}",)) for side in range(2))
    return Dissent(name, "Trees", asks, sides, "What grows.", None, "Both hold.", False, (), {})


def hits(*dissents: Dissent) -> tuple[Hit, ...]:
    """A search that brought both sides of some disagreements."""
    source = Source("notes", "Notes", "a team", None, "undated")
    ids = [i for dissent in dissents for stance in dissent.positions for i in stance.passages]
    return tuple(Hit(Passage(i, source, "Trees", None, "1", "It grows.", (), (), False, None), 0.5) for i in ids)


NORTH, EAST = a_dissent("north", "90", "100"), a_dissent("east", "0")


def finder(*ledger: Dissent) -> QuarrelFinder:
    return QuarrelFinder(ledger, Compass())


def test_a_library_without_the_sources_of_a_disagreement_knows_none_of_it(library: Library) -> None:
    bare = Library(Corpus(library.corpus.passages[:1]), library.encoder, library.retriever)
    asked = dissent_ledger()[0].asks[0]
    assert library.quarrels(asked, library.search(asked, 10).hits)
    assert bare.quarrels(asked, library.search(asked, 10).hits) == ()


def test_the_nearest_disagreement_comes_first() -> None:
    found = finder(EAST, NORTH).touched(toward(50), hits(EAST, NORTH))
    assert found == (NORTH, EAST)
    assert finder(EAST, NORTH).touched(toward(40), hits(EAST, NORTH)) == (EAST, NORTH)


def test_equally_near_ones_come_by_their_ids() -> None:
    twins = [a_dissent(name, "45") for name in ("d2", "d1")]
    assert [d.id for d in finder(*twins).touched(toward(45), hits(*twins))] == ["d1", "d2"]


def test_a_far_question_touches_nothing_whatever_was_found() -> None:
    assert finder(EAST, NORTH).touched(toward(270), hits(EAST, NORTH)) == ()


def test_a_fairly_near_question_touches_only_what_its_search_brought() -> None:
    assert NEAR_ENOUGH[2] < float(np.cos(np.radians(55))) < NEAR_ENOUGH[1]
    assert finder(EAST).touched(toward(55), hits(EAST)) == (EAST,)
    assert finder(EAST).touched(toward(55), hits(NORTH)) == ()
