"""The second node: judges what is known and routes to the kind of reply that it calls for. No language, no model."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from agent.graph.state import Context, State
from agent.judgement.policy import next_question
from agent.judgement.verdict import judge

Route = Literal["ask", "advise", "answer", "notice"]
SMALL_TALK = frozenset({"greeting", "thanks", "abuse", "off_topic", "injection", "foreign"})
SYMPTOM_ASKED = 2
"""How often the symptom is asked for: no verdict stands without one. Every other question is asked once."""


def assess(state: State, runtime: Runtime[Context]) -> Command[Route]:
    """Decide what the reply is, and which question is asked where one is."""
    context = runtime.context
    asked = frozenset(state.get("asked", ()))
    facts = state["facts"]
    heard = state["heard"]
    news = state.get("news", ())
    recommended = state.get("recommended")
    if heard.intent == "foreign" or (heard.intent in SMALL_TALK and not news):
        return Command(goto="notice")
    if heard.intent == "tell_me_now" and not recommended:
        return Command(goto="advise")
    if recommended:
        if news or heard.intent in ("outcome", "tell_me_now"):
            return Command(goto="advise")
        return Command(goto="answer" if heard.asks else "notice")
    if heard.asks and not news and not _own_case(state):
        return Command(goto="answer")
    if (
        not news
        and not _own_case(state)
        and heard.intent != "dont_know"
        and not heard.facts
        and not state.get("question")
    ):
        return Command(goto="notice")
    verdict = judge(facts, asked, context.model)
    following = next_question(facts, asked, verdict, context.model)
    if "symptom" not in facts and state.get("asked", ()).count("symptom") < SYMPTOM_ASKED:
        following = "symptom"
    if following is None or len(state.get("asked", ())) >= context.model.most_questions:
        return Command(goto="advise")
    return Command(goto="ask", update={"question": following, "asked": (*state.get("asked", ()), following)})


def _own_case(state: State) -> bool:
    """Whether the message is about the user's own application: something was read of it, or a lever is wished for."""
    heard = state["heard"]
    about_us = {"our", "we", "us", "my", "i", "we're", "our's", "i'm", "we've"} & set(
        state["text"].lower().replace("’", "'").split()
    )
    opening = state["turn"] == 1
    return bool(heard.facts or heard.wants) or (opening and heard.intent != "question") or (opening and bool(about_us))
