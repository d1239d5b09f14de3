"""Why a question is asked, in words that refer to what the user said; and the experiment that finds out what they don't know."""

import re
from collections.abc import Sequence

from agent.facts import Facts, known_values
from agent.vocabulary import fact_kinds
from agent.writing.names import value_in_words

FOLLOWS_FROM = {
    "prompting": ("symptom", "works_today"),
    "context_test": ("symptom", "stack"),
    "knowledge_kind": ("symptom",),
    "stack": ("symptom", "knowledge_kind"),
    "corpus_size": ("knowledge_kind", "symptom"),
    "volatility": ("corpus_size", "knowledge_kind", "symptom"),
    "citations": ("corpus_size", "knowledge_kind"),
    "access_control": ("corpus_size", "knowledge_kind"),
    "consistency": ("symptom",),
    "examples": ("examples", "prompting", "consistency"),
    "works_today": ("symptom",),
    "cost": ("symptom", "works_today"),
    "volume": ("symptom", "cost"),
}
"""Of which known facts a question is the consequence, the nearest first."""
UNTRIED = {"context_test": ("not_tried",), "works_today": ("not_measured",)}
"""Answers that say that nobody has found out yet."""
LONGEST = 90
"""Characters of the user's words that are said back."""
MARKUP = re.compile(r"[\\`*_\[\]#|<>&~$@“”\"]|(?<=\w):(?=//)")


def reason(fact: str, facts: Facts) -> str:
    """The reason for a question: what the user said that leads to it, and what its answer decides."""
    kind = fact_kinds()[fact]
    why = kind.wording_for(known_values(facts)).why
    if fact in facts and facts[fact].half_heard:
        return f"{why} What I half heard: {value_in_words(kind.values, facts[fact].half_heard, None)}."
    for name in FOLLOWS_FROM.get(fact, ()):
        told = name in facts and facts[name].known and not facts[name].set_by_hand
        if told and (words := said_back(facts[name].quote)):
            return f"You said “{words}”. {why}"
    return why


def experiments(names: Sequence[str], facts: Facts) -> list[str]:
    """For each of some facts that the user does not know or has not tried, how to find it out."""
    found = (
        fact_kinds()[n].wording_for(known_values(facts)).find_out
        for n in names
        if n in facts and (not facts[n].known or facts[n].values == UNTRIED.get(n))
    )
    return [f"That is fine; it can be found out. {experiment}" for experiment in found if experiment]


def said_back(quote: str) -> str:
    """The user's words as they can be said back within a sentence: one line, cut at a word, without anything that acts as markup."""
    words = " ".join(MARKUP.sub("", quote.replace("&", " and ")).split()).strip(" .,;:!?…-")
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0].rstrip(" .,;:!?-") + " …"
