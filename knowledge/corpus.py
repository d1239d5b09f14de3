"""The shipped texts: one YAML file a source, read into passages, every fault reported at once with file and line."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

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

REQUIRED = frozenset({"slug", "section", "lines", "text", "topics", "questions"})
OPTIONAL = frozenset({"parent", "dated", "caution"})
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_WORDS = 120


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
        except yaml.YAMLError as error:
            faults.append(f"{entry.name}: not readable as YAML: {' '.join(str(error).split())}")
            continue
        found = list(_faults(document, entry.name))
        faults += found
        if not found:
            passages += _passages(document)
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


def _faults(document: Any, name: str) -> Iterator[str]:
    if not isinstance(document, dict) or not {"source", "passages"} <= set(document):
        yield f"{name}:1: needs the keys 'source' and 'passages'"
        return
    source = document["source"]
    for key in ("id", "title", "publisher", "date_note"):
        if not source.get(key):
            yield f"{name}:{source['__line__']}: the source needs {key!r}"
    slugs: set[str] = set()
    for entry in document["passages"]:
        where = f"{name}:{entry['__line__']}: {entry.get('slug', 'a passage')}"
        for fault in _passage_faults(entry, slugs):
            yield f"{where} {fault}"
        slugs.add(str(entry.get("slug")))


def _passage_faults(entry: dict[str, Any], slugs: set[str]) -> Iterator[str]:
    keys = set(entry) - {"__line__"}
    if missing := sorted(REQUIRED - keys):
        yield f"lacks {', '.join(missing)}"
    if unknown := sorted(keys - REQUIRED - OPTIONAL):
        yield f"has unknown keys {', '.join(unknown)}"
    if not SLUG.fullmatch(str(entry.get("slug"))):
        yield "needs a slug of lower-case words joined by hyphens"
    if entry.get("slug") in slugs:
        yield "uses a slug twice"
    if strange := sorted(set(entry.get("topics") or ()) - TOPICS):
        yield f"has unknown topics {', '.join(strange)}"
    if len(str(entry.get("text", "")).split()) > MOST_WORDS:
        yield f"is longer than {MOST_WORDS} words"
    if not entry.get("questions"):
        yield "needs at least one question"


def _passages(document: dict[str, Any]) -> Iterator[Passage]:
    head = document["source"]
    date = head.get("date")
    source = Source(
        id=head["id"],
        title=head["title"],
        publisher=head["publisher"],
        date=str(date) if date else None,
        date_note=head["date_note"],
    )
    for entry in document["passages"]:
        yield Passage(
            id=f"{source.id}/{entry['slug']}",
            source=source,
            section=str(entry["section"]),
            parent=entry.get("parent"),
            lines=str(entry["lines"]),
            text=" ".join(entry["text"].split()),
            topics=tuple(entry["topics"]),
            questions=tuple(str(question) for question in entry["questions"]),
            dated=bool(entry.get("dated", False)),
            caution=entry.get("caution"),
        )
