"""The shelf of a team's own documents: added to, replaced, removed, always whole for whoever reads it."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge import (
    Corpus,
    DocumentError,
    IndexUnavailable,
    Library,
    Passage,
    Retriever,
    Shelf,
    Source,
    Vectors,
    open_index,
)

SENTENCE = "The desk pays each refund within ten working days of the request for it. "


class WordEncoder:
    """Texts that share words are near each other; needs no model. Keeps what it was given."""

    name = "words@shelf"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        vectors = np.full((len(texts), 384), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", " ").split():
                vectors[row, zlib.crc32(word.encode()) % 384] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(autouse=True)
def canaries_sing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of the index ask its canaries, each time in a child process; here the store is taken for sound."""
    monkeypatch.setattr("knowledge.index.answer_faults", lambda folder: [])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder in which the team keeps its files."""
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def shelf(tmp_path: Path, encoder: WordEncoder) -> Shelf:
    return Shelf(tmp_path / "home", encoder)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(shelf: Shelf) -> list[str]:
    return [document.name for document in shelf.catalogue().documents]


def words(shelf: Shelf) -> str:
    return " ".join(passage.text for passage in shelf.catalogue().corpus.passages)


def a_library(home: Path) -> Library:
    """A library with one shipped passage."""
    encoder = WordEncoder()
    source = Source("notes", "Notes", "a team", None, "undated")
    text = "Ask the sources before you train anything."
    passage = Passage("notes/ask", source, "Notes", None, "1", text, ("rag",), ("what first",), False, None)
    corpus = Corpus((passage,))
    return Library(corpus, encoder, Retriever(corpus, open_index(home, corpus, encoder)), Shelf(home, encoder))


def test_a_document_is_kept_with_its_title_its_date_and_its_path(shelf: Shelf, place: Path) -> None:
    path = write(place / "Refund rules.md", "# Refunds\n\nMoney comes back.")
    os.utime(path, (1_767_225_600, 1_767_225_600))
    (outcome,) = shelf.add([path])
    (document,) = shelf.catalogue().documents
    assert (outcome.name, outcome.passages, outcome.unchanged, outcome.fault) == ("refund-rules", 1, False, None)
    assert (document.name, document.title, document.path) == ("refund-rules", "Refunds", str(path))
    source = document.passages[0].source
    assert (source.id, source.date, source.is_own) == ("own/refund-rules", "2026-01-01", True)


def test_a_document_without_a_title_has_the_name_of_its_file(shelf: Shelf, place: Path) -> None:
    shelf.add([write(place / "rules.txt", "money comes back.")])
    assert shelf.catalogue().documents[0].title == "rules"


def test_the_name_of_a_file_carries_nothing_invisible_into_the_title(shelf: Shelf, place: Path) -> None:
    shelf.add([write(place / "ru\u200bl\u202ees\x1b[2J.txt", "money comes back.")])
    assert shelf.catalogue().documents[0].title == "rules[2J"


def test_unchanged_files_are_not_embedded_again(shelf: Shelf, place: Path, encoder: WordEncoder) -> None:
    path = write(place / "a.md", f"# A\n\n{SENTENCE * 20}")
    shelf.add([path])
    first, encoder.texts = encoder.texts, []
    (again,) = shelf.add([path])
    shelf.add([write(place / "b.md", "# B\n\nGoods go back to whoever sent them.")])
    assert (again.unchanged, again.passages) == (True, len(shelf.catalogue().documents[0].passages))
    assert first
    assert encoder.texts == ["B. Goods go back to whoever sent them."]


def test_of_a_changed_file_only_what_changed_is_embedded(shelf: Shelf, place: Path, encoder: WordEncoder) -> None:
    path = write(place / "a.md", "# A\n\nMoney comes back.\n\n## B\n\nGoods go back.")
    shelf.add([path])
    encoder.texts = []
    (outcome,) = shelf.add([write(path, "# A\n\nMoney comes back.\n\n## B\n\nGoods stay.")])
    assert (outcome.unchanged, outcome.name) == (False, "a")
    assert encoder.texts == ["B. Goods stay."]
    assert words(shelf) == "Money comes back. Goods stay."


def test_a_removed_document_is_embedded_no_more_when_it_comes_back(
    shelf: Shelf, place: Path, encoder: WordEncoder
) -> None:
    paths = [write(place / f"{name}.md", f"# {name}\n\n{name} goes back.") for name in "ab"]
    shelf.add(paths)
    shelf.remove(["a"])
    encoder.texts = []
    shelf.add(paths)
    assert encoder.texts == []
    assert sorted(names(shelf)) == ["a", "b"]


def test_a_moved_file_is_kept_once_and_not_embedded_again(shelf: Shelf, place: Path, encoder: WordEncoder) -> None:
    path = write(place / "old" / "a.md", "# A\n\nMoney comes back.")
    shelf.add([place])
    encoder.texts = []
    (place / "new").mkdir()
    moved = path.rename(place / "new" / "a.md")
    shelf.add([place])
    assert encoder.texts == []
    assert [(document.name, document.path) for document in shelf.catalogue().documents] == [("a", str(moved))]


def test_two_files_of_one_stem_get_two_names(shelf: Shelf, place: Path) -> None:
    files = ("a.md", "a.txt", "sub/a.md", "a-2.md")
    shelf.add([write(place / file, f"# Title\n\nText of {file}.") for file in files])
    assert len(set(names(shelf))) == len(files)
    ids = [passage.id for passage in shelf.catalogue().corpus.passages]
    assert len(set(ids)) == len(files)


def test_a_file_given_twice_is_kept_once(shelf: Shelf, place: Path) -> None:
    path = write(place / "a.md", "# A\n\nText.")
    shelf.add([path, place / "." / "a.md", place])
    assert names(shelf) == ["a"]


def test_folders_are_read_to_the_bottom_without_hidden_and_other_files(shelf: Shelf, place: Path) -> None:
    for name in ("a.md", "sub/deep/b.HTML", ".hidden.md", ".git/c.md", "sub/.cache/d.md", "data.csv", "e.py"):
        write(place / name, "<p>Text of a file.</p>" if name.endswith("HTML") else "Text of a file.")
    (place / "folder.md").mkdir()
    assert [outcome.name for outcome in shelf.add([place])] == ["a", "b"]


def test_a_folder_of_nothing_adds_nothing(shelf: Shelf, place: Path) -> None:
    assert shelf.add([place]) == ()
    assert shelf.stamp == (0, 0)


def test_each_file_is_told_before_it_is_read_and_embedding_to_its_end(shelf: Shelf, place: Path) -> None:
    paths = [write(place / f"{name}.md", f"# {name}\n\nText.") for name in "ab"]
    read: list[Path] = []
    told: list[tuple[int, int]] = []
    shelf.add(paths, progress=lambda done, total: told.append((done, total)), reading=read.append)
    assert read == paths
    assert told == sorted(told)
    assert told[-1] == (2, 2)


def test_a_removed_document_is_gone(shelf: Shelf, place: Path) -> None:
    shelf.add([write(place / f"{name}.md", f"# {name}\n\nText of {name}.") for name in "abc"])
    removed = shelf.remove(["own/a", "c", "a"])
    assert [document.name for document in removed] == ["a", "c"]
    assert names(shelf) == ["b"]
    assert words(shelf) == "Text of b."


def test_the_last_document_can_be_removed(shelf: Shelf, place: Path) -> None:
    shelf.add([write(place / "a.md", "# A\n\nText.")])
    shelf.remove(["a"])
    assert shelf.catalogue().documents == ()


def test_an_unknown_name_removes_nothing(shelf: Shelf, place: Path) -> None:
    shelf.add([write(place / "a.md", "# A\n\nText.")])
    with pytest.raises(DocumentError, match="no document 'b'"):
        shelf.remove(["a", "b"])
    assert names(shelf) == ["a"]


def test_what_cannot_be_read_is_told_in_one_sentence_each_and_the_rest_goes_on(shelf: Shelf, place: Path) -> None:
    bad = [
        write(place / "empty.md", ""),
        write(place / "table.xlsx", "text"),
        write(place / "damaged.pdf", "%PDF-1.7 garbage"),
        write(place / "damaged.docx", "garbage"),
        write(place / "binary.txt", "\0\1\2" * 90),
        place / "missing.md",
    ]
    outcomes = shelf.add([*bad, write(place / "good.md", "# Good\n\nText.")])
    for path, outcome in zip(bad, outcomes, strict=False):
        assert outcome.fault is not None
        assert outcome.fault.startswith(f"{path.name} ")
        assert outcome.fault.endswith(".")
        assert ". " not in outcome.fault
        assert "\n" not in outcome.fault
    assert names(shelf) == ["good"]


def test_a_file_that_became_unreadable_stays_as_it_was(shelf: Shelf, place: Path) -> None:
    path = write(place / "a.md", "# A\n\nText.")
    shelf.add([path])
    (outcome,) = shelf.add([write(path, "")])
    assert outcome.fault
    assert words(shelf) == "Text."


def test_a_file_without_permission_is_told(shelf: Shelf, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(place / "a.md", "# A\n\nText.")
    read = Path.read_bytes

    def refused(self: Path) -> bytes:
        if self == path:  # what the system does for whoever is not root
            raise PermissionError(13, "Permission denied", str(path))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", refused)
    (outcome,) = shelf.add([path])
    assert outcome.fault is not None
    assert "permission" in outcome.fault.lower()


def test_one_document_too_many_is_told(shelf: Shelf, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.documents.shelf.MOST_DOCUMENTS", 1)
    paths = [write(place / f"{name}.md", f"# {name}\n\nText.") for name in "ab"]
    first, second = shelf.add(paths)
    assert (first.fault, names(shelf)) == (None, ["a"])
    assert "too many" in (second.fault or "")


HUGE = """
import resource, sys
from pathlib import Path
from knowledge import Shelf
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
outcome, = Shelf(Path(sys.argv[1]), None).add([Path(sys.argv[2])])
print(outcome.fault)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process")
def test_a_file_larger_than_the_memory_is_told(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(32 << 30)
    ran = subprocess.run(
        [sys.executable, "-c", HUGE, tmp_path / "home", path], capture_output=True, text=True, check=False
    )
    assert ran.stdout.startswith("huge.txt has "), ran.stderr[-300:]


def test_a_damaged_catalogue_is_kept_aside_and_counts_as_empty(shelf: Shelf, place: Path, tmp_path: Path) -> None:
    shelf.add([write(place / "a.md", "# A\n\nText.")])
    catalogue = tmp_path / "home" / "documents" / "catalogue.json"
    for damage in ("{", "[]", ""):
        catalogue.write_text(damage)
        assert shelf.damaged
        assert shelf.catalogue().documents == ()
        shelf.add([place])
        assert not shelf.damaged
        assert names(shelf) == ["a"]
        assert damage in [path.read_text() for path in catalogue.parent.glob("*.damaged*")]


def test_no_catalogue_is_no_damage(shelf: Shelf) -> None:
    assert not shelf.damaged
    assert shelf.catalogue().documents == ()
    assert shelf.stamp == (0, 0)


@pytest.mark.parametrize("inner", ["home", "home/documents", "home/index", "home/documents/lock/file"])
def test_a_home_that_cannot_be_written_is_told_in_one_sentence(
    shelf: Shelf, place: Path, tmp_path: Path, inner: str
) -> None:
    write(tmp_path / inner, "in the way")
    with pytest.raises(IndexUnavailable) as caught:
        shelf.add([write(place / "a.md", "# A\n\nText.")])
    says = str(caught.value)
    assert "GAPWISE_HOME" in says
    assert "\n" not in says
    assert ". " not in says
    assert says.endswith(".")


def test_an_add_that_fails_leaves_the_shelf_as_it_was(shelf: Shelf, place: Path, encoder: WordEncoder) -> None:
    shelf.add([write(place / "a.md", "# A\n\nText.")])
    before = shelf.stamp, shelf.catalogue()

    class Failing(WordEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise MemoryError

    with pytest.raises(MemoryError):
        Shelf(place.parent / "home", Failing()).add([write(place / "b.md", "# B\n\nOther words.")])
    assert (shelf.stamp, shelf.catalogue()) == before
    shelf.add([place])
    assert sorted(names(shelf)) == ["a", "b"]


def test_all_but_two_generations_of_the_index_are_cleaned_up(shelf: Shelf, place: Path, tmp_path: Path) -> None:
    library = a_library(tmp_path / "home")
    shipped = {path.name for path in (tmp_path / "home" / "index").iterdir() if path.is_dir()}
    for number in range(5):
        shelf.add([write(place / "a.md", f"# A\n\nText of generation {number}.")])
    folders = {path.name for path in (tmp_path / "home" / "index").iterdir() if path.is_dir()}
    assert folders == shipped | set(shelf.catalogue().indexes)
    assert len(shelf.catalogue().indexes) == 2
    assert "generation 4" in library.search("generation", k=1).hits[0].passage.text


def test_the_catalogue_is_written_whole(shelf: Shelf, place: Path, tmp_path: Path) -> None:
    shelf.add([write(place / "a.md", "# A\n\nText.")])
    left = {path.name for path in (tmp_path / "home" / "documents").iterdir()} - {"lock"}
    assert left == {"catalogue.json"}
    assert json.loads((tmp_path / "home" / "documents" / "catalogue.json").read_text())["documents"]


def test_an_open_library_sees_every_change_without_being_opened_again(
    shelf: Shelf, place: Path, tmp_path: Path
) -> None:
    library, question = a_library(tmp_path / "home"), "when does money come back"
    assert [hit.passage.id for hit in library.search(question).hits] == ["notes/ask"]
    path = write(place / "a.md", "# A\n\nMoney does come back in May.")
    shelf.add([path])
    assert library.search(question).hits[0].passage.text == "Money does come back in May."
    shelf.add([write(path, "# A\n\nMoney does come back in June.")])
    assert library.search(question).hits[0].passage.text == "Money does come back in June."
    assert [passage.text for passage in library.fetch(["own/a/a"])] == ["Money does come back in June."]
    shelf.remove(["a"])
    assert [hit.passage.id for hit in library.search(question).hits] == ["notes/ask"]
    assert library.own.passages == ()


def test_a_lost_index_is_built_anew_for_whoever_searches(shelf: Shelf, place: Path, tmp_path: Path) -> None:
    shelf.add([write(place / "a.md", "# A\n\nMoney does come back in May.")])
    shutil.rmtree(tmp_path / "home" / "index")
    found = a_library(tmp_path / "home").search("when does money come back")
    assert found.hits[0].passage.id == "own/a/a"


def a_version(number: int) -> str:
    return "\n\n".join(f"## Part {part}\n\nRefund rule {part} of version-{number}." for part in range(8))


def test_a_reader_sees_the_old_state_or_the_new_one_and_never_half(shelf: Shelf, place: Path, tmp_path: Path) -> None:
    path = write(place / "a.md", a_version(0))
    shelf.add([path])
    library, done, seen = a_library(tmp_path / "home"), threading.Event(), list[tuple[int, set[str]]]()

    def look() -> None:
        while not done.is_set():
            hits = [hit.passage for hit in library.search("refund rule", k=20).hits if hit.passage.source.is_own]
            seen.append((len(hits), {hit.text.split()[-1] for hit in hits}))
            done.wait(0.002)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, 5):
        shelf.add([write(path, a_version(number))])
    done.set()
    reader.join()
    assert seen
    assert all((count, len(versions)) == (8, 1) for count, versions in seen)


WRITER = """
import sys, zlib
from pathlib import Path
import numpy as np
from knowledge import Shelf
class WordEncoder:
    name = "words@other"
    def encode(self, texts):
        vectors = np.full((len(texts), 384), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, zlib.crc32(text.encode()) % 384] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
shelf, path = Shelf(Path(sys.argv[1]), WordEncoder()), Path(sys.argv[2])
text = path.read_text()
for number in range(1, 4):
    path.write_text(text.replace("version-0", f"version-{number}"))
    shelf.add([path])
"""


def test_another_process_that_writes_shows_no_half_of_it(shelf: Shelf, place: Path, tmp_path: Path) -> None:
    path = write(place / "a.md", a_version(0))
    shelf.add([path])
    library, seen = a_library(tmp_path / "home"), []
    with subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "home", path]) as writer:
        while writer.poll() is None:
            hits = [hit.passage for hit in library.search("refund rule", k=20).hits if hit.passage.source.is_own]
            seen.append((len(hits), *{hit.text.split()[-1] for hit in hits}))
            time.sleep(0.01)
    assert writer.returncode == 0
    assert library.own.passages[0].text.endswith("version-3.")
    assert set(seen) <= {(8, f"version-{number}.") for number in range(4)}


def test_two_that_write_at_once_lose_nothing(place: Path, tmp_path: Path) -> None:
    paths = [write(place / f"d{number}.md", f"# D{number}\n\nText of {number}.") for number in range(4)]
    shelves = [Shelf(tmp_path / "home", WordEncoder()) for _ in paths]
    adding = [threading.Thread(target=shelf.add, args=([path],)) for shelf, path in zip(shelves, paths, strict=True)]
    for thread in adding:
        thread.start()
    for thread in adding:
        thread.join()
    assert sorted(names(shelves[0])) == ["d0", "d1", "d2", "d3"]


def test_shelves_that_change_at_the_same_time_do_not_disturb_one_another(tmp_path: Path) -> None:
    def grow(number: int) -> int:
        shelf = Shelf(tmp_path / f"home{number}", WordEncoder())
        for version in range(5):
            shelf.add([write(tmp_path / f"files{number}" / "a.md", a_version(version))])
        return len(shelf.catalogue().corpus.passages)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(grow, range(4))) == [8] * 4
