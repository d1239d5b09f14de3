"""The originals as chunks and as own documents: nothing lost between chunks, and answers found where they stand."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.asked import Asked
from evals.originals import CHUNK, Originals, PlainPeer, chunks, own_library, own_spans, relabelled
from knowledge import ORIGINALS, Corpus, load_corpus

LINES = ["The lighthouse", "It was built by hand.", "", "Its lamp turns once a minute.", "A keeper lives there."]
TEXT = "\n".join(LINES)
ARTICLES = {
    "000_bread.txt": "The bakery\n\nLoaves rise for nine hours in the cellar before anybody touches them.\n",
    "001_boats.txt": "The harbour\n\nNine boats leave before dawn and come home with the tide.\n\nThe ferry never waits.\n",
    "002_bees.txt": "The hives\n\nThe bees are fed in October and left alone until the first warm day.\n",
    "003_clocks.txt": "The tower\n\nThe clock is wound on Mondays by whoever has the key.\n",
    "004_paint.txt": "The studio\n\nPaint is ground with oil on a slab of porphyry.\n",
}
corpus = cache(load_corpus)
WORDS = st.lists(st.sampled_from(["a", "lamp", "lighthouse" * 12, "x" * 1500, "so,", "\n", "\n\n"]), max_size=400)


def originals(*texts: str) -> Originals:
    return Originals({f"source-{n}": text for n, text in enumerate(texts)}, {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in ARTICLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@given(WORDS.map(" ".join), WORDS.map(" ".join))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_chunks_cover_every_text_without_gap_or_overlap(one: str, other: str) -> None:
    cut = chunks(originals(one, other))
    for source, text in (("source-0", one), ("source-1", other)):
        spans = [(start, end) for (of, start, end), _ in cut if of == source]
        assert [start for start, _ in spans] == [0, *(end for _, end in spans)][: len(spans)]
        assert "".join(part for (of, _, _), part in cut if of == source) == text
    assert all(0 < len(part) == end - start <= CHUNK for (_, start, end), part in cut)


@given(WORDS.map(" ".join))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_chunk_ends_at_a_space_where_it_has_one(text: str) -> None:
    cut = [part for _, part in chunks(originals(text))]
    assert all(part.endswith(" ") or " " not in part for part in cut[:-1])


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("1", ["The lighthouse"]),
        ("4-5", ["Its lamp turns once a minute.\nA keeper lives there."]),
        ("2, 4", ["It was built by hand.", "Its lamp turns once a minute."]),
        ("1-2, 5", ["The lighthouse\nIt was built by hand.", "A keeper lives there."]),
        ("5-9", ["A keeper lives there."]),
    ],
)
def test_the_span_of_lines_holds_their_words(lines: str, told: list[str]) -> None:
    spans = originals(TEXT).spans("source-0", lines)
    assert [TEXT[start:end] for _, start, end in spans] == told


def shipped_at(lines: str) -> Corpus:
    """A corpus of one passage that stands in these lines."""
    passage = corpus().passages[0]
    source = replace(passage.source, id="source-0")
    return Corpus((replace(passage, id="source-0/lamp", source=source, lines=lines),))


@pytest.mark.parametrize(
    ("lines", "holders"),
    [
        ("1", {"head"}),
        ("2", {"head", "all but a little of the second line"}),
        ("4", {"tail"}),
        ("1-5", {"head", "tail", "all but a little of the second line"}),
        ("1, 5", {"head", "tail"}),
    ],
)
def test_an_answer_is_held_by_the_units_that_share_half_of_it(lines: str, holders: set[str]) -> None:
    middle = TEXT.index("Its lamp")
    second = TEXT.index("It was")
    units = {
        "head": ("source-0", 0, middle),
        "tail": ("source-0", middle, len(TEXT)),
        "all but a little of the second line": ("source-0", second + 4, second + 20),
        "another source": ("source-1", 0, len(TEXT)),
    }
    asked = Asked("?", "me", "lookup", (frozenset({"source-0/lamp"}),))
    (moved,) = relabelled([asked], shipped_at(lines), originals(TEXT, TEXT), units)
    assert moved.answers == (frozenset(holders),)


def test_only_the_answers_are_relabelled() -> None:
    units = {"all": ("source-0", 0, len(TEXT))}
    group = frozenset({"source-0/lamp"})
    questions = [Asked("one", "me", "compare", (group, group)), Asked("two", "you", "none", ())]
    moved = relabelled(questions, shipped_at("4"), originals(TEXT), units)
    assert moved == (replace(questions[0], answers=(frozenset({"all"}),) * 2), questions[1])


def test_an_answer_that_no_unit_holds_leaves_an_empty_group() -> None:
    asked = Asked("?", "me", "lookup", (frozenset({"source-0/lamp"}),))
    (moved,) = relabelled([asked], shipped_at("1"), originals(TEXT), {"tail": ("source-0", 40, len(TEXT))})
    assert moved.answers == (frozenset(),)


def test_the_articles_are_read_whole_from_their_folder(folder: Path) -> None:
    found = Originals.under(folder)
    assert list(found.texts.values()) == list(ARTICLES.values())
    assert set(found.texts) == {source.id for source in corpus().sources}


@pytest.mark.parametrize("missing", ARTICLES)
def test_an_article_that_is_not_there_is_named(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(FileNotFoundError, match=missing[:4]):
        Originals.under(folder)


def test_there_is_a_file_for_every_source() -> None:
    assert set(ORIGINALS) == {source.id for source in corpus().sources}


@pytest.fixture(scope="module")
def peer() -> PlainPeer:
    return PlainPeer(list(ARTICLES.values()), list(ARTICLES))


@pytest.mark.parametrize("search", [PlainPeer.dense, PlainPeer.lexical, PlainPeer.fused])
def test_the_plain_peer_finds_what_is_said_in_the_same_words(peer: PlainPeer, search: object) -> None:
    assert callable(search)
    ranked = search(peer, "when are the bees fed in October?")
    assert ranked[0] == "002_bees.txt"
    assert sorted(ranked) == sorted(ARTICLES)


def test_the_plain_peer_understands_by_meaning_what_its_words_do_not_hold(peer: PlainPeer) -> None:
    assert peer.dense("how long must dough be left alone?")[0] == "000_bread.txt"


@pytest.mark.parametrize("question", ["", "???", "the of and"])
def test_the_plain_peer_ranks_everything_for_a_question_that_says_nothing(peer: PlainPeer, question: str) -> None:
    assert sorted(peer.fused(question)) == sorted(ARTICLES)
    assert peer.fused(question) == peer.fused(question)


def test_the_articles_as_own_documents_are_found_where_they_stand(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:  # fmt: skip
    library, texts = own_library(tmp_path_factory.mktemp("own"), folder), Originals.under(folder)
    spans = own_spans(library, texts)
    for passage in library.corpus.passages:
        source, start, end = spans[passage.id]
        assert all(line in texts.texts[source][start:end] for line in passage.text.splitlines())
    assert {source for source, _, _ in spans.values()} == set(texts.texts)
    assert library.search("who winds the clock on Mondays?").hits[0].passage.id.startswith("own/003")
