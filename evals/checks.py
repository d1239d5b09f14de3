"""Pure checks of a finished conversation; each says what it wanted and what it got."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evals.scenario import Expect

HARMFUL_TIMES = frozenset({"now", "next"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold; `passed` is None where it could not be graded."""

    name: str
    passed: bool | None
    reason: str


def check(expect: Expect, replies: Sequence[dict[str, Any]]) -> tuple[Check, ...]:
    """All checks of a conversation."""
    advised = next((r for r in reversed(replies) if r["recommendation"]), None)
    return (*_conduct(replies, expect), *_advice(expect, advised))


def _conduct(replies: Sequence[dict[str, Any]], expect: Expect) -> Iterator[Check]:
    first = next((i for i, r in enumerate(replies) if r["kind"] == "recommendation"), len(replies))
    asked = [r["question"]["fact"] for r in replies[:first] if r["kind"] == "question"]
    most = 8 if expect.max_questions is None else expect.max_questions
    yield Check("questions", len(asked) <= most, f"asked {len(asked)} of at most {most}: {', '.join(asked) or 'none'}")
    repeated = [fact for fact, times in Counter(asked).items() if times > 1 and fact != "symptom"]
    yield Check("no question twice", not repeated, f"asked twice: {', '.join(repeated)}" if repeated else "none twice")


def _advice(expect: Expect, reply: dict[str, Any] | None) -> Iterator[Check]:
    if reply is None:
        yield Check("recommendation", None, "there was none to grade")
        return
    advice = reply["recommendation"]
    primary = reply["diagnosis"]["primary"]
    if expect.primary:
        yield Check("primary", primary == expect.primary, f"wanted {expect.primary}, got {primary}")
    if expect.first_step:
        got = advice["first_step"]
        yield Check("first step", got == expect.first_step, f"wanted {expect.first_step}, got {got}")
    times: dict[str, set[str]] = {}
    for step in advice["plan"]:
        times.setdefault(step["lever"], set()).add(step["when"])
    for lever in expect.not_lever:
        yield Check(f"no {lever}", not times.get(lever, set()) & HARMFUL_TIMES, _stands(lever, times))
    for lever in expect.now:
        yield Check(f"{lever} now", "now" in times.get(lever, set()), _stands(lever, times))
    for lever in expect.later:
        yield Check(f"{lever} later", bool(times.get(lever, set()) & {"next", "later"}), _stands(lever, times))
    for lever in expect.avoid:
        avoided = [a["lever"] for a in advice["avoid"]]
        yield Check(f"avoid {lever}", lever in avoided, f"avoided: {', '.join(avoided) or 'none'}")
    yield from _evidence(expect, reply, advice)


def _stands(lever: str, times: dict[str, set[str]]) -> str:
    return f"{lever} stands at {', '.join(sorted(times.get(lever, set()))) or 'no time'}"


def _evidence(expect: Expect, reply: dict[str, Any], advice: dict[str, Any]) -> Iterator[Check]:
    if expect.cites:
        cited = {c["source"] for c in reply["citations"]}
        yield Check("cites", bool(cited & set(expect.cites)), f"cited: {', '.join(sorted(cited)) or 'none'}")
    for quarrel in expect.discloses:
        shown = [d["id"] for d in advice["disagreements"]]
        yield Check(f"discloses {quarrel}", quarrel in shown, f"disclosed: {', '.join(shown) or 'none'}")
    numbers = {c["n"] for c in reply["citations"]}
    used = {n for step in advice["plan"] for n in step["citations"]} | {
        n for a in advice["avoid"] for n in a["citations"]
    }
    yield Check("citations resolve", used <= numbers, f"{len(used)} used, {len(used - numbers)} without a passage")
