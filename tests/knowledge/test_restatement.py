"""The restatement against the originals: nothing copied, no figure lost. Checked on what may be shipped of them, and on themselves where they are at hand."""

import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from knowledge import Corpus, Passage, dissent_ledger, load_corpus
from knowledge.foils import foils
from knowledge.restatement import ORIGINALS, figures, fingerprint, names, runs, shipped_fingerprints

FOLDER = os.environ.get("GAPWISE_SOURCES")
SOURCES = pytest.mark.parametrize("source", ORIGINALS)
AT_HAND = pytest.mark.skipif(not FOLDER, reason="GAPWISE_SOURCES does not name the folder with the five originals")


def original(source: str) -> str:
    (path,) = Path(FOLDER or "").glob(ORIGINALS[source])
    return path.read_text(encoding="utf-8")


@cache
def corpus() -> Corpus:
    return load_corpus()


def told(source: str) -> str:
    return " ".join(passage.text for passage in corpus().passages if passage.source.id == source)


def lines_of(passage: Passage) -> list[int]:
    """The line numbers that a passage names: `8, 12-14` are 8, 12, 13 and 14."""
    spans = [part.strip().partition("-") for part in passage.lines.split(",")]
    return [line for first, _, last in spans for line in range(int(first), int(last or first) + 1)]


def parts(found: frozenset[str]) -> frozenset[str]:
    """Figures with the ends of their ranges."""
    return found | {end for figure in found for end in figure.split("-")}


def ours() -> Iterator[tuple[str, str]]:
    """Every text that we ship about the subject, with its place."""
    for passage in corpus().passages:
        yield passage.id, passage.text
        yield from ((f"{passage.id}?{n}", question) for n, question in enumerate(passage.questions))
    for quarrel in dissent_ledger():
        for text in (quarrel.topic, quarrel.stake, quarrel.why, *quarrel.asks, *(p.text for p in quarrel.positions)):
            yield quarrel.id, text
    for advice in yaml.safe_load((files("agent.writing") / "advice.yaml").read_text(encoding="utf-8")):
        yield advice["id"], advice["text"]
    yield from (("foils", foil) for foil in foils())


def test_no_run_of_eight_words_is_taken_over() -> None:
    theirs = frozenset().union(*(known.hashes for known in shipped_fingerprints().values()))
    assert len(theirs) > 5_000
    assert [(place, text) for place, text in ours() if not theirs.isdisjoint(runs(text))] == []


@SOURCES
def test_every_figure_of_an_original_stands_in_its_passages(source: str) -> None:
    assert set(shipped_fingerprints()[source].figures) - parts(figures(told(source))) == set()


@SOURCES
def test_every_model_and_tool_of_an_original_stands_in_its_passages(source: str) -> None:
    assert set(shipped_fingerprints()[source].names) - names(told(source)) == set()


@SOURCES
def test_no_passage_has_a_figure_that_its_original_lacks(source: str) -> None:
    """The numbers of steps and lists aside: they are one digit."""
    known = parts(frozenset(shipped_fingerprints()[source].figures))
    for passage in (p for p in corpus().passages if p.source.id == source):
        assert {
            figure for figure in figures(passage.text) - known if not figure.isdecimal() or len(figure) > 1
        } == set(), passage.id


@AT_HAND
@SOURCES
def test_the_shipped_fingerprint_is_that_of_the_original(source: str) -> None:
    assert shipped_fingerprints()[source] == fingerprint(original(source))


@AT_HAND
@SOURCES
def test_a_passage_names_lines_and_headings_of_its_original(source: str) -> None:
    lines = [line.strip().lstrip("#").strip() for line in original(source).splitlines()]
    for passage in (p for p in corpus().passages if p.source.id == source):
        assert {passage.section, passage.parent or passage.section} <= set(lines), passage.id
        assert all(lines[line - 1] for line in {min(lines_of(passage)), max(lines_of(passage))}), passage.id


@AT_HAND
@SOURCES
def test_the_figures_of_a_passage_stand_in_the_lines_and_headings_that_it_names(source: str) -> None:
    lines = original(source).splitlines()
    for passage in (p for p in corpus().passages if p.source.id == source):
        headings = (passage.section, passage.parent or "", passage.source.date_note, passage.source.title)
        named = " ".join((*headings, *(lines[number - 1] for number in lines_of(passage))))
        assert parts(figures(passage.text)) - parts(figures(named)) == set(), passage.id
