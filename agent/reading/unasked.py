"""What a message says unasked: facts in passing, what goes wrong in an opening, tools that are asked for by name."""

from collections.abc import Iterator

from agent.facts import Fact
from agent.reading.answers import ENDING
from agent.reading.counting import counted
from agent.reading.heads import Array, answer_probabilities, volunteered
from agent.reading.layout import OFF, layout
from agent.vocabulary import EXCLUSIVE, GIVES_WAY, fact_kinds, telling

VOLUNTEERED_FROM = 0.7
"""Least probability, over the message and its likeliest clause, at which something counts as said unasked."""
DECIDES_FROM = 0.8
"""The same for facts of which a misreading turns the verdict; below, they are asked for."""
DECIDING = frozenset({"prompting", "context_test", "stack", "works_today"})
SIDE_FROM = 0.5
"""The same for facts that only add something to the plan."""
SIDE = frozenset({"regulated", "consistency", "deadline", "team", "eval_set"})
OPENING_FROM = 0.5
"""Least probability, over the message and its likeliest clause, of what goes wrong in an opening."""
HALF_HEARD_FROM = 0.2
"""Least probability of a further trouble beside it, for it to be half heard."""
NO_MODEL_FROM = 0.7
"""The same of an opening about no language model at all, which ends the interview."""
SHORT = 4
"""A message of fewer words does not end the interview unasked."""
NUMBERED_FROM = 0.25
"""Least probability of a fact beside a number that counts it."""


def opening_symptom(texts: list[str], rows: Array, parts: int, turn: int) -> Fact | None:
    """What goes wrong, read from a message that nobody asked for it: the whole and its likeliest clause have to say so."""
    options = [answer_probabilities(row, "symptom", asked=False) for row in rows]
    top: dict[str, tuple[float, str]] = {}
    for value in fact_kinds()["symptom"].values:
        scores = [o[value] * (1.0 - o[OFF]) for o in options]
        best = max(range(len(texts) - parts, len(texts)), key=lambda i: scores[i])
        top[value] = ((scores[0] + scores[best]) / 2, texts[best])
    least = {"not_llm": NO_MODEL_FROM}
    said = telling(tuple(v for v, (score, _) in top.items() if score >= least.get(v, OPENING_FROM)))
    if not said:
        return None
    quote = " … ".join(dict.fromkeys(top[v][1] for v in said))
    half = tuple(v for v, (score, _) in top.items() if v not in GIVES_WAY and score >= HALF_HEARD_FROM)
    return Fact("symptom", said, quote, turn, round(min(top[v][0] for v in said), 3), half_heard=half)


def in_passing(parts: list[str], whole: Array, rows: Array, turn: int) -> Iterator[Fact]:
    """What a message says unasked, by the message and by the clause that says it most clearly."""
    clearest = rows.argmax(axis=0)
    scores = volunteered((whole + rows.max(axis=0)) / 2)
    if len(" ".join(parts).split()) < SHORT:
        scores.update({("symptom", value): 0.0 for value in ENDING})
    for name, kind in fact_kinds().items():
        said = {v: scores[name, v] for v in kind.values if scores[name, v] >= _least(name)}
        ranked = sorted(said, key=lambda v: -said[v])
        values = telling(tuple(ranked)) if kind.many else tuple(ranked[:1])
        if set(values) >= EXCLUSIVE:  # a search somewhere else, or one that is only planned: this is asked
            continue
        likeliest = max(kind.values, key=lambda v: scores[name, v])
        part = parts[clearest[layout().volunteered[name, values[0] if values else likeliest]]]
        number = counted(name, part, turn, asked=False)
        if number and (values or scores[name, likeliest] >= NUMBERED_FROM):
            yield number
        elif values:
            quote = " … ".join(dict.fromkeys(parts[clearest[layout().volunteered[name, v]]] for v in values))
            yield Fact(name, values, quote, turn, round(min(said[v] for v in values), 3))


def _least(name: str) -> float:
    return DECIDES_FROM if name in DECIDING else SIDE_FROM if name in SIDE else VOLUNTEERED_FROM


def named_tools(whole: Array, rows: Array) -> tuple[str, ...]:
    """The tools that a message asks for by name."""
    scores = volunteered((whole + rows.max(axis=0)) / 2)
    return tuple(v for (name, v), p in scores.items() if name == "wants" and p >= VOLUNTEERED_FROM)
