"""The index on disk: built once, opened again, every damage found and mended, nearest neighbours as an exact search finds them."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import (
    Corpus,
    IndexUnavailable,
    Library,
    Passage,
    SentenceEncoder,
    Source,
    Vectors,
    check_index,
    load_corpus,
    open_index,
)

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
    """A home with an index that nobody damages; copied for each test that does."""
    folder = tmp_path_factory.mktemp("built")
    open_index(folder, corpus, WordEncoder())
    return folder


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "copied"))


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


Damage = Callable[[Path], object]
DAMAGES: dict[str, Damage] = {
    f"{verb.__name__} {name}": lambda home, name=name, verb=verb: verb(one(home, name))  # type: ignore[misc]  # bound here
    for name in (
        "data_level0.bin",
        "header.bin",
        "link_lists.bin",
        "length.bin",
        "vectors.safetensors",
        "manifest.json",
    )
    for verb in (Path.unlink, halve)
}
DAMAGES |= {
    "overwrite data_level0.bin": lambda home: overwrite(one(home, "data_level0.bin"), 4096),
    "overwrite header.bin": lambda home: overwrite(one(home, "header.bin"), 16),
    "overwrite link_lists.bin": lambda home: one(home, "link_lists.bin").write_bytes(b"\xa5" * 64),
    "overwrite vectors.safetensors": lambda home: overwrite(one(home, "vectors.safetensors"), 64),
    "unlink index_metadata.pickle": lambda home: one(home, "index_metadata.pickle").unlink(),
    "remove the segment folder": lambda home: shutil.rmtree(segment(home)),
    "remove the chroma folder": lambda home: shutil.rmtree(segment(home).parent),
    "unlink chroma.sqlite3": lambda home: one(home, "chroma.sqlite3").unlink(),
    "halve chroma.sqlite3": lambda home: halve(one(home, "chroma.sqlite3")),
    "empty chroma.sqlite3": lambda home: one(home, "chroma.sqlite3").write_bytes(b""),
    "overwrite chroma.sqlite3": lambda home: overwrite(one(home, "chroma.sqlite3"), 65_536, at=65_536),
    "another database": lambda home: another_database(one(home, "chroma.sqlite3")),
    "a manifest that is a list": lambda home: one(home, "manifest.json").write_text("[]"),
}


def another_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    connection.close()


def test_a_new_home_is_built_with_progress_to_the_end(tmp_path: Path, corpus: Corpus) -> None:
    seen: list[tuple[int, int]] = []
    assert check_index(tmp_path, corpus, WordEncoder()) == ["is not built"]
    open_index(tmp_path, corpus, WordEncoder(), progress=lambda done, total: seen.append((done, total)))
    assert check_index(tmp_path, corpus, WordEncoder()) == []
    assert seen == sorted(seen)
    assert seen[-1] == (PASSAGES * (1 + QUESTIONS),) * 2


def test_a_sound_index_is_opened_and_not_built_again(copied: Path, corpus: Corpus) -> None:
    encoder = WordEncoder()
    for _ in range(3):
        open_index(copied, corpus, encoder)
    assert encoder.encoded == 0


def test_a_rebuild_can_be_asked_for(copied: Path, corpus: Corpus) -> None:
    encoder = WordEncoder()
    open_index(copied, corpus, encoder, rebuild=True)
    assert encoder.encoded == PASSAGES * (1 + QUESTIONS)


@pytest.mark.parametrize("other", [a_corpus(ending="stood."), a_corpus(PASSAGES + 1)])
def test_a_changed_corpus_gets_an_index_of_its_own(copied: Path, corpus: Corpus, other: Corpus) -> None:
    encoder = WordEncoder()
    index = open_index(copied, other, encoder)
    assert {entry.passage_id for entry in index.entries} == set(other.by_id)
    assert encoder.encoded == len(index.entries)
    assert check_index(copied, corpus, encoder) == []


def test_another_model_gets_an_index_of_its_own(copied: Path, corpus: Corpus) -> None:
    encoder = OtherEncoder()
    open_index(copied, corpus, encoder)
    assert encoder.encoded == PASSAGES * (1 + QUESTIONS)


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_without_being_mended(copied: Path, corpus: Corpus, name: str) -> None:
    DAMAGES[name](copied)
    assert check_index(copied, corpus, WordEncoder())
    assert check_index(copied, corpus, WordEncoder()), "the first look mended or hid it"


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_mended_by_opening(copied: Path, corpus: Corpus, name: str) -> None:
    DAMAGES[name](copied)
    index = open_index(copied, corpus, WordEncoder())
    assert check_index(copied, corpus, WordEncoder()) == []
    row = index.entries[7]
    assert index.nearest(WordEncoder().encode([row.text])[0], 1)[0][0] == row


def test_damage_under_a_running_process_is_mended_by_opening_again(tmp_path: Path, corpus: Corpus) -> None:
    open_index(tmp_path, corpus, WordEncoder())
    shutil.rmtree(segment(tmp_path))
    again = open_index(tmp_path, corpus, WordEncoder())
    assert again.faults() == []


def test_a_build_leaves_nothing_but_the_index_and_its_lock(built: Path) -> None:
    names = {path.name for path in (built / "index").iterdir()} - {"build.lock"}
    assert len(names) == 1
    assert not any(name.startswith("draft-") for name in names)


def test_a_build_that_fails_leaves_the_old_index_as_it_was(copied: Path, corpus: Corpus) -> None:
    class Failing(WordEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise MemoryError

    with pytest.raises(MemoryError):
        open_index(copied, corpus, Failing(), rebuild=True)
    assert check_index(copied, corpus, WordEncoder()) == []
    assert len(list((copied / "index").glob("draft-*"))) == 0


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


def test_every_entry_finds_itself_as_an_exact_search_does(built: Path, corpus: Corpus) -> None:
    encoder = WordEncoder()
    index = open_index(built, corpus, encoder)
    for entry in index.entries:
        vector = encoder.encode([entry.text])[0]
        assert index.nearest(vector, 1)[0][0] == index.exact(vector, 1)[0][0] == entry


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), count=st.integers(1, 20))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_nearest_have_the_cosines_of_an_exact_search(
    built: Path, corpus: Corpus, words: list[str], count: int
) -> None:
    encoder = WordEncoder()
    index = open_index(built, corpus, encoder)
    vector = encoder.encode([" ".join(words)])[0]
    found, wanted = index.nearest(vector, count), index.exact(vector, count)
    assert [round(cosine, 4) for _, cosine in found] == pytest.approx([cosine for _, cosine in wanted], abs=1e-3)


def test_the_shipped_corpus_is_indexed_without_embedding_it_again(tmp_path: Path) -> None:
    class Counting(SentenceEncoder):
        encoded = 0

        def encode(self, texts: Sequence[str]) -> Vectors:
            self.encoded += len(texts)
            return super().encode(texts)

    encoder = Counting()
    open_index(tmp_path, load_corpus(), encoder)
    assert encoder.encoded == 0, "the corpus was edited: run `python -m knowledge.shipped`"


def test_the_shipped_vectors_are_those_of_the_packaged_model(library: Library) -> None:
    index = library.retriever.index
    for entry, vector in zip(
        index.entries[::60], library.encoder.encode([e.text for e in index.entries[::60]]), strict=True
    ):
        assert index.exact(vector, 1)[0][1] > 0.9999, entry.id
