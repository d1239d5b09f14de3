"""What is indexed of a corpus: every statement, and every question that one answers."""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.corpus import Corpus


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
            yield Entry(passage.id, passage.id, f"{passage.section}. {passage.text}", is_question=False)
            for number, question in enumerate(passage.questions):
                yield Entry(f"{passage.id}?{number}", passage.id, question, is_question=True)

    return tuple(of_corpus())
