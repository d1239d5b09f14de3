"""What each part of the search is worth: the held-out questions with the part and without it, beside the plain peer. Printed into docs/library.md."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from evals.asked import Asked, answerable
from evals.found import FIRST_FEW, Found, find
from evals.library import plain_peer
from evals.originals import Originals
from evals.shares import wilson
from knowledge import Corpus, Encoder, Index, Retriever, SentenceEncoder, Weights, open_index

WHOLE = Weights()
PARTS = {
    "the whole search": WHOLE,
    "without the meaning of statements": replace(WHOLE, statement=0.0),
    "without the sisters of the nearest question": replace(WHOLE, question=WHOLE.question + WHOLE.sisters, sisters=0.0),
    "without words": replace(WHOLE, words=0.0),
    "statements alone": Weights(1.0, 0.0, 0.0, 0.0),
    "questions alone": Weights(0.0, 0.5, 0.5, 0.0),
    "words alone": Weights(0.0, 0.0, 0.0, 1.0),
}
START, END = "<!-- ablation: printed by `gapwise eval ablation --originals FOLDER` -->", "<!-- /ablation -->"
HEAD = "| search | first | among the first five | all that a whole answer needs |\n| --- | --- | --- | --- |"


def table(
    questions: Sequence[Asked], corpus: Corpus, encoder: Encoder, home: Path, originals: Path | None
) -> Iterator[str]:
    """The lines of the table, as they are worked out.

    Args:
        questions: those of one half.
        corpus: the shipped passages.
        encoder: the search's.
        home: where indexes may be put.
        originals: the folder of the five articles, for the peer's rows; None leaves them out.
    """
    texts = Originals.under(originals) if originals else None
    yield HEAD
    yield from part_rows(questions, corpus, encoder, open_index(home, corpus, encoder))
    bare = Corpus(tuple(replace(passage, questions=()) for passage in corpus.passages))
    yield row("without the questions that passages answer", _find(questions, encoder, _opened(home, bare, encoder)))
    plain = SentenceEncoder()
    yield row("without the trained map", _find(questions, plain, _opened(home, corpus, plain)))
    if texts:
        peer, asked = plain_peer(texts, questions)
        yield row("plain peer: MiniLM over 1,000-character chunks of the articles", find(asked, peer.dense))
        yield row("plain peer: BM25 over them", find(asked, peer.lexical))
        yield row("plain peer: both fused by rank", find(asked, peer.fused))


def part_rows(questions: Sequence[Asked], corpus: Corpus, encoder: Encoder, index: Index) -> Iterator[str]:
    """The rows for the parts of the fused score."""
    for name, weights in PARTS.items():
        yield row(name, _find(questions, encoder, Retriever(corpus, index, weights)))


def _opened(home: Path, corpus: Corpus, encoder: Encoder) -> Retriever:
    return Retriever(corpus, open_index(home, corpus, encoder))


def put_into(page: str, lines: Sequence[str], start_mark: str = START, end_mark: str = END) -> str:
    """A page with a table between its marks.

    Raises:
        ValueError: it has no such marks.
    """
    before, start, rest = page.partition(start_mark)
    _, end, after = rest.partition(end_mark)
    if not start or not end:
        raise ValueError(f"The page has no place for the table; put {start_mark} and {end_mark} where it belongs.")
    return f"{before}{start}\n{chr(10).join(lines)}\n{end}{after}"


def row(name: str, found: Found) -> str:
    """One line of the table."""
    cells = (_cell(held) for held in (found.first, found.among_five, found.all_sides))
    return f"| {name} | {' | '.join(cells)} |"


def _cell(held: Sequence[bool]) -> str:
    low, high = wilson(sum(held), len(held))
    return f"{sum(held) / max(1, len(held)):.0%} ({low:.0%} to {high:.0%})"


def _find(questions: Sequence[Asked], encoder: Encoder, retriever: Retriever) -> Found:
    asked = answerable(questions)
    vectors = dict(zip((q.text for q in asked), encoder.encode([q.text for q in asked]), strict=True))

    def ranking(text: str) -> list[str]:
        return [passage.id for passage in retriever.ranked(text, vectors[text], FIRST_FEW).passages]

    return find(questions, ranking)
