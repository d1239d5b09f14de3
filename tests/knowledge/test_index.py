"""The index on disk: built once, opened again, mended beside right answers whatever happens to it, neighbours as an exact search finds them."""

import hashlib
import multiprocessing
import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import (
    Corpus,
    Index,
    IndexUnavailable,
    Library,
    Passage,
    SearchEncoder,
    Source,
    Vectors,
    check_index,
    chroma_store,
    load_corpus,
    open_index,
)
from knowledge.index import fingerprint, stored_vectors
from knowledge.shipped import text_key
from knowledge.soundness import MANIFEST, PROVED, STORE, file_faults, write_manifest

PYTHON = sys.executable
PASSAGES = 60
QUESTIONS = 3
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "islet", "jetty", "knoll", "larch")


class WordEncoder:
    """A deterministic encoder without a model: each word has a direction of its own. Counts the texts it was given."""

    name = "words@1"

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        sums = np.vstack([np.sum([direction(word) for word in text.split()], axis=0) for text in texts])
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


class OtherEncoder(WordEncoder):
    name = "words@2"


def direction(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(384).astype(np.float32)


def a_corpus(size: int = PASSAGES, ending: str = "stands.") -> Corpus:
    source = Source("notes", "Notes", "a team", None, "undated")

    def words(number: int) -> str:
        return f"{WORDS[number % 12]} {WORDS[number // 12 % 12]} item-{number}"

    return Corpus(
        tuple(
            Passage(
                id=f"notes/p{n}",
                source=source,
                section="Trees",
                parent=None,
                lines="1",
                text=f"{words(n)} {ending}",
                topics=("rag",),
                questions=tuple(f"where does {words(n)} grow {q}" for q in range(QUESTIONS)),
                dated=False,
                caution=None,
            )
            for n in range(size)
        )
    )


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return a_corpus()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Path:
    """A home with a proved index that nobody damages; copied for each test that does."""
    folder = tmp_path_factory.mktemp("built")
    opened(folder, corpus)
    return folder


@pytest.fixture(scope="module")
def sound(built: Path, corpus: Corpus) -> Index:
    """The index there, as everybody but the damaging tests asks it."""
    return opened(built, corpus)


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "copied"))


@pytest.fixture(autouse=True)
def trusting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A child process finds every canary at once, for speed; tests of what it finds ask a real one."""
    run_instead(monkeypatch, tmp_path, "exit 0")


@pytest.fixture
def real_children(trusting: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", PYTHON)


def run_instead(monkeypatch: pytest.MonkeyPatch, folder: Path, command: str) -> None:
    script = folder / f"python-{command[:4]}"
    script.write_text(f"#!/bin/sh\n{command}\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """No store is filled before this is set, so that a test can ask what is answered meanwhile."""
    allowed, fill = threading.Event(), chroma_store.fill

    def patient(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
        allowed.wait(60)
        fill(folder, ids, vectors)

    monkeypatch.setattr(chroma_store, "fill", patient)
    yield allowed
    allowed.set()


def opened(home: Path, corpus: Corpus, rebuild: bool = False) -> Index:
    """The index after its store was proved or built anew."""
    return settled(open_index(home, corpus, WordEncoder(), rebuild=rebuild))


def settled(index: Index) -> Index:
    assert index.settling is not None
    index.settling.join(60)
    return index


def lost(index: Index) -> list[str]:
    """The entries that do not find themselves; every tenth is asked."""
    rows = range(0, len(index.entries), 10)
    vectors = WordEncoder().encode([index.entries[row].text for row in rows])
    return [
        index.entries[row].text
        for row, vector in zip(rows, vectors, strict=True)
        if row not in index.nearest(vector, 3)
    ]


def folder_of(home: Path, corpus: Corpus) -> Path:
    return home / "index" / fingerprint(corpus, WordEncoder())


def one(home: Path, name: str) -> Path:
    (found,) = (home / "index").rglob(name)
    return found


def segment(home: Path) -> Path:
    return one(home, "data_level0.bin").parent


def overwrite(path: Path, count: int, at: int | None = None) -> None:
    content = bytearray(path.read_bytes())
    start = max(0, len(content) // 2 - count) if at is None else at
    content[start : start + count] = b"\xa5" * len(content[start : start + count])
    path.write_bytes(content)


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def another_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    connection.close()


def unlink_unseen(path: Path) -> None:
    """Take a file away and note the others as the right ones, so that only the answers can tell."""
    path.unlink()
    disguise(path)


def overwrite_unseen(path: Path) -> None:
    overwrite(path, 4096)
    disguise(path)


def disguise(damaged: Path) -> None:
    folder = next(parent for parent in damaged.parents if (parent / MANIFEST).exists())
    (folder / MANIFEST).unlink()
    (folder / PROVED).unlink(missing_ok=True)
    write_manifest(folder)


Damage = Callable[[Path], object]
SEVEN: dict[str, Damage] = {
    "data_level0.bin is gone": lambda home: one(home, "data_level0.bin").unlink(),
    "data_level0.bin is cut off": lambda home: halve(one(home, "data_level0.bin")),
    "header.bin is gone": lambda home: one(home, "header.bin").unlink(),
    "header.bin is cut off": lambda home: halve(one(home, "header.bin")),
    "4 KB are overwritten": lambda home: overwrite(one(home, "data_level0.bin"), 4096),
    "link_lists.bin is overwritten": lambda home: overwrite(one(home, "link_lists.bin"), 64),
    "index_metadata.pickle is gone": lambda home: one(home, "index_metadata.pickle").unlink(),
    "the segment's folder is gone": lambda home: shutil.rmtree(segment(home)),
}
"""The damages that were measured: some make Chroma fail, one crashes it, two make it answer wrongly without a word."""
DAMAGES: dict[str, Damage] = SEVEN | {
    "length.bin is gone": lambda home: one(home, "length.bin").unlink(),
    "vectors are gone": lambda home: one(home, "vectors.safetensors").unlink(),
    "vectors are cut off": lambda home: halve(one(home, "vectors.safetensors")),
    "vectors are overwritten": lambda home: overwrite(one(home, "vectors.safetensors"), 64),
    "the manifest is gone": lambda home: one(home, "manifest.json").unlink(),
    "the manifest is cut off": lambda home: halve(one(home, "manifest.json")),
    "the manifest is a list": lambda home: one(home, "manifest.json").write_text("[]"),
    "the store is gone": lambda home: shutil.rmtree(segment(home).parent),
    "the database is gone": lambda home: one(home, "chroma.sqlite3").unlink(),
    "the database is cut off": lambda home: halve(one(home, "chroma.sqlite3")),
    "the database is overwritten": lambda home: overwrite(one(home, "chroma.sqlite3"), 65_536, at=65_536),
}
UNSEEN: dict[str, Damage] = {
    "4 KB are overwritten, the manifest agrees": lambda home: overwrite_unseen(one(home, "data_level0.bin")),
    "index_metadata.pickle is gone, the manifest agrees": lambda home: unlink_unseen(
        one(home, "index_metadata.pickle")
    ),
}
"""Damages that only the child process finds."""


@pytest.mark.usefixtures("real_children")
def test_a_new_home_is_built_with_progress_to_the_end(tmp_path: Path, corpus: Corpus) -> None:
    seen: list[tuple[int, int]] = []
    assert check_index(tmp_path, corpus, WordEncoder()) == ["is not built"]
    settled(open_index(tmp_path, corpus, WordEncoder(), progress=lambda done, total: seen.append((done, total))))
    assert check_index(tmp_path, corpus, WordEncoder()) == []
    assert seen == sorted(seen)
    assert seen[-1] == (PASSAGES * (1 + QUESTIONS),) * 2


def test_a_new_index_answers_before_it_is_proved_and_asks_chroma_after(tmp_path: Path, corpus: Corpus) -> None:
    index = open_index(tmp_path, corpus, WordEncoder())
    assert lost(index) == []
    assert settled(index).asks_chroma
    assert lost(index) == []


def test_a_sound_index_is_opened_and_not_embedded_or_built_again(copied: Path, corpus: Corpus) -> None:
    encoder, inode = WordEncoder(), one(copied, "data_level0.bin").stat().st_ino
    for _ in range(3):
        assert settled(open_index(copied, corpus, encoder)).asks_chroma
    assert encoder.encoded == 0
    assert one(copied, "data_level0.bin").stat().st_ino == inode


def test_a_rebuild_can_be_asked_for(copied: Path, corpus: Corpus) -> None:
    encoder = WordEncoder()
    index = settled(open_index(copied, corpus, encoder, rebuild=True))
    assert encoder.encoded == PASSAGES * (1 + QUESTIONS)
    assert lost(index) == []


def test_vectors_that_are_known_are_not_embedded(tmp_path: Path, corpus: Corpus, built: Path) -> None:
    encoder = WordEncoder()
    known = stored_vectors(folder_of(built, corpus))
    grown = Corpus((*corpus.passages, *a_corpus(PASSAGES + 1).passages[-1:]))
    index = settled(open_index(tmp_path, grown, encoder, known=known))
    assert encoder.encoded == 1 + QUESTIONS
    assert lost(index) == []


def test_vectors_of_an_index_are_kept_by_the_key_of_their_text(built: Path, corpus: Corpus, sound: Index) -> None:
    stored = stored_vectors(folder_of(built, corpus))
    for entry, vector in zip(sound.entries, sound.vectors, strict=True):
        assert np.array_equal(stored[text_key(entry.text)], vector)


@pytest.mark.parametrize("other", [a_corpus(ending="stood."), a_corpus(PASSAGES + 1)])
def test_a_changed_corpus_gets_an_index_of_its_own(copied: Path, corpus: Corpus, other: Corpus) -> None:
    encoder = WordEncoder()
    index = open_index(copied, other, encoder)
    assert {entry.passage_id for entry in index.entries} == set(other.by_id)
    assert encoder.encoded == len(index.entries)
    assert file_faults(folder_of(copied, corpus)) == []


def test_another_model_gets_an_index_of_its_own(copied: Path, corpus: Corpus) -> None:
    encoder = OtherEncoder()
    open_index(copied, corpus, encoder)
    assert encoder.encoded == PASSAGES * (1 + QUESTIONS)


def test_no_passages_make_an_index_that_finds_nothing(tmp_path: Path) -> None:
    index = open_index(tmp_path, Corpus(()), WordEncoder())
    assert index.nearest(direction("amber"), 5).tolist() == []


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_without_being_mended(copied: Path, corpus: Corpus, name: str) -> None:
    DAMAGES[name](copied)
    assert check_index(copied, corpus, WordEncoder())
    assert check_index(copied, corpus, WordEncoder()), "the first look mended or hid it"


@pytest.mark.usefixtures("real_children")
def test_a_database_of_somebody_else_is_found_by_the_child(copied: Path, corpus: Corpus) -> None:
    another_database(one(copied, "chroma.sqlite3"))
    assert file_faults(folder_of(copied, corpus)) == []
    assert check_index(copied, corpus, WordEncoder()) == ["cannot be opened"]


@pytest.mark.usefixtures("real_children")
@pytest.mark.parametrize("name", DAMAGES | UNSEEN)
def test_damage_is_mended_beside_right_answers(
    copied: Path, corpus: Corpus, builds: threading.Event, name: str
) -> None:
    (DAMAGES | UNSEEN)[name](copied)
    index = open_index(copied, corpus, WordEncoder())
    assert not index.asks_chroma
    assert lost(index) == []
    builds.set()
    assert settled(index).asks_chroma
    assert lost(index) == []
    assert file_faults(folder_of(copied, corpus)) == []


def test_a_damaged_store_is_mended_without_embedding_again(copied: Path, corpus: Corpus) -> None:
    encoder = WordEncoder()
    shutil.rmtree(segment(copied))
    settled(open_index(copied, corpus, encoder))
    assert encoder.encoded == 0


def test_a_store_whose_child_is_killed_is_built_anew_and_not_asked_before_one_lives(
    copied: Path, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = segment(copied)
    run_instead(monkeypatch, tmp_path, "kill -KILL $$")
    (folder_of(copied, corpus) / PROVED).unlink(missing_ok=True)
    index = opened(copied, corpus)
    assert not index.asks_chroma
    assert lost(index) == []
    assert segment(copied) != before
    monkeypatch.undo()
    assert opened(copied, corpus).asks_chroma


def test_damage_under_a_running_process_is_mended_by_opening_again(tmp_path: Path, corpus: Corpus) -> None:
    first = opened(tmp_path, corpus)
    shutil.rmtree(segment(tmp_path))
    again = opened(tmp_path, corpus)
    assert again.asks_chroma
    assert lost(again) == lost(first) == []


@pytest.mark.parametrize("name", ["data_level0.bin", "chroma.sqlite3"])
def test_exact_search_goes_on_where_chroma_fails(
    copied: Path, corpus: Corpus, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    index = opened(copied, corpus)
    assert index.asks_chroma
    one(copied, name).unlink()
    assert lost(index) == []
    assert "Exact search answers" in caplog.text or index.asks_chroma


@pytest.mark.parametrize("name", ["index_metadata.pickle is gone", "the segment's folder is gone"])
def test_a_store_damaged_after_its_proof_gives_no_wrong_answer(copied: Path, corpus: Corpus, name: str) -> None:
    index = opened(copied, corpus)
    SEVEN[name](copied)
    assert lost(index) == []


def test_an_index_built_anew_under_another_one_changes_no_answer_of_either(copied: Path, corpus: Corpus) -> None:
    first = opened(copied, corpus)
    second = opened(copied, corpus, rebuild=True)
    assert lost(first) == lost(second) == []
    assert second.asks_chroma


def opened_elsewhere(home: Path) -> tuple[bool, list[str]]:
    index = opened(home, a_corpus())
    return index.asks_chroma, lost(index)


def test_two_processes_open_one_new_home_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    context.set_executable(PYTHON)
    together = context.Barrier(2)
    with ProcessPoolExecutor(2, mp_context=context, initializer=together.wait) as pool:
        assert list(pool.map(opened_elsewhere, [tmp_path] * 2)) == [(True, [])] * 2


def test_two_threads_open_one_new_home_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(opened_elsewhere, [tmp_path] * 2)) == [(True, [])] * 2


def test_threads_build_many_homes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, tmp_path, "kill -KILL $$")  # so that every store is built once more beside the others
    corpora = [a_corpus(size) for size in range(3, 15)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda c: opened(tmp_path / str(len(c.passages)), c), corpora))
    assert [(index.asks_chroma, lost(index)) for index in found] == [(False, [])] * len(corpora)


def test_a_build_leaves_nothing_but_the_index_and_its_lock(copied: Path, corpus: Corpus) -> None:
    (copied / "index" / "draft-of-a-killed-process").mkdir()
    opened(copied, corpus, rebuild=True)
    names = {path.name for path in (copied / "index").iterdir()}
    assert names == {"build.lock", folder_of(copied, corpus).name}


def test_a_build_that_fails_leaves_the_old_index_as_it_was(copied: Path, corpus: Corpus) -> None:
    class Failing(WordEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise MemoryError

    with pytest.raises(MemoryError):
        open_index(copied, corpus, Failing(), rebuild=True)
    assert file_faults(folder_of(copied, corpus)) == []
    assert len(list((copied / "index").glob("draft-*"))) == 0


def test_a_store_that_cannot_be_mended_leaves_exact_search(
    copied: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(chroma_store, "fill", full)
    shutil.rmtree(folder_of(copied, corpus) / STORE)
    index = opened(copied, corpus)
    assert not index.asks_chroma
    assert lost(index) == []
    assert "No space left on device" in caplog.text


@pytest.mark.parametrize("place", [".", "index"])
def test_a_home_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path, corpus: Corpus, place: str) -> None:
    home = tmp_path / "home"
    (home / place).parent.mkdir(exist_ok=True)
    (home / place).write_text("in the way")
    with pytest.raises(IndexUnavailable) as caught:
        open_index(home, corpus, WordEncoder())
    says = str(caught.value)
    assert str(home) in says
    assert "GAPWISE_HOME" in says
    assert "\n" not in says
    assert says.endswith(".")
    assert ". " not in says


def test_every_entry_finds_itself_as_an_exact_search_does(sound: Index) -> None:
    assert sound.asks_chroma
    for row, vector in enumerate(WordEncoder().encode([entry.text for entry in sound.entries])):
        assert sound.nearest(vector, 1).tolist() == sound.exact(vector, 1).tolist() == [row]


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), count=st.integers(1, 20))
@settings(max_examples=100, deadline=None)
def test_the_nearest_have_the_cosines_of_an_exact_search(sound: Index, words: list[str], count: int) -> None:
    vector = WordEncoder().encode([" ".join(words)])[0]
    found, wanted = (
        np.sort(sound.vectors[rows] @ vector) for rows in (sound.nearest(vector, count), sound.exact(vector, count))
    )
    assert found == pytest.approx(wanted, abs=1e-4)


@given(count=st.integers(1, 1000))
@settings(max_examples=50, deadline=None)
def test_no_entry_is_given_twice_and_never_more_than_there_are(sound: Index, count: int) -> None:
    rows = sound.nearest(direction("amber") / np.linalg.norm(direction("amber")), count).tolist()
    assert len(rows) == len(set(rows)) == min(count, len(sound.entries))


def test_the_shipped_corpus_is_indexed_without_embedding_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Counting(SearchEncoder):
        encoded = 0

        def encode(self, texts: Sequence[str]) -> Vectors:
            self.encoded += len(texts)
            raise AssertionError("the corpus was edited: run `make library`")

    encoder = Counting()
    monkeypatch.setattr(chroma_store, "fill", lambda folder, ids, vectors: folder.mkdir())
    open_index(tmp_path, load_corpus(), encoder)
    assert encoder.encoded == 0


def test_the_shipped_vectors_are_those_of_the_packaged_model(library: Library) -> None:
    index = library.retriever.index
    rows = range(0, len(index.entries), 500)
    vectors = library.encoder.encode([index.entries[row].text for row in rows])
    for row, vector in zip(rows, vectors, strict=True):
        assert index.vectors[row] @ vector > 0.9999, index.entries[row].id
