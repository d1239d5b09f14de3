"""What the sources say that the levers cost, as data: loaded from `prices.yaml`, checked, frozen."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from agent.judgement.derivation import Given, read
from agent.judgement.outcomes import Lever

Part = Literal["setup", "running", "time"]
Per = Literal["once", "month", "million tokens", "times cheaper"]
PARTS: tuple[Part, ...] = get_args(Part)
END = re.compile(r"\$?\d[\d,]*K?")


@dataclass(frozen=True, slots=True)
class Band:
    """What a source says of one cost or time of a lever."""

    text: str
    cites: tuple[str, ...]
    name: str = ""
    """What a formula calls it; empty where it holds no figures to reckon with."""
    per: Per | None = None

    @property
    def low(self) -> Given:
        """The lower end: dollars or, per `times cheaper`, a divisor."""
        return _ends(self.text)[0]

    @property
    def high(self) -> Given:
        """The upper end."""
        return _ends(self.text)[1]

    @property
    def span(self) -> str:
        """Both ends, with the plus of one that is open above."""
        return f"{self.low.shown} to {self.high.shown}{self.plus}"

    @property
    def plus(self) -> str:
        """A plus where the band is open above."""
        return "+" if f"{self.high.shown}+" in self.text else ""


@dataclass(frozen=True, slots=True)
class LeverPrices:
    """Everything that the sources say of one lever's costs, in the order of the table."""

    setup: tuple[Band, ...]
    running: tuple[Band, ...]
    time: tuple[Band, ...]

    def part(self, part: Part) -> tuple[Band, ...]:
        """The bands of one part."""
        return {"setup": self.setup, "running": self.running, "time": self.time}[part]

    def per(self, per: Per) -> tuple[Band, ...]:
        """The bands of all parts that hold figures of one kind."""
        return tuple(band for part in PARTS for band in self.part(part) if band.per == per)


@dataclass(frozen=True, slots=True)
class Prices:
    """The whole table."""

    currency: str
    """ISO code of every sum of the table."""
    dated: Mapping[str, str]
    """What each source says of its age, by source id."""
    units: Mapping[str, float]
    """Units of reckoning of our own."""
    levers: Mapping[Lever, LeverPrices]
    rivals: Mapping[Lever, Lever]


@cache
def prices() -> Prices:
    """The shipped table."""
    return build_prices((files("agent.judgement") / "prices.yaml").read_text(encoding="utf-8"))


def build_prices(text: str) -> Prices:
    """Build the table from the text of a `prices.yaml`.

    Raises:
        ValueError: naming every unknown lever, band without a passage or a dated source, and band whose figures don't fit.
    """
    data = yaml.safe_load(text)
    if faults := list(_faults(data)):
        raise ValueError("the table of prices has faults: " + "; ".join(faults))
    return Prices(
        currency=data["currency"],
        dated=data["dated"],
        units={name: float(unit) for name, unit in data["units"].items()},
        levers={
            lever: LeverPrices(**{part: tuple(_band(entry) for entry in parts[part]) for part in PARTS})
            for lever, parts in data["levers"].items()
        },
        rivals=data["rivals"],
    )


def _band(entry: Mapping[str, Any]) -> Band:
    return Band(**{**entry, "cites": tuple(entry["cites"])})


def _faults(data: Mapping[str, Any]) -> Iterator[str]:
    levers = get_args(Lever)
    yield from (f"{lever} is no lever" for lever in data["levers"] if lever not in levers)
    for pair in data["rivals"].items():
        yield from (f"{lever} is no lever" for lever in pair if lever not in levers)
    for lever, parts in data["levers"].items():
        for part in PARTS:
            for entry in parts[part]:
                yield from (f"{lever}.{part}, “{entry['text']}”: {fault}" for fault in _of_band(entry, data["dated"]))


def _of_band(entry: Mapping[str, Any], dated: Mapping[str, str]) -> Iterator[str]:
    if not entry["cites"]:
        yield "no passage"
    yield from (f"{i} is of no dated source" for i in entry["cites"] if i.partition("/")[0] not in dated)
    if ("per" in entry) != ("name" in entry):
        yield "per and name go together"
    elif "per" in entry and entry["per"] not in get_args(Per):
        yield f"per {entry['per']} is not known"
    elif "per" in entry:
        ends = _ends(entry["text"])
        if len(ends) < 2 or not 0 < ends[0].value <= ends[1].value:
            yield "it does not begin with two figures, the lower first"


def _ends(text: str) -> list[Given]:
    return [Given(read(shown), shown, "source") for shown in END.findall(text)[:2]]
