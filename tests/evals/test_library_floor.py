"""What the library reaches on every fifth tuning question: the floors are a little under that, so that a change for the worse is seen."""

from functools import cache
from pathlib import Path

import pytest

from agent import answer_from_sources
from evals import library_report, load_questions
from evals.answered import Answered, answer_all
from evals.asked import Asked
from evals.found import Found, find
from knowledge import Library, Vectors

EVERY = 5
SAMPLE = load_questions("tuning")[::EVERY]
FIRST, AMONG_FIVE, ALL_SIDES = 0.80, 0.95, 0.925
RIGHT, WRONGLY_DECLINED, DECLINED = 0.80, 0.15, 0.85


@cache
def vectors(library: Library) -> dict[str, Vectors]:
    """Of all questions, embedded in one go."""
    texts = [question.text for question in SAMPLE]
    return dict(zip(texts, library.encoder.encode(texts), strict=True))


@pytest.fixture(scope="module")
def found(library: Library) -> Found:
    def ranking(text: str) -> list[str]:
        return [hit.passage.id for hit in library.search(text, 5, vectors(library)[text]).hits]

    return find(SAMPLE, ranking)


@pytest.fixture(scope="module")
def answered(library: Library) -> Answered:
    return answer_all(SAMPLE, lambda text: answer_from_sources(text, library, vectors(library)[text]))


def part(held: tuple[bool, ...]) -> float:
    return sum(held) / len(held)


def test_the_sample_has_questions_of_both_authors_and_both_kinds() -> None:
    assert len(SAMPLE) == 60
    assert len({question.author for question in SAMPLE}) == 2
    assert 15 <= sum(not question.answerable for question in SAMPLE) <= 25


def test_a_passage_with_the_answer_comes_first(found: Found) -> None:
    assert part(found.first) >= FIRST


def test_a_passage_with_the_answer_is_among_the_first_five(found: Found) -> None:
    assert part(found.among_five) >= AMONG_FIVE


def test_all_that_a_whole_answer_needs_is_among_the_first_five(found: Found) -> None:
    assert part(found.all_sides) >= ALL_SIDES


def test_questions_are_answered_with_the_right_facts(answered: Answered) -> None:
    assert part(answered.right) >= RIGHT


def test_few_questions_are_declined_that_the_sources_answer(answered: Answered) -> None:
    assert part(answered.wrongly_declined) <= WRONGLY_DECLINED


def test_questions_that_the_sources_do_not_answer_are_declined(answered: Answered) -> None:
    assert part(answered.declined) >= DECLINED


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[Asked, ...]:
    """Four questions stand for the half."""
    asked = (*[q for q in SAMPLE if q.answerable][:2], *[q for q in SAMPLE if not q.answerable][:2])
    monkeypatch.setattr("evals.library.load_questions", lambda half: asked if half == "tuning" else ())
    return asked


@pytest.mark.usefixtures("few")
def test_the_report_tells_what_was_found_answered_and_declined(library: Library, tmp_path: Path) -> None:
    lines = list(library_report(library, "tuning", None, tmp_path))
    told = [line.strip().split(":")[0] for line in lines if line.startswith("  ")]
    assert lines[0].startswith("4 tuning questions by tuning-")
    assert told == [
        "a passage with the answer first", "among the first five", "all that a whole answer needs among the first five",
        "answered with the right facts", "wrongly declined", "unanswerable ones declined", "words of an answer",
    ]  # fmt: skip
    assert all(" of 2 (" in line for line in lines if "95% interval" in line)


@pytest.mark.usefixtures("few")
def test_the_report_says_where_the_articles_are_not_at_hand(library: Library, tmp_path: Path) -> None:
    assert "--originals" in list(library_report(library, "tuning", None, tmp_path))[-1]
