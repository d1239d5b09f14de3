"""The restatement against the originals: nothing copied, no figure lost. Needs the originals, which are not ours to ship."""

import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from knowledge import Corpus, Passage, dissent_ledger, load_corpus

FOLDER = os.environ.get("GAPWISE_SOURCES")
ORIGINALS = {
    "decision-tree-2026": "000_bf24c97014e2d165.txt",
    "three-levers-lesson": "001_67f1a9b208ef86ae.txt",
    "failure-mode-guide": "002_f5b71742cfbeccdf.txt",
    "product-framework": "003_4812f14006830d5f.txt",
    "acme-tutorial": "004_131dea7512f09958.txt",
}
RUN = 8
"""So many words in a row are a copy."""
CHROME = re.compile(r"^\s*(\d min read|\d+\. )|^Section \d+|Lesson \d of \d", re.MULTILINE)
"""Page chrome and the numbers of lists: no figures of the text."""

pytestmark = pytest.mark.skipif(not FOLDER, reason="GAPWISE_SOURCES does not name the folder with the five originals")


def original(source: str) -> str:
    return (Path(FOLDER or "") / ORIGINALS[source]).read_text(encoding="utf-8")


@cache
def corpus() -> Corpus:
    return load_corpus()


def words(text: str) -> list[str]:
    """Lower-case words and figures; `4.6` and `2,000` are one word each."""
    found = re.findall(r"[a-z0-9.,]+(?:'[a-z]+)?", text.lower().replace("’", "'"))
    return [word for word in (part.strip(".,") for part in found) if word]


def lines_of(passage: Passage) -> list[int]:
    """The line numbers that a passage names: `8, 12-14` are 8, 12, 13 and 14."""
    spans = [part.strip().partition("-") for part in passage.lines.split(",")]
    return [line for first, _, last in spans for line in range(int(first), int(last or first) + 1)]


def runs(text: str) -> set[tuple[str, ...]]:
    said = words(text)
    return {tuple(said[start : start + RUN]) for start in range(len(said) - RUN + 1)}


def figures(text: str) -> set[str]:
    """Numbers as they are written, without separators between thousands."""
    return {found.rstrip(".,").replace(",", "") for found in re.findall(r"\d[\d,.]*", text)}


def ours() -> Iterator[tuple[str, str]]:
    """Every text that we show, with its place."""
    for passage in corpus().passages:
        yield passage.id, passage.text
        yield from ((f"{passage.id}?{n}", question) for n, question in enumerate(passage.questions))
    for quarrel in dissent_ledger():
        for text in (quarrel.topic, quarrel.stake, quarrel.why, *quarrel.asks, *(p.text for p in quarrel.positions)):
            yield quarrel.id, text
    for advice in yaml.safe_load((files("agent.writing") / "advice.yaml").read_text(encoding="utf-8")):
        yield advice["id"], advice["text"]


def test_no_run_of_eight_words_is_taken_over() -> None:
    theirs = set().union(*(runs(original(source)) for source in ORIGINALS))
    copied = {place: " ".join(sorted(runs(text) & theirs)[0]) for place, text in ours() if runs(text) & theirs}
    assert copied == {}


@pytest.mark.parametrize("source", ORIGINALS)
def test_every_figure_of_an_original_stands_in_its_passages(source: str) -> None:
    told = " ".join(p.text for p in corpus().passages if p.source.id == source)
    wanted = figures(CHROME.sub("", original(source)))
    assert wanted
    assert wanted - figures(told) == set()


@pytest.mark.parametrize("source", ORIGINALS)
def test_no_passage_has_a_figure_that_its_original_lacks(source: str) -> None:
    known = figures(original(source))
    invented = {p.id: figures(p.text) - known for p in corpus().passages if p.source.id == source}
    assert {place: odd for place, odd in invented.items() if odd} == {}


@pytest.mark.parametrize("source", ORIGINALS)
def test_a_passage_names_lines_and_headings_of_its_original(source: str) -> None:
    lines = [line.strip().lstrip("#").strip() for line in original(source).splitlines()]
    for passage in (p for p in corpus().passages if p.source.id == source):
        assert {passage.section, passage.parent or passage.section} <= set(lines), passage.id
        assert all(lines[line - 1] for line in {min(lines_of(passage)), max(lines_of(passage))}), passage.id


@pytest.mark.parametrize("source", ORIGINALS)
def test_the_figures_of_a_passage_stand_in_the_lines_and_headings_that_it_names(source: str) -> None:
    lines = original(source).splitlines()
    for passage in (p for p in corpus().passages if p.source.id == source):
        headings = (passage.section, passage.parent or "", passage.source.date_note, passage.source.title)
        named = " ".join((*headings, *(lines[number - 1] for number in lines_of(passage))))
        assert figures(passage.text) - figures(named) == set(), passage.id
