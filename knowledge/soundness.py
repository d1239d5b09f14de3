"""Whether an index on disk can be trusted: its files by their hashes, its answers by canaries asked in a child process.

Chroma answers wrongly without an error where a file of its segment is gone, and can take the whole process down where one is overwritten.
So files are compared with the manifest before Chroma may read them, and the first queries are asked in a process that may die.
"""

import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.numpy import load_file

from knowledge.chroma_store import nearest, open_collection
from knowledge.errors import IndexUnavailable

CANARIES = 20
PATIENCE = 120
"""Seconds that the canaries may take."""
MANIFEST = "manifest.json"
VECTORS = "vectors.safetensors"
STORE = "chroma"
PROVED = "proved"
"""The file that names the state in which the canaries were last found."""


def write_manifest(folder: Path) -> None:
    """Note the hash of every file that Chroma does not write to again."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "chroma.sqlite3"]
    manifest = {str(path.relative_to(folder)): _digest(path) for path in sorted(files)}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))


def file_faults(folder: Path) -> list[str]:
    """What is wrong with the files of an index, found without letting Chroma read them."""
    if not folder.is_dir():
        return ["is not built"]
    manifest = _manifest(folder)
    if not manifest:
        return ["has no readable manifest"]
    changed = [name for name, digest in manifest.items() if _digest(folder / name) != digest]
    if changed:
        return [f"has a missing or changed file {changed[0]}"]
    return _database_faults(folder / STORE / "chroma.sqlite3")


def intact_vectors(folder: Path) -> dict[str, Any]:
    """The arrays `keys` and `vectors` of an index, where their file is the one that was written; else empty."""
    path = folder / VECTORS
    if _digest(path) != _manifest(folder).get(VECTORS, ""):
        return {}
    try:
        return load_file(str(path))
    except (OSError, SafetensorError):
        return {}


def _manifest(folder: Path) -> dict[str, str]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def answer_faults(folder: Path) -> list[str]:
    """What is wrong with the answers of an index, asked in a child process, which may crash; files that passed are not asked again."""
    if _seal(folder) == _proved(folder):
        return []
    command = [sys.executable, "-m", "knowledge.soundness", str(folder)]
    try:
        child = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=Path(__file__).parents[1])
    except subprocess.TimeoutExpired:
        return ["does not answer"]
    if child.returncode < 0:
        return [f"crashes whoever asks it (signal {-child.returncode})"]
    if child.returncode:
        return [child.stdout.strip() or "cannot be opened"]
    with suppress(OSError):  # a folder that cannot be written is asked again next time
        (folder / PROVED).write_text(_seal(folder))
    return []


def _seal(folder: Path) -> str:
    """Names the state of all files: the manifest's, and Chroma's database."""
    return f"{_digest(folder / MANIFEST)} {_rows_digest(folder / STORE / 'chroma.sqlite3')}"


def _rows_digest(path: Path) -> str:
    """Names what a database holds, but for the table that Chroma writes to whenever it opens one."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for line in connection.iterdump():
            if "acquire_write" not in line:
                digest.update(line.encode())
    return digest.hexdigest()


def _proved(folder: Path) -> str:
    try:
        return (folder / PROVED).read_text()
    except OSError:
        return ""


def _database_faults(path: Path) -> list[str]:
    if not path.is_file():
        return ["has no database"]
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        return [f"has a damaged database ({error})"]
    return [] if verdict == "ok" else [f"has a damaged database ({verdict})"]


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _canary_faults(folder: Path) -> list[str]:
    """What is wrong with the answers of an index: its count, and canaries that must find themselves."""
    try:
        vectors = intact_vectors(folder)["vectors"]
        collection = open_collection(folder / STORE)
        held = collection.count()
        if held != len(vectors):
            return [f"holds {held} entries instead of {len(vectors)}"]
        step = max(1, held // CANARIES)
        lost = 0
        for row in range(0, held, step):
            twins = {str(twin) for twin in (vectors @ vectors[row] > 1 - 1e-6).nonzero()[0]}
            lost += twins.isdisjoint(nearest(collection, vectors[row], min(3, held)))
    except (IndexUnavailable, KeyError, ValueError, OSError):
        return ["cannot be opened"]
    return [f"does not find {lost} of its canaries"] if lost else []


def main() -> None:
    """Check the index in the folder named on the command line; print its first fault and exit 1 where it has one."""
    faults = _canary_faults(Path(sys.argv[1]))
    sys.stdout.write("".join(faults[:1]))
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
