"""A scripted conversation as a file: an opening, what the person would answer by fact, and what must hold at the end."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator


class ScenarioError(Exception):
    """A scenario file cannot be used; the message names the file and every fault."""


class User(BaseModel):
    """Who talks: answers by fact, or a fixed script."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    opening: str | None = None
    answers: Mapping[str, str] = Field(default_factory=dict)
    script: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> "User":
        if bool(self.opening) == bool(self.script):
            raise ValueError("needs either an opening or a script")
        return self


class Expect(BaseModel):
    """What must hold when the recommendation is there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    primary: str | None = None
    first_step: str | None = None
    not_lever: tuple[str, ...] = ()
    """Levers that must not stand at now or next."""
    avoid: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    """Levers that must stand at next or later."""
    cites: tuple[str, ...] = ()
    """Sources of which at least one must be cited."""
    discloses: tuple[str, ...] = ()
    """Disagreements that must be shown."""
    max_questions: int | None = None


class Scenario(BaseModel):
    """One scripted conversation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    purpose: str
    group: str | None = None
    """The sub-group that it is reported in, such as `vague`; None where it has none."""
    user: User
    expect: Expect
    _author: str = PrivateAttr("")

    def model_post_init(self, context: Any) -> None:
        """Take the author from where the scenario was read."""
        self._author = context or ""

    @property
    def author(self) -> str:
        """The file that it comes from, without folder and ending: one hand wrote each; empty where it comes from none."""
        return self._author


def load_scenarios(paths: Iterable[Path]) -> tuple[Scenario, ...]:
    """Read scenario files, or all `*.yaml` of folders.

    Raises:
        ScenarioError: with every fault of every file.
    """
    scenarios: list[Scenario] = []
    faults: list[str] = []
    for file in _files(paths):
        try:
            entries = yaml.safe_load(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            faults.append(f"{file}: cannot be read: {' '.join(str(error).split())}")
            continue
        if not isinstance(entries, list):
            faults.append(f"{file}: must be a list of scenarios")
            continue
        for number, entry in enumerate(entries, 1):
            parsed = _parsed(entry, file, number, faults)
            if parsed:
                scenarios.append(parsed)
    twice = {s.id for s in scenarios if sum(s.id == other.id for other in scenarios) > 1}
    faults += [f"the id {name!r} is used twice" for name in sorted(twice)]
    if faults or not scenarios:
        raise ScenarioError("; ".join(faults) or "There are no scenarios in the paths given.")
    return tuple(scenarios)


def _parsed(entry: Any, file: Path, number: int, faults: list[str]) -> Scenario | None:
    try:
        return Scenario.model_validate(entry, context=file.stem)
    except ValidationError as error:
        for fault in error.errors():
            faults.append(f"{file}: scenario {number}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}")
    return None


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.yaml"))
        else:
            yield path
