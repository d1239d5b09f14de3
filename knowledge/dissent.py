"""The dissent ledger: where the sources disagree, with each position's passages, and which one is followed and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Stance:
    """One side of a disagreement."""

    text: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dissent:
    """A question on which the sources differ."""

    id: str
    topic: str
    asks: tuple[str, ...]
    """Questions of colleagues that touch it."""
    positions: tuple[Stance, ...]
    stake: str
    followed: int | None
    """Which position the advisor follows; None where it only shows them."""
    why: str
    flips_verdict: bool
    levers: tuple[str, ...]
    """It is shown where a plan pulls one of these…"""
    when: Mapping[str, tuple[str, ...]]
    """…and these facts are known to have one of these values."""


@cache
def dissent_ledger() -> tuple[Dissent, ...]:
    """The shipped ledger, in the order of its ids."""
    entries = yaml.safe_load((files("knowledge") / "dissent.yaml").read_text(encoding="utf-8"))
    return tuple(
        Dissent(
            id=entry["id"],
            topic=entry["topic"],
            asks=tuple(entry["asks"]),
            positions=tuple(Stance(p["text"], tuple(p["passages"])) for p in entry["positions"]),
            stake=entry["stake"],
            followed=entry["followed"],
            why=entry["why"],
            flips_verdict=entry["flips_verdict"],
            levers=tuple(entry["touches"]["levers"]),
            when={name: tuple(values) for name, values in entry["touches"]["when"].items()},
        )
        for entry in entries
    )
