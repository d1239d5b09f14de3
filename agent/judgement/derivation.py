"""Figures that follow from others, each with what it was worked out from, so that a check can work it out again. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import nan
from typing import Literal

Origin = Literal["source", "own"]
Operation = Literal["x", "/", "-"]
SCALES = {"": 1.0, "K": 1e3, "million": 1e6, "billion": 1e9}
SHOWN = re.compile(r"(\d[\d,]*(?:\.\d+)?) ?(K|million|billion)?(?![A-Za-z])")
FIGURES = 3
"""Significant figures of a result, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Given:
    """A figure that a formula starts from."""

    value: float
    shown: str
    origin: Origin
    """`source`: a passage says it. `own`: the user said it, or it is a unit of reckoning of ours."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure worked out from two others."""

    shown: str
    by: Operation
    left: "Term"
    right: "Term"
    figures: int = FIGURES
    """Significant figures shown."""
    is_bound: bool = False
    """Whether it lies below the figure shown, rather than at it."""

    @property
    def value(self) -> float:
        """The result, worked out anew from what was given."""
        match self.by:
            case "x":
                return self.left.value * self.right.value
            case "/":
                return self.left.value / self.right.value
            case "-":
                return self.left.value - self.right.value


Term = Given | Derived


def parts(term: Term) -> Iterator[Term]:
    """A figure and all that it was worked out from."""
    yield term
    if isinstance(term, Derived):
        yield from parts(term.left)
        yield from parts(term.right)


def reads_right(term: Term) -> bool:
    """Whether what is shown says the figure: exactly where it was given, rounded where it was worked out."""
    shown = read(term.shown)
    if isinstance(term, Given):
        return shown == term.value
    if term.is_bound:
        return 0 <= term.value <= shown
    return abs(shown - term.value) <= 0.51 * 10.0 ** (1 - term.figures) * abs(term.value)


def read(shown: str) -> float:
    """The number that a shown figure says; not a number where it says none."""
    match = SHOWN.search(shown)
    return float(match[1].replace(",", "")) * SCALES[match[2] or ""] if match else nan


def own(value: float, currency: str = "") -> Given:
    """A number of the user's or a unit of reckoning; with a currency, a sum of money."""
    return Given(value, _shown(exact(value), currency), "own")


def times(left: Term, right: Term, currency: str = "") -> Derived:
    """A product; with a currency, a sum of money."""
    return _worked_out("x", left, right, currency)


def over(left: Term, right: Term, currency: str = "", figures: int = FIGURES) -> Derived:
    """A quotient; with a currency, a sum of money."""
    return _worked_out("/", left, right, currency, figures)


def less(left: Term, right: Term, currency: str = "") -> Derived:
    """A difference; with a currency, of two sums of money."""
    return _worked_out("-", left, right, currency)


def _worked_out(by: Operation, left: Term, right: Term, currency: str, figures: int = FIGURES) -> Derived:
    value = Derived("", by, left, right).value
    return Derived(_shown(rounded(value, figures), currency), by, left, right, figures)


def _shown(figure: str, currency: str) -> str:
    """Dollars with their sign, as in the passages; other sums with their code; tenths as hundredths."""
    figure = re.sub(r"(\.\d)$", r"\g<1>0", figure) if currency else figure
    return f"${figure}" if currency == "USD" else f"{figure} {currency}".rstrip()


def exact(value: float) -> str:
    """A number as it was given, with separators and without an exponent."""
    whole, _, rest = format(Decimal(repr(float(value))), ",f").partition(".")
    return f"{whole}.{rest.rstrip('0')}".rstrip(".")


def rounded(value: float, figures: int = FIGURES) -> str:
    """A result to some significant figures, in words from a million on."""
    near = float(f"{value:.{figures}g}")
    for word, scale in (("billion", 1e9), ("million", 1e6)):
        if abs(near) >= scale:
            return f"{exact(near / scale)} {word}"
    return exact(near)


@dataclass(frozen=True, slots=True)
class Statement:
    """One line on money or time, the passages it rests on, and the figures that were worked out for it."""

    text: str
    cites: tuple[str, ...] = ()
    workings: tuple[Term, ...] = ()
