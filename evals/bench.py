"""Times a turn of the embedded engine and its parts, as ratios to the bare floor measured in the same run. A command, not a test.

The floor is what no advisor of this kind can do without: one sentence embedded, one Chroma query, one checkpointed write.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from langgraph.graph import END, START, StateGraph

from agent import DONT_KNOW, Advisor, Settings
from agent.testing import PARTS_OF_A_TURN, Store, clauses
from evals.scenario import Scenario, load_scenarios

ROUNDS = 60
MOST_CLAUSES = 10
LONG = (
    "We run an assistant for our field engineers, and it mostly reads manuals. It was built last year by an agency. "
    "It answers quickly, people like that. But it quotes torque values from machines we no longer sell, and nobody knows why. "
    "We asked the agency, they said train it again. My boss likes that idea. I am not so sure, because the manuals change weekly. "
    "There are about three thousand pages. Everybody may see all of them. We show no sources today, although the safety people ask for them. "
    "There is no test set. We have tweaked the prompt a little. There is a search somewhere, I believe. What should we do now?"
)


class Plain(TypedDict):
    """State of the floor's graph."""

    text: str


class Clock:
    """Collects the time that each call of some functions takes."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a block under a name."""
        start = time.perf_counter()
        yield
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)

    def wrap(self, owner: Any, attribute: str, name: str) -> None:
        """Time every call of an attribute from now on."""
        inner: Callable[..., Any] = getattr(owner, attribute)

        def outer(*arguments: Any, **named: Any) -> Any:
            with self.timed(name):
                return inner(*arguments, **named)

        setattr(owner, attribute, outer)


def main() -> None:
    """Print the figures that the README quotes."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        advisor = Advisor.open(Settings(gapwise_home=home))
        advisor.warm_up()
        clock = Clock()
        _floor(advisor, home, clock)
        rest = _resident()
        _talk(advisor, clock)
        each = (_resident() - rest) / max(1, len(advisor.list()))
        _searches(advisor, clock)
        _print(clock, rest, each)
        advisor.close()
        print(f"start to the first answer: {_start_up(home):.1f} s (index built before)")


def _floor(advisor: Advisor, home: Path, clock: Clock) -> None:
    store = Store(home / "floor.sqlite")
    graph = StateGraph(Plain).add_node("keep", lambda state: state).add_edge(START, "keep").add_edge("keep", END)
    plain = graph.compile(checkpointer=store.saver)
    index = advisor.library.retriever.index
    index.wait()
    for number in range(ROUNDS):
        with clock.timed("floor"):
            vector = advisor.library.encoder.encode([f"how often does that knowledge change, case {number}"])[0]
            index.nearest(vector, 10)
            plain.invoke({"text": "x"}, {"configurable": {"thread_id": str(number)}}, durability="exit")
    store.close()


def _talk(advisor: Advisor, clock: Clock) -> None:
    for owner, attribute, name in PARTS_OF_A_TURN:
        clock.wrap(owner, attribute, f"  of it: {name}")
    folder = Path(str(files("evals"))) / "scenarios"
    for scenario in load_scenarios([folder / "seed-cases.yaml"]):
        conversation = advisor.start()
        _interview(advisor, conversation, scenario, clock)
    for _ in range(ROUNDS // 3):
        with clock.timed("turn with a long message"):
            advisor.reply(advisor.start(), LONG)


def _interview(advisor: Advisor, conversation: str, scenario: Scenario, clock: Clock) -> None:
    text = scenario.user.opening or ""
    for _ in range(10):
        short = len(clauses(text)) <= MOST_CLAUSES
        with clock.timed("turn" if short else "turn with a long message"):
            reply = advisor.reply(conversation, text)
        if reply["recommendation"] or not reply["question"]:
            return
        text = scenario.user.answers.get(reply["question"]["fact"], DONT_KNOW)


def _searches(advisor: Advisor, clock: Clock) -> None:
    library = advisor.library
    index = library.retriever.index
    queries = [entry.text for entry in index.entries if entry.is_question][:: max(1, len(index.entries) // ROUNDS)]
    for query, vector in zip(queries, library.encoder.encode(queries), strict=True):
        with clock.timed("search, embedding apart"):
            library.search(query, 5, vector)
        with clock.timed("  plain Chroma query"):
            index.nearest(vector, 5)
        with clock.timed("  exact search in numpy"):
            index.exact(vector, 5)


def _print(clock: Clock, rest: float, each: float) -> None:
    floor = _percentile(clock.seconds["floor"], 50)
    print(f"{'':38s}{'p50 ms':>9s}{'p95 ms':>9s}{'p50 / floor':>13s}{'calls':>7s}")
    order = sorted(clock.seconds, key=_position)
    for name in order:
        values = clock.seconds[name]
        middle, high = _percentile(values, 50), _percentile(values, 95)
        print(f"{name:38s}{middle * 1e3:9.1f}{high * 1e3:9.1f}{middle / floor:13.2f}{len(values):7d}")
    print(f"memory at rest: {rest:.0f} MB; per open conversation: {each * 1024:.0f} kB")


def _position(name: str) -> int:
    order = [
        "floor",
        "turn",
        "  of it: reading",
        "  of it: choosing",
        "  of it: writing",
        "turn with",
        "search",
        "  plain",
        "  exact",
    ]
    return next(i for i, start in enumerate(order) if name == start or (start != "turn" and name.startswith(start)))


def _percentile(values: Sequence[float], share: float) -> float:
    return float(np.percentile(values, share))


def _resident() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def _start_up(home: Path) -> float:
    line = json.dumps({"text": "Our support bot invents delivery dates."})
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "ui.cli", "chat", "--jsonl"],
        input=line.encode() + b"\n",
        env={**os.environ, "GAPWISE_HOME": str(home)},
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
