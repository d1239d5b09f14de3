"""Answers to questions about the subject, made of the retrieved statements alone, each cited."""

from dataclasses import dataclass

from agent.citations import Numbering, Sentence, sound
from agent.reply import Citation
from agent.writing.compose import citations
from knowledge import Hit, Library, Search, Vectors

STATEMENTS = 3
CLOSE = 0.8
"""A further statement is used where its score is at least this share of the best one's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer from the sources, or the word that they have none."""

    text: str
    citations: tuple[Citation, ...]
    abstained: bool


def answer_from_sources(question: str, library: Library, vector: Vectors | None = None) -> Answer:
    """Answer a question from the passages; say so where the sources don't."""
    search = library.search(question, 8, vector)
    if not search.fits:
        return _abstention(search)
    numbering = Numbering()
    hits = _used(search)
    retrieved = {hit.passage.id: hit.passage for hit in hits}
    sentences = sound([Sentence(hit.passage.text, (hit.passage.id,)) for hit in hits], retrieved)
    text = "\n\n".join(numbering.marked(sentence) for sentence in sentences)
    return Answer(text, citations(retrieved[i] for i in numbering.order), abstained=False)


def _used(search: Search) -> list[Hit]:
    """The best statements, from more than one source where several speak."""
    best = search.hits[0].score
    close = [hit for hit in search.hits if hit.score >= CLOSE * best and not hit.passage.caution]
    used = close[:1]
    others = [hit for hit in close[1:] if hit.passage.source.id not in {u.passage.source.id for u in used}]
    return [*used, *[*others, *(hit for hit in close[1:] if hit not in others)][: STATEMENTS - 1]]


def _abstention(search: Search) -> Answer:
    if not search.hits:
        return Answer("The sources don't say.", (), abstained=True)
    nearest = search.hits[0].passage
    text = f"The sources don't say. The nearest thing they do say: {nearest.text} [1]"
    return Answer(text, citations([nearest]), abstained=True)
