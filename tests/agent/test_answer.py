"""Answers from the sources: every statement marked, every mark resolved, doubt told, what is foreign declined."""

import re
from functools import cache

import pytest

from agent import Advisor, Answer, answer_from_sources
from knowledge import Library, Vectors

ASKED = (
    "What is the difference between QLoRA and LoRA?",
    "How many examples does a classifier need?",
    "What does a vector database cost per month?",
    "When is distillation worth it?",
    "Is RAG or fine-tuning better against invented facts?",
    "Which mistakes do teams make with RAG?",
    "What happens in the first week of the roadmap?",
    "How do I write a better prompt?",
    "Which metrics should we watch in production?",
    "Why are my answers wrong although the right page was retrieved?",
    "Can a 70B model be tuned on one gaming card?",
    "Once it is trained, is a tuned model cheaper to run?",
)
UNSAID = (
    "What learning rate suits LoRA?",
    "Which chunk size is best for contracts?",
    "Does Pinecone offer an SLA?",
    "How many GPUs does it take to serve Llama 3 at 50 requests a second?",
)
"""Of our field, and nothing that the sources speak of."""
FOREIGN = (
    "Hi, how are you today?",
    "Thanks, that was great!",
    "Tell me a joke.",
    "lol ok",
    "What is the weather in Lisbon tomorrow?",
    "How do I prune an apple tree?",
    "Who won the chess championship in 1972?",
    "How do I train for a marathon?",
    "How long does it take to train a puppy?",
    "What is the best recipe for goulash?",
)
"""Smalltalk and other fields, some in words that ours uses too."""
DOUBTED = "three-levers-lesson/qlora-70b-single-consumer-gpu-claim"
ENDS_IN_MARKS = re.compile(r"(?<=\s)(?:\[\d+\])+$")
HEADING = re.compile(r"\*\*The sources differ: .+\*\*")
OPENING = "Our support bot does not know our own manuals and makes up part numbers."
each_question = pytest.mark.parametrize("question", ASKED)


@cache
def vectors(library: Library) -> dict[str, Vectors]:
    texts = [*ASKED, *UNSAID, *FOREIGN]
    return dict(zip(texts, library.encoder.encode(texts), strict=True))


def answer(question: str, library: Library) -> Answer:
    return answer_from_sources(question, library, vectors(library)[question])


def claims(found: Answer) -> list[str]:
    """Everything an answer tells: its paragraphs, those of a list one by one, without the heading of a quarrel."""
    lines = [line for paragraph in found.text.split("\n\n") for line in paragraph.split("\n")]
    return [line for line in lines if not HEADING.fullmatch(line)]


def marks(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\[(\d+)\]", text)]


def figures(text: str) -> set[str]:
    without_marks = re.sub(r"\[\d+\]", "", text)
    return {found.replace(",", "") for found in re.findall(r"\d(?:[\d.,]*\d)?", without_marks)}


@each_question
def test_everything_told_ends_in_marks(question: str, library: Library) -> None:
    found = answer(question, library)
    assert not found.abstained
    assert [claim for claim in claims(found) if not ENDS_IN_MARKS.search(claim)] == []


@each_question
def test_marks_run_from_one_without_gaps_and_each_opens_a_citation(question: str, library: Library) -> None:
    found = answer(question, library)
    used = list(dict.fromkeys(marks(found.text)))
    assert used == list(range(1, len(found.citations) + 1))
    assert [citation.n for citation in found.citations] == used


@each_question
def test_a_citation_is_a_whole_passage_and_stands_there_once(question: str, library: Library) -> None:
    citations = answer(question, library).citations
    passages = library.fetch(citation.passage_id for citation in citations)
    assert [(c.passage_id, c.source, c.section, c.text) for c in citations] == [
        (p.id, p.source.id, p.section, p.text) for p in passages
    ]


@each_question
def test_every_figure_of_a_claim_stands_in_what_it_cites(question: str, library: Library) -> None:
    found = answer(question, library)
    passages = {citation.n: library.corpus.by_id[citation.passage_id] for citation in found.citations}
    for claim in claims(found):
        cited = " ".join(f"{passages[n].text} {passages[n].caution or ''}" for n in marks(claim))
        assert figures(claim) - figures(cited) == set(), claim


@each_question
def test_an_answer_begins_with_the_passage_that_fits_best(question: str, library: Library) -> None:
    best = library.search(question, 1, vectors(library)[question]).hits[0].passage
    assert answer(question, library).text.startswith(best.text)


def test_more_than_one_source_is_heard_where_several_speak(library: Library) -> None:
    found = answer("Is RAG or fine-tuning better against invented facts?", library)
    assert len({citation.source for citation in found.citations}) >= 2


@pytest.mark.parametrize("question", UNSAID)
def test_what_the_sources_do_not_say_is_said_to_be_so_with_the_nearest_thing(question: str, library: Library) -> None:
    found = answer(question, library)
    nearest = library.search(question, 1, vectors(library)[question]).hits[0].passage
    assert found.abstained
    assert found.text.startswith("The sources don't say.")
    assert found.text.endswith(f"{nearest.text} [1]")
    assert [(c.n, c.passage_id, c.text) for c in found.citations] == [(1, nearest.id, nearest.text)]


@pytest.mark.parametrize("question", FOREIGN)
def test_smalltalk_and_other_fields_are_declined(question: str, library: Library) -> None:
    found = answer(question, library)
    assert found.abstained
    assert found.text.startswith("The sources don't say.")
    assert found.disagreements == ()


@pytest.mark.parametrize("question", ["", " ", "?!", "zzzz qqqq", "🙂", "a" * 3000])
def test_what_says_nothing_is_declined(question: str, library: Library) -> None:
    assert answer_from_sources(question, library).abstained


@pytest.mark.parametrize(
    "question", ["Can a 70B model be tuned on one gaming card?", "how big a model fits on one GPU with QLoRA"]
)
def test_a_doubtful_statement_is_told_with_its_caution(question: str, library: Library) -> None:
    found = answer_from_sources(question, library)
    doubted = library.corpus.by_id[DOUBTED]
    assert DOUBTED in [citation.passage_id for citation in found.citations]
    (told,) = (claim for claim in claims(found) if claim.startswith(doubted.text))
    assert doubted.caution
    assert doubted.caution.rstrip(".") in told


def test_no_doubtful_statement_is_told_without_its_caution(library: Library) -> None:
    doubted = [passage for passage in library.corpus.passages if passage.caution]
    asked = [(passage, question) for passage in doubted for question in passage.questions]
    found = library.encoder.encode([question for _, question in asked])
    texts = [(p, answer_from_sources(question, library, v).text) for (p, question), v in zip(asked, found, strict=True)]
    assert sum(passage.text in text for passage, text in texts) >= len(doubted)
    assert all((passage.caution or "").rstrip(".") in text for passage, text in texts if passage.text in text)


@pytest.mark.parametrize("question", [ASKED[1], ASKED[4], UNSAID[0]])
def test_answers_are_the_same_bytes_twice_and_from_a_library_opened_again(
    question: str, library: Library, advisor: Advisor
) -> None:
    first, again, elsewhere = (answer_from_sources(question, opened) for opened in (library, library, advisor.library))
    assert repr(first).encode() == repr(again).encode() == repr(elsewhere).encode()


@pytest.mark.parametrize(
    "question",
    [
        "What does LoRA training cost?",
        "How many examples does fine-tuning need?",
        "What is QLoRA?",
        "How long does it take to set up a RAG pipeline?",
    ],
)
def test_a_question_in_mid_interview_is_answered_and_the_open_one_stays(
    question: str, library: Library, advisor: Advisor
) -> None:
    conversation = advisor.start()
    before = advisor.reply(conversation, OPENING)
    reply = advisor.reply(conversation, question)
    found = answer_from_sources(question, library)
    assert reply["kind"] == "answer"
    assert reply["text"].startswith(found.text)
    assert [c["passage_id"] for c in reply["citations"]] == [c.passage_id for c in found.citations]
    assert (reply["question"], reply["facts"]) == (before["question"], before["facts"])
    assert reply["question"]["text"] in reply["text"]


def test_a_question_that_the_sources_do_not_answer_leaves_the_open_one_too(advisor: Advisor) -> None:
    conversation = advisor.start()
    before = advisor.reply(conversation, OPENING)
    reply = advisor.reply(conversation, "What learning rate suits LoRA?")
    assert "The sources don't say." in reply["text"]
    assert reply["question"] == before["question"]
