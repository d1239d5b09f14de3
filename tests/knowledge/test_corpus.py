"""The corpus loader: every fault at once with its place, and what the shipped texts promise."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import CorpusError, load_corpus

HEAD = """source:
  id: notes
  title: Notes
  publisher: a team
  date: null
  date_note: undated
passages:
"""
ENTRY = """- slug: {slug}
  section: Setup
  lines: "1"
  text: Something is said here.
  topics: [rag]
  questions: ["what is said"]
"""
FIRST = 8
"""The line on which the first passage starts."""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes texts as the files `0.yaml`, `1.yaml`, … of a corpus folder."""

    def written(*texts: str) -> Path:
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return written


def fault_lines(folder: Path) -> list[str]:
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    return str(caught.value).splitlines()[1:]


def test_a_sound_file_is_read_into_passages(write: Write) -> None:
    corpus = load_corpus(write(HEAD + ENTRY.format(slug="one") + ENTRY.format(slug="two")))
    assert [p.id for p in corpus.passages] == ["notes/one", "notes/two"]
    assert corpus.by_id["notes/two"].source.date is None
    assert [s.id for s in corpus.sources] == ["notes"]


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("section: Setup", "", "section"),
        ("text: Something is said here.", "", "text"),
        ("topics: [rag]", "topics: [rag, magic]", "magic"),
        ("slug: one", "slug: One Two", "slug"),
        ("text: Something is said here.", "text: " + "word " * 121, "120 words"),
        ('questions: ["what is said"]', "questions: []", "question"),
        ("section: Setup", "section: Setup\n  colour: red", "colour"),
    ],
)
def test_a_fault_names_file_line_and_what_is_wrong(write: Write, before: str, after: str, says: str) -> None:
    (fault,) = fault_lines(write(HEAD + ENTRY.format(slug="one").replace(before, after)))
    assert fault.startswith(f"0.yaml:{FIRST}: ")
    assert says in fault


def test_faults_of_all_files_are_told_at_once(write: Write) -> None:
    untitled = HEAD.replace("  title: Notes\n", "") + ENTRY.format(slug="one")
    nameless = HEAD + ENTRY.format(slug="one") + ENTRY.format(slug="NO") + ENTRY.format(slug="one")
    faults = fault_lines(write(untitled, "a: [", nameless))
    places = ["0.yaml:2:", "1.yaml", f"2.yaml:{FIRST + 6}:", f"2.yaml:{FIRST + 12}:"]
    assert len(faults) == len(places)
    assert all(place in fault for place, fault in zip(places, faults, strict=True)), faults


@given(broken=st.lists(st.booleans(), min_size=1, max_size=12).filter(any))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_broken_passage_has_one_line_and_a_sound_one_none(write: Write, broken: list[bool]) -> None:
    parts = [ENTRY.format(slug="Not A Slug" if bad else f"good-{n}") for n, bad in enumerate(broken)]
    wanted = [f"0.yaml:{FIRST + 6 * n}" for n, bad in enumerate(broken) if bad]
    faults = fault_lines(write(HEAD + "".join(parts)))
    assert [fault.split(": ")[0] for fault in faults if "lower-case" in fault] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just a sentence",
        HEAD,
        HEAD + "- only a sentence\n",
        "source: a name\npassages: []\n",
        "source: null\npassages: []\n",
        HEAD + ENTRY.format(slug="one").replace("topics: [rag]", "topics: rag"),
        HEAD + ENTRY.format(slug="one").replace('questions: ["what is said"]', "questions: what is said"),
        HEAD + ENTRY.format(slug="one").replace("topics: [rag]", "topics: [[rag]]"),
        HEAD + ENTRY.format(slug="one").replace("text: Something is said here.", "text: null"),
    ],
    ids=[
        "empty",
        "prose",
        "no-passages",
        "bare-entry",
        "bare-source",
        "null-source",
        "bare-topic",
        "bare-question",
        "nested-topic",
        "null-text",
    ],
)
def test_a_file_of_the_wrong_shape_is_a_fault_with_its_place(write: Write, text: str) -> None:
    faults = fault_lines(write(text))
    assert faults
    assert all(fault.startswith("0.yaml:") for fault in faults)


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "0.yaml").write_bytes(b"\xff\xfe\x00source")
    assert fault_lines(tmp_path)[0].startswith("0.yaml")


def test_two_files_cannot_claim_one_id(write: Write) -> None:
    text = HEAD + ENTRY.format(slug="one")
    assert "notes" in fault_lines(write(text, text))[0]


def test_an_empty_folder_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no source files"):
        load_corpus(tmp_path)


def test_the_version_follows_every_word_that_is_shown(write: Write) -> None:
    text = HEAD + ENTRY.format(slug="one")
    before = load_corpus(write(text)).version
    assert load_corpus(write(text)).version == before
    assert load_corpus(write(text.replace("what is said", "what was said"))).version != before
    assert load_corpus(write(text.replace("publisher: a team", "publisher: a guild"))).version != before


def test_the_shipped_passages_come_from_the_five_sources_with_ids_of_their_own() -> None:
    corpus = load_corpus()
    ids = [p.id for p in corpus.passages]
    assert len(set(ids)) == len(ids) > 300
    assert {s.id for s in corpus.sources} == {
        "acme-tutorial",
        "decision-tree-2026",
        "failure-mode-guide",
        "product-framework",
        "three-levers-lesson",
    }
    assert all(p.id.startswith(f"{p.source.id}/") for p in corpus.passages)


def test_every_shipped_passage_can_be_read_found_and_placed() -> None:
    for passage in load_corpus().passages:
        assert passage.text.endswith((".", "!", "?", '."', ".)")), passage.id
        assert len(set(passage.questions)) == len(passage.questions) >= 3, passage.id
        first, _, last = passage.lines.split(",")[0].partition("-")
        assert 1 <= int(first) <= int(last or first), passage.id


def test_a_year_in_a_passage_makes_it_dated() -> None:
    assert [p.id for p in load_corpus().passages if "2026" in p.text and not p.dated] == []
