"""Whether an index on disk can be trusted: damage shows in its files or kills a child process, never this one; what was proved is not asked again."""

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from knowledge import chroma_store, soundness
from knowledge.soundness import (
    MANIFEST,
    PROVED,
    STORE,
    VECTORS,
    answer_faults,
    file_faults,
    intact_vectors,
    write_manifest,
)

ENTRIES = 240


def written(folder: Path, seed: int) -> Path:
    """An index of random vectors, as a build leaves it."""
    vectors = np.random.default_rng(seed).standard_normal((ENTRIES, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chroma_store.fill(folder / STORE, [str(row) for row in range(ENTRIES)], vectors)
    save_file({"keys": np.arange(ENTRIES), "vectors": vectors}, str(folder / VECTORS))
    write_manifest(folder)
    return folder


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose canaries were found; never changed, and opened by no process but its child's."""
    first = written(tmp_path_factory.mktemp("first"), seed=1)
    folder = Path(shutil.copytree(first, tmp_path_factory.mktemp("proved") / "index"))
    assert answer_faults(folder) == []
    return folder


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("another"), seed=2)


@pytest.fixture
def copied(proved: Path, tmp_path: Path) -> Path:
    """What the next process finds: Chroma has not seen this path yet."""
    return Path(shutil.copytree(proved, tmp_path / "copied"))


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Kills every child process at once; each leaves a line in this file."""
    log = tmp_path / "children.log"
    log.touch()
    run_instead(monkeypatch, tmp_path / "python", f"echo asked >> '{log}'; kill -KILL $$")
    return log


def run_instead(monkeypatch: pytest.MonkeyPatch, script: Path, command: str) -> None:
    script.write_text(f"#!/bin/sh\n{command}\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))


def one(folder: Path, name: str) -> Path:
    (found,) = folder.rglob(name)
    return found


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite(path: Path, count: int) -> None:
    content = bytearray(path.read_bytes())
    start = max(0, len(content) // 2 - count)
    content[start : start + count] = b"\xa5" * count
    path.write_bytes(content)


def disguise(folder: Path) -> None:
    """Note the damaged files as the right ones, so that only the answers can tell."""
    (folder / MANIFEST).unlink()
    (folder / PROVED).unlink()
    write_manifest(folder)


def swap_store(folder: Path, another: Path) -> None:
    shutil.rmtree(folder / STORE)
    shutil.copytree(another / STORE, folder / STORE)


Damage = Callable[[Path], object]
DAMAGES: dict[str, Damage] = {
    "data_level0.bin is gone": lambda folder: one(folder, "data_level0.bin").unlink(),
    "data_level0.bin is cut off": lambda folder: halve(one(folder, "data_level0.bin")),
    "header.bin is gone": lambda folder: one(folder, "header.bin").unlink(),
    "header.bin is cut off": lambda folder: halve(one(folder, "header.bin")),
    "4 KB are overwritten": lambda folder: overwrite(one(folder, "data_level0.bin"), 4096),
    "link_lists.bin is overwritten": lambda folder: overwrite(one(folder, "link_lists.bin"), 64),
    "index_metadata.pickle is gone": lambda folder: one(folder, "index_metadata.pickle").unlink(),
    "the segment's folder is gone": lambda folder: shutil.rmtree(one(folder, "header.bin").parent),
}
SILENT = ("index_metadata.pickle is gone", "the segment's folder is gone")
"""Those that make Chroma answer wrongly without an error."""


def test_a_sound_index_has_no_faults(proved: Path) -> None:
    assert file_faults(proved) == []
    assert answer_faults(proved) == []


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_shows_in_the_files(copied: Path, name: str) -> None:
    DAMAGES[name](copied)
    (fault,) = file_faults(copied)
    assert fault.startswith("has a missing or changed file ")


@pytest.mark.parametrize("name", SILENT)
def test_a_child_finds_wrong_answers_that_the_files_hide(copied: Path, name: str) -> None:
    DAMAGES[name](copied)
    disguise(copied)
    assert file_faults(copied) == []
    assert answer_faults(copied)
    assert not (copied / PROVED).exists()


def test_a_store_that_crashes_is_told_as_such(copied: Path) -> None:
    DAMAGES["4 KB are overwritten"](copied)
    disguise(copied)
    assert "(signal " in answer_faults(copied)[0]


def test_a_store_of_other_vectors_is_found_by_its_canaries(copied: Path, another: Path) -> None:
    swap_store(copied, another)
    disguise(copied)
    (fault,) = answer_faults(copied)
    assert fault.startswith("does not find ")


def test_a_store_of_fewer_vectors_is_found_by_its_count(copied: Path) -> None:
    stored = intact_vectors(copied)
    save_file({name: array[:-1] for name, array in stored.items()}, str(copied / VECTORS))
    disguise(copied)
    assert answer_faults(copied) == [f"holds {ENTRIES} entries instead of {ENTRIES - 1}"]


def test_a_child_that_is_killed_is_a_fault_and_proves_nothing(copied: Path, children: Path) -> None:
    (copied / PROVED).unlink()
    assert answer_faults(copied) == ["crashes whoever asks it (signal 9)"]
    assert answer_faults(copied), "the second look trusted it"
    assert children.read_text() == "asked\n" * 2


def test_a_child_that_hangs_is_a_fault(copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copied / PROVED).unlink()
    monkeypatch.setattr(soundness, "PATIENCE", 0.1)
    run_instead(monkeypatch, tmp_path / "python", "exec sleep 20")
    assert answer_faults(copied) == ["does not answer"]


def test_what_was_proved_is_not_asked_again(copied: Path, children: Path) -> None:
    assert answer_faults(copied) == []
    assert children.read_text() == ""


def test_opening_a_proved_store_spares_the_child_on_the_next_start(copied: Path, children: Path) -> None:
    vector = intact_vectors(copied)["vectors"][7]
    for start in range(3):
        moved = copied.rename(copied.with_name(f"start-{start}"))  # Chroma takes each path for a new store
        assert answer_faults(moved) == [], f"start {start} asked a child"
        assert "7" in chroma_store.nearest(chroma_store.open_collection(moved / STORE), vector, 3)
        copied = moved
    assert children.read_text() == ""


@pytest.mark.parametrize(
    "name",
    [MANIFEST, VECTORS, "data_level0.bin", "header.bin", "length.bin", "link_lists.bin", "index_metadata.pickle"],
)
@pytest.mark.usefixtures("children")
def test_a_proof_is_void_when_a_file_changes(copied: Path, name: str) -> None:
    assert (file_faults(copied) or answer_faults(copied)) == []
    overwrite(one(copied, name), 16)
    assert file_faults(copied) or answer_faults(copied)


@pytest.mark.usefixtures("children")
def test_a_proof_is_void_when_the_database_changes(copied: Path) -> None:
    assert answer_faults(copied) == []
    with closing(sqlite3.connect(one(copied, "chroma.sqlite3"))) as connection:
        connection.execute("DELETE FROM segments")
        connection.commit()
    assert file_faults(copied) or answer_faults(copied)


@pytest.mark.usefixtures("children")
def test_a_proof_is_void_when_the_manifest_is_written_anew(copied: Path) -> None:
    DAMAGES["index_metadata.pickle is gone"](copied)
    (copied / MANIFEST).unlink()
    write_manifest(copied)
    assert file_faults(copied) == []
    assert answer_faults(copied)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_changed_byte_of_any_listed_file_is_found(proved: Path, data: st.DataObject) -> None:
    files = [path for path in sorted(proved.rglob("*")) if path.suffix in (".bin", ".pickle", ".safetensors")]
    path = data.draw(st.sampled_from(files))
    sound = path.read_bytes()
    place = data.draw(st.integers(0, len(sound) - 1))
    try:
        path.write_bytes(sound[:place] + bytes([sound[place] ^ data.draw(st.integers(1, 255))]) + sound[place + 1 :])
        assert file_faults(proved)
    finally:
        path.write_bytes(sound)


def test_vectors_are_read_back_as_they_were_written(proved: Path) -> None:
    stored = intact_vectors(proved)
    assert stored["keys"].tolist() == list(range(ENTRIES))
    assert np.linalg.norm(stored["vectors"], axis=1) == pytest.approx(np.ones(ENTRIES), abs=1e-6)


@pytest.mark.parametrize("name", [VECTORS, MANIFEST])
@pytest.mark.parametrize("damage", [Path.unlink, halve, lambda path: path.write_text("[]")])
def test_vectors_are_not_read_where_their_file_cannot_be_trusted(copied: Path, name: str, damage: Damage) -> None:
    damage(copied / name)
    assert intact_vectors(copied) == {}


@pytest.mark.parametrize("missing", ["nothing", "."])
def test_a_folder_that_is_none_is_not_built(tmp_path: Path, missing: str) -> None:
    assert file_faults(tmp_path / missing) == [
        "is not built" if missing == "nothing" else "has no readable manifest",
    ]
