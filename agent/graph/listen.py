"""The first node: what the user said becomes facts, joined with what was known."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.errors import EngineFault
from agent.facts import BY_HAND, Fact, Facts, known_values
from agent.graph.state import Context, State
from agent.judgement.tables import DecisionModel
from agent.judgement.verdict import names_no_failure
from agent.reading.answers import exact_answer
from agent.reading.protocol import Reading, open_question
from agent.reading.utterances import INTERVIEW
from agent.vocabulary import GIVES_WAY, fact_kinds

SET_BY_HAND = 0.99
OVERRIDES_FROM = 0.75
"""Least confidence at which something said in passing replaces what was known."""
MENDED_FROM = 0.8
"""Least confidence of praise after advice, for the failure to be over."""


def listen(state: State, runtime: Runtime[Context]) -> State:
    """Read the message, or take the corrections, and update the facts."""
    turn = state.get("turn", 0) + 1
    facts = dict(state.get("facts", {}))
    corrections = state.get("corrections") or {}
    fallback = False
    if corrections:
        heard = Reading(
            INTERVIEW,
            tuple(Fact(n, v, BY_HAND, turn, SET_BY_HAND) for n, v in corrections.items()),
            (),
            None,
        )
        updated = {**facts, **{fact.name: fact for fact in heard.facts}}
    else:
        heard, fallback = _read(state, runtime.context, turn)
        updated = merge(facts, heard, state.get("question"), "symptom" in state.get("asked", ()))
        if state.get("recommended"):
            updated = _mended(updated, heard, runtime.context.model)
    news = tuple(name for name, fact in updated.items() if facts.get(name) is None or facts[name].values != fact.values)
    return State(
        turn=turn,
        heard=heard,
        facts=updated,
        news=news,
        wants=tuple(dict.fromkeys((*state.get("wants", ()), *heard.wants))),
        fallback=fallback,
    )


def _mended(facts: dict[str, Fact], heard: Reading, model: DecisionModel) -> dict[str, Fact]:
    """After advice, praise is said of what went wrong before: the failure that was named is over."""
    praise = next((f for f in heard.facts if f.name == "works_today" and f.values == ("yes",)), None)
    named_anew = any(fact.name == "symptom" for fact in heard.facts)
    if praise is None or praise.confidence < MENDED_FROM or named_anew or names_no_failure(facts, model):
        return facts
    return {**facts, "symptom": replace(praise, name="symptom", values=("works_fine",))}


def _read(state: State, context: Context, turn: int) -> tuple[Reading, bool]:
    facts: Facts = state.get("facts", {})
    name = state.get("question")
    question = open_question(name, known_values(facts)) if name else None
    if question and state.get("recommended") and not exact_answer(state["text"], question, turn):
        aside = context.embedded.read(state["text"], None, facts, turn)
        if aside.intent != INTERVIEW or any(fact.name != name for fact in aside.facts):
            question = None  # nobody has to answer what a recommendation left open: "thanks" is about something else
    try:
        return context.reader.read(state["text"], question, facts, turn), False
    except EngineFault:
        return context.embedded.read(state["text"], question, facts, turn), True


def merge(facts: Facts, heard: Reading, question: str | None, symptom_asked: bool) -> dict[str, Fact]:
    """The facts after a message: answers replace, what is said in passing replaces only when it is sure."""
    merged = dict(facts)
    for fact in heard.facts:
        old = merged.get(fact.name)
        vague = fact.name == "symptom" and fact.values == ("unclear",)
        if vague and not symptom_asked:
            continue
        no_model = fact.name == "symptom" and "not_llm" in fact.values  # takes back what seemed wrong with one
        uncounted = fact.name == question == "examples"  # who cannot say how many are checked has none to count on
        if old is None or not old.known or uncounted or no_model or (fact.known and heard.takes_back):
            merged[fact.name] = fact
        elif fact.known and fact_kinds()[fact.name].many:
            merged[fact.name] = _union(old, fact)
        elif fact.known and (fact.name == question or fact.confidence >= OVERRIDES_FROM):
            merged[fact.name] = fact
    return merged


def _union(old: Fact, new: Fact) -> Fact:
    """Both can hold; what says nothing gives way to what says something."""
    values = tuple(dict.fromkeys((*old.values, *new.values)))
    telling = tuple(v for v in values if v not in GIVES_WAY) or new.values
    if telling == old.values:
        return old
    quote = new.quote if set(telling) <= set(new.values) else f"{old.quote} … {new.quote}"
    return replace(new, values=telling, quote=quote, half_heard=(*old.half_heard, *new.half_heard))
