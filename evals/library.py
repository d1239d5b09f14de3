"""What the library reaches on the written questions: found, answered and declined, as figures with their intervals."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from agent import answer_from_sources
from evals.answered import Answered, answer_all
from evals.asked import Asked, load_questions
from evals.found import FIRST_FEW, Found, find
from evals.originals import Originals, PlainPeer, chunks, own_library, own_spans, relabelled
from evals.shares import share
from knowledge import Library, load_corpus


def library_report(library: Library, half: str, originals: Path | None, home: Path) -> Iterator[str]:
    """The report, line by line as it is worked out.

    Args:
        library: the shipped library.
        half: which questions are asked.
        originals: the folder of the five articles, for the peer and for the articles as own documents; None where they are not at hand.
        home: where the index of the articles may be put.
    """
    questions = load_questions(half)
    texts = Originals.under(originals) if originals else None
    authors = ", ".join(dict.fromkeys(question.author for question in questions))
    yield f"{len(questions)} {half} questions by {authors}"
    yield from ("", "The shipped library")
    yield from _found_lines(find(questions, lambda text: ids(library, text)))
    yield from _answered_lines(answer_all(questions, lambda text: answer_from_sources(text, library)))
    if texts is None or originals is None:
        yield "\nThe articles are not at hand (--originals FOLDER), so neither the plain peer nor the articles as own documents."
        return
    peer, asked = plain_peer(texts, questions)
    for name, ranking in (("by meaning", peer.dense), ("by words", peer.lexical), ("fused by rank", peer.fused)):
        yield f"\nThe plain peer, {name}"
        yield from _found_lines(find(asked, ranking))
    own = own_library(home, originals)
    relabelled_questions = relabelled(questions, load_corpus(), texts, own_spans(own, texts))
    yield "\nThe articles alone, added as own documents"
    yield from _found_lines(find(relabelled_questions, lambda text: ids(own, text)))
    yield from _answered_lines(answer_all(relabelled_questions, lambda text: answer_from_sources(text, own)))


def ids(library: Library, text: str) -> list[str]:
    """The passages that a search brings first."""
    return [hit.passage.id for hit in library.search(text, FIRST_FEW).hits]


def plain_peer(texts: Originals, questions: Sequence[Asked]) -> tuple[PlainPeer, tuple[Asked, ...]]:
    """The peer, and the questions with its chunks as answers."""
    cut = chunks(texts)
    units = {f"chunk-{number}": span for number, (span, _) in enumerate(cut)}
    return PlainPeer([text for _, text in cut], list(units)), relabelled(questions, load_corpus(), texts, units)


def _found_lines(found: Found) -> Iterator[str]:
    yield f"  a passage with the answer first: {share(found.first)}"
    yield f"  among the first five: {share(found.among_five)}"
    yield f"  all that a whole answer needs among the first five: {share(found.all_sides)}"


def _answered_lines(answered: Answered) -> Iterator[str]:
    yield f"  answered with the right facts: {share(answered.right)}"
    yield f"  wrongly declined: {share(answered.wrongly_declined)}"
    yield f"  unanswerable ones declined: {share(answered.declined)}"
    yield f"  words of an answer: median {median(answered.words):.0f}, most {max(answered.words)}"
