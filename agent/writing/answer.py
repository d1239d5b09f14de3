"""Answers to questions about the subject, made of the retrieved statements alone, each cited; both sides where the sources differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from agent.citations import Numbering, Sentence, faults
from agent.reply import Citation, Disagreement, Position
from agent.writing.compose import citations
from agent.writing.quoting import quoted
from knowledge import Dissent, Hit, Library, Passage, Vectors

CONSIDERED = 10
"""Passages looked at for an answer."""
STATEMENTS = 4
CLOSE = 0.7
"""A further statement is used where its score is at least this share of the best one's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer from the sources, or the word that they have none."""

    text: str
    citations: tuple[Citation, ...]
    abstained: bool
    disagreements: tuple[Disagreement, ...] = ()
    """Where the sources differ on what was asked; in the text too."""


def numbered_from(answer: Answer, first: int) -> Answer:
    """The same answer with its citations numbered from another number on, to stand beside other cited text."""
    text = re.sub(r"(?<!\\)\[(\d+)\]", lambda mark: f"[{int(mark[1]) + first - 1}]", answer.text)
    return replace(answer, text=text, citations=tuple(replace(c, n=c.n + first - 1) for c in answer.citations))


def answer_from_sources(question: str, library: Library, vector: Vectors | None = None) -> Answer:
    """Answer a question from the passages; say so where the sources don't.

    Args:
        question: the question, alone.
        library: what may be answered from.
        vector: the question's embedding where it is known.
    """
    if vector is None:
        vector = library.encoder.encode([question])[0]
    search = library.search(question, CONSIDERED, vector)
    if not search.hits:
        return Answer("The sources don't say.", (), abstained=True)
    if not search.fits:
        return _declined(search.hits[0].passage, library, vector)
    quarrels = library.quarrels(question, search.hits, vector)[:1]
    sides = [i for quarrel in quarrels for position in quarrel.positions for i in position.passages]
    numbering = Numbering()
    shown = {passage.id: passage for passage in library.fetch([hit.passage.id for hit in search.hits] + sides)}
    said = [_statement(hit.passage, library, vector) for hit in _used(search.hits, set(sides))]
    paragraphs = [_marked(sentence, shown, numbering) for sentence in said]
    disagreements = tuple(_disagreement(quarrel, numbering) for quarrel in quarrels)
    if not any(paragraphs) and not disagreements:
        return _declined(search.hits[0].passage, library, vector)
    paragraphs += [paragraph for found in disagreements for paragraph in _in_words(found)]
    return Answer(
        "\n\n".join(filter(None, paragraphs)), citations(shown[i] for i in numbering.order), False, disagreements
    )


def _declined(nearest: Passage, library: Library, vector: Vectors) -> Answer:
    told = _statement(nearest, library, vector).text
    return Answer(
        f"The sources don't say. The nearest thing they do say: {told} [1]", citations([nearest]), abstained=True
    )


def _used(hits: Sequence[Hit], told: set[str]) -> list[Hit]:
    """The best statements, from more than one source where several speak; what a quarrel tells anyway comes only where it is best."""
    close = [hit for hit in hits if hit.score >= CLOSE * hits[0].score]
    kept = close[:1] + [hit for hit in close[1:] if hit.passage.id not in told]
    head, rest = kept[: STATEMENTS - 1], kept[STATEMENTS - 1 :]
    heard = {hit.passage.source.id for hit in head}
    other = next((hit for hit in rest if hit.passage.source.id not in heard), None)
    return [*head, *([other] if other else rest[:1])]


def _statement(passage: Passage, library: Library, vector: Vectors) -> Sentence:
    """What a passage says, with its caution where it carries one; words of a team's own document as a quotation."""
    text = passage.text
    if passage.source.is_own:
        text = f"{quoted(passage.source.title)} says: “{quoted(library.excerpt(passage, vector))}”"
    if passage.caution:
        text = f"{text} ({passage.caution})"
    return Sentence(text, (passage.id,))


def _marked(sentence: Sentence, shown: dict[str, Passage], numbering: Numbering) -> str:
    """The sentence with its marks, where it passes the check; a statement that tells its own caution may be doubtful."""
    cautions = {
        i: replace(p, caution=None, text=f"{p.text} {p.caution or ''} {p.source.title}") for i, p in shown.items()
    }
    as_read = replace(sentence, text=unescape(sentence.text))
    return "" if faults(as_read, cautions) else numbering.marked(sentence)


def _disagreement(dissent: Dissent, numbering: Numbering) -> Disagreement:
    positions = tuple(Position(p.text, numbering.numbers(p.passages)) for p in dissent.positions)
    return Disagreement(dissent.id, dissent.topic, positions, dissent.followed, dissent.why, dissent.flips_verdict)


def _in_words(found: Disagreement) -> Iterator[str]:
    yield f"**The sources differ: {found.topic[0].lower()}{found.topic[1:]}**"
    yield "\n".join(f"- {position.text} {_marks(position.citations)}" for position in found.positions)
    if found.followed is None:
        yield f"Gapwise follows none of them: {found.why} {_marks(n for p in found.positions for n in p.citations)}"
    else:
        followed = found.positions[found.followed]
        yield f"Gapwise follows “{_opening(followed.text)}”: {found.why} {_marks(followed.citations)}"


def _opening(text: str) -> str:
    """The first few words of a position, by which it is named."""
    words = text.split()
    return text.rstrip(".") if len(words) <= 8 else " ".join(words[:7]).rstrip(",:;") + " …"


def _marks(numbers: Sequence[int] | Iterator[int]) -> str:
    return "".join(f"[{n}]" for n in dict.fromkeys(numbers))
