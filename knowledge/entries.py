"""What is indexed of a corpus: every statement, and every question that one answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.corpus import Corpus
from knowledge.passages import Passage
from knowledge.statements import statements

FEWEST_WORDS = 4
"""Words of a sentence that is indexed by itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One indexed text: a passage's statement, or a question that the passage answers."""

    id: str
    passage_id: str
    text: str
    is_question: bool


def entries(corpus: Corpus) -> tuple[Entry, ...]:
    """Everything that is embedded, in corpus order."""

    def of_corpus() -> Iterator[Entry]:
        for passage in corpus.passages:
            yield Entry(passage.id, passage.id, under(passage, passage.text), is_question=False)
            for number, sentence in enumerate(_sentences(passage)):
                yield Entry(f"{passage.id}#{number}", passage.id, under(passage, sentence), is_question=False)
            for number, question in enumerate(passage.questions):
                yield Entry(f"{passage.id}?{number}", passage.id, question, is_question=True)

    return tuple(of_corpus())


def under(passage: Passage, text: str) -> str:
    """A text of a passage as it is indexed: under its heading, which says what it is about."""
    return f"{passage.section}. {text}"


def _sentences(passage: Passage) -> tuple[str, ...]:
    """The sentences of a passage for which nobody wrote questions: a loose question meets one of them rather than the whole."""
    if passage.questions:
        return ()
    found = tuple(sentence for sentence in statements(passage.text) if len(sentence.split()) >= FEWEST_WORDS)
    return found if len(found) > 1 else ()
