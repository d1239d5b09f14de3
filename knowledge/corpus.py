"""The shipped texts: one YAML file a source, read into passages, every fault reported at once with file and line."""

import datetime
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from knowledge.errors import CorpusError
from knowledge.passages import Passage, Source

LEVERS = [
    "prompt_engineering",
    "full_context",
    "rag",
    "improve_retrieval",
    "fine_tuning",
    "distillation",
    "right_size",
    "measure_first",
    "tool_use",
    "human_review",
    "out_of_scope",
]
GAPS = ["instruction", "knowledge", "behavior", "efficiency"]
FACTS = [
    "symptom",
    "prompting",
    "context_test",
    "knowledge_kind",
    "volatility",
    "corpus_size",
    "citations",
    "access_control",
    "consistency",
    "examples",
    "volume",
    "latency",
    "cost",
    "works_today",
    "stack",
    "deadline",
    "regulated",
    "eval_set",
    "team",
]
ASPECTS = [
    "time",
    "data",
    "method",
    "metrics",
    "governance",
    "roadmap",
    "mistake",
    "scenario",
    "comparison",
    "definition",
    "hybrid",
    "order",
]
TOPICS = frozenset((*LEVERS, *GAPS, *FACTS, *ASPECTS))

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_WORDS = 120


class SourceEntry(BaseModel):
    """The head of a source's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    date: datetime.date | None = None
    date_note: str = Field(min_length=1)


class PassageEntry(BaseModel):
    """A passage as it stands in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str
    section: str = Field(min_length=1)
    parent: str | None = None
    lines: str = Field(coerce_numbers_to_str=True)
    text: str = Field(min_length=1)
    topics: tuple[str, ...] = Field(min_length=1)
    questions: tuple[str, ...] = Field(min_length=1)
    dated: bool = False
    caution: str | None = None

    @field_validator("slug")
    @classmethod
    def _is_slug(cls, slug: str) -> str:
        if not SLUG.fullmatch(slug):
            raise ValueError("must be lower-case words joined by hyphens")
        return slug

    @field_validator("topics")
    @classmethod
    def _are_topics(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        if strange := sorted(set(topics) - TOPICS):
            raise ValueError(f"unknown {', '.join(strange)}")
        return topics

    @field_validator("text")
    @classmethod
    def _is_short(cls, text: str) -> str:
        if len(text.split()) > MOST_WORDS:
            raise ValueError(f"longer than {MOST_WORDS} words")
        return text


@dataclass(frozen=True)
class Corpus:
    """All passages, in file order, with the hash that names this state of the texts."""

    passages: tuple[Passage, ...]

    @cached_property
    def by_id(self) -> dict[str, Passage]:
        """Passages by id."""
        return {passage.id: passage for passage in self.passages}

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Sources in file order, each once."""
        return tuple(dict.fromkeys(passage.source for passage in self.passages))

    @cached_property
    def version(self) -> str:
        """First twelve hex digits of a SHA-256 over everything that is indexed or shown."""
        return hashlib.sha256(repr(self.passages).encode()).hexdigest()[:12]


def load_corpus(folder: Traversable | None = None) -> Corpus:
    """Read every `*.yaml` of a folder (the shipped corpus by default).

    Raises:
        CorpusError: with one line a fault, each naming file and line.
    """
    folder = folder or files("knowledge") / "corpus"
    passages: list[Passage] = []
    faults: list[str] = []
    for entry in sorted((e for e in folder.iterdir() if e.name.endswith(".yaml")), key=lambda e: e.name):
        try:
            document = yaml.load(entry.read_text(encoding="utf-8"), Loader=_LineLoader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            faults.append(f"{entry.name}: not readable as YAML: {' '.join(str(error).split())}")
            continue
        passages += _passages(document, entry.name, {p.source.id for p in passages}, faults)
    if not passages and not faults:
        faults.append(f"{folder}: no source files")
    if faults:
        raise CorpusError("the corpus has faults:\n" + "\n".join(faults))
    return Corpus(tuple(passages))


class _LineLoader(yaml.SafeLoader):
    """A safe loader that notes the line on which each mapping starts, under the key `__line__`."""


def _mapping_with_line(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    return {**loader.construct_mapping(node, deep=True), "__line__": node.start_mark.line + 1}


_LineLoader.add_constructor("tag:yaml.org,2002:map", _mapping_with_line)


def _passages(document: Any, name: str, taken: set[str], faults: list[str]) -> list[Passage]:
    """The passages of one file; what is wrong with it is added to the faults."""
    if not isinstance(document, dict) or not isinstance(document.get("passages"), list):
        faults.append(f"{name}:1: needs the keys 'source' and 'passages'")
        return []
    head = _checked(SourceEntry, document.get("source"), name, faults)
    if head and head.id in taken:
        faults.append(f"{name}:1: the source id {head.id} is used by another file")
    if not document["passages"]:
        faults.append(f"{name}:1: has no passages")
    found = [_checked(PassageEntry, entry, name, faults) for entry in document["passages"]]
    slugs: set[str] = set()
    for entry, raw in zip(found, document["passages"], strict=True):
        if entry and entry.slug in slugs:
            faults.append(f"{name}:{raw['__line__']}: {entry.slug}: uses a slug twice")
        slugs.add(entry.slug if entry else "")
    if head is None:
        return []
    source = Source(head.id, head.title, head.publisher, head.date.isoformat() if head.date else None, head.date_note)
    return [_passage(source, entry) for entry in found if entry]


Entry = TypeVar("Entry", bound=BaseModel)


def _checked(model: type[Entry], raw: Any, name: str, faults: list[str]) -> Entry | None:
    line = raw.get("__line__", 1) if isinstance(raw, dict) else 1
    plain = {key: value for key, value in raw.items() if key != "__line__"} if isinstance(raw, dict) else raw
    label = plain.get("slug", plain.get("id", "an entry")) if isinstance(plain, dict) else "an entry"
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        for fault in error.errors():
            where = ".".join(str(part) for part in fault["loc"])
            faults.append(f"{name}:{line}: {label}: {where}: {fault['msg']}")
        return None


def _passage(source: Source, entry: PassageEntry) -> Passage:
    return Passage(
        id=f"{source.id}/{entry.slug}",
        source=source,
        section=entry.section,
        parent=entry.parent,
        lines=entry.lines,
        text=" ".join(entry.text.split()),
        topics=entry.topics,
        questions=entry.questions,
        dated=entry.dated,
        caution=entry.caution,
    )
