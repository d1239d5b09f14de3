"""The advisor: an explicit decision model, a reader and a writer around it, and a graph that takes turns."""

from agent.advisor import MOST_CHARACTERS, Advisor, embedded_reader, warm_in_background
from agent.errors import (
    AdvisorError,
    BadInput,
    ConfigurationError,
    StoreUnavailable,
    UnknownConversation,
)
from agent.graph.printed import graph_markdown
from agent.judgement.printed import decision_model_markdown, facts_markdown
from agent.judgement.printed_prices import costs_markdown
from agent.reading.protocol import OpenQuestion, Reader, open_question
from agent.settings import Settings
from agent.store import Summary
from agent.vocabulary import DONT_KNOW, UNKNOWN, FactKind, fact_kinds
from agent.writing.answer import Answer, answer_from_sources
from agent.writing.difference import Difference, difference
from agent.writing.names import GAPS, LEVERS, PRIMARIES, TIMES, gap_in_words, value_in_words
from agent.writing.record import Record

__all__ = [
    "DONT_KNOW",
    "GAPS",
    "LEVERS",
    "MOST_CHARACTERS",
    "PRIMARIES",
    "TIMES",
    "UNKNOWN",
    "Advisor",
    "AdvisorError",
    "Answer",
    "BadInput",
    "ConfigurationError",
    "Difference",
    "FactKind",
    "OpenQuestion",
    "Reader",
    "Record",
    "Settings",
    "StoreUnavailable",
    "Summary",
    "UnknownConversation",
    "answer_from_sources",
    "costs_markdown",
    "decision_model_markdown",
    "difference",
    "embedded_reader",
    "fact_kinds",
    "facts_markdown",
    "gap_in_words",
    "graph_markdown",
    "open_question",
    "value_in_words",
    "warm_in_background",
]
