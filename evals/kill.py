"""Kills a talking process with SIGKILL at random moments and counts turns lost, doubled or halved.

The child takes turns through the real door, graph and store, with a scripted reader, and tells each acknowledged turn through a
pipe. After the kill the conversation is read anew, and the turn that was not acknowledged is sent again with the same id.
"""

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

from agent import Advisor
from agent.testing import ScriptedReader, Store
from knowledge import Library, load_corpus

TURNS = 40
LONGEST_WAIT = 0.08
"""Seconds after the first acknowledged turn within which the kill falls."""


def main() -> None:
    """Kill as often as asked and print what was found; exit 1 where anything was lost, doubled, halved or damaged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    library = Library(load_corpus(), cast(Any, None), cast(Any, None))
    rng = random.Random(arguments.seed)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "conversations.sqlite"
        for _ in range(arguments.times):
            counts += _once(library, path, rng)
    print(
        ", ".join(f"{counts[name]} {name}" for name in ("kills", "acknowledged", "lost", "doubled", "half", "damaged"))
    )
    raise SystemExit(any(counts[name] for name in ("lost", "doubled", "half", "damaged")))


def _once(library: Library, path: Path, rng: random.Random) -> Counter[str]:
    advisor = _advisor(library, path)
    conversation = advisor.start()
    advisor.close()
    acknowledged = _talk_until_killed(library, path, conversation, rng.random() * LONGEST_WAIT)
    advisor = _advisor(library, path)
    try:
        retried = f"t{acknowledged + 1}"
        advisor.reply(conversation, _text(acknowledged + 1), retried)
        history = advisor.history(conversation)
    finally:
        advisor.close()
    texts = [text for text, _ in history]
    expected = [_text(number) for number in range(1, acknowledged + 2)]
    with sqlite3.connect(path) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    return Counter(
        kills=1,
        acknowledged=acknowledged,
        lost=len(set(expected) - set(texts)),
        doubled=len(texts) - len(set(texts)),
        half=sum(not reply.get("text") for _, reply in history) + (texts != expected and set(texts) == set(expected)),
        damaged=int(not sound),
    )


def _talk_until_killed(library: Library, path: Path, conversation: str, wait: float) -> int:
    """Fork a talker, kill it `wait` seconds after its first acknowledged turn, and return how many it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _talk(library, path, conversation, writing)
    os.close(writing)
    told = os.read(reading, 1)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 4096):
        told += more
    os.close(reading)
    return len(told)


def _talk(library: Library, path: Path, conversation: str, writing: int) -> None:
    advisor = _advisor(library, path)
    for number in range(1, TURNS + 1):
        advisor.reply(conversation, _text(number), f"t{number}")
        os.write(writing, b".")
    time.sleep(60)
    sys.exit(0)


def _advisor(library: Library, path: Path) -> Advisor:
    reader = ScriptedReader()
    return Advisor(library, reader, reader, Store(path), "embedded")


def _text(number: int) -> str:
    return f"message {number}"


if __name__ == "__main__":
    main()
