"""The second node: judges what is known and routes to the kind of reply that it calls for. No language, no model."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from agent.graph.state import Context, State
from agent.judgement.policy import next_question
from agent.judgement.verdict import judge
from agent.reading.language import speaks_of_us

Route = Literal["ask", "advise", "answer", "notice"]
SMALL_TALK = frozenset({"greeting", "thanks", "abuse", "off_topic", "injection", "foreign", "unread"})
MOST_ASKED = 2
"""How often a question is put whose answer did not come; it is not put again where its answer has come to be worth nothing."""


def assess(state: State, runtime: Runtime[Context]) -> Command[Route]:
    """Decide what the reply is, and which question is asked where one is."""
    context = runtime.context
    facts = state["facts"]
    heard = state["heard"]
    news = state.get("news", ())
    recommended = state.get("recommended")
    if heard.intent == "foreign" or (heard.intent in SMALL_TALK and not news and not _stuck(state)):
        return Command(goto="notice", update={"missed": state["turn"]})
    if recommended:
        if news or heard.intent in ("outcome", "tell_me_now"):
            return Command(goto="advise")
        return Command(goto="answer" if heard.asks else "notice")
    if heard.intent == "tell_me_now":
        return Command(goto="advise")
    if heard.asks and not news and not _own_case(state):
        return Command(goto="answer")
    if _unread(state):
        return Command(goto="notice", update={"missed": state["turn"]})
    asked = _asked(state)
    done = frozenset(name for name in asked if name in facts or asked.count(name) >= MOST_ASKED)
    verdict = judge(facts, done, context.model)
    following = next_question(facts, done, verdict, context.model)
    if following is None or len(asked) >= context.model.most_questions:
        return Command(goto="advise", update={"asked": asked})
    return Command(goto="ask", update={"question": following, "asked": (*asked, following)})


def _unread(state: State) -> bool:
    """Whether nothing was made out of the message; a second one in a row is passed over, so that nobody is stuck."""
    heard = state["heard"]
    if state["news"] or heard.facts or heard.intent == "dont_know" or _own_case(state):
        return False
    return not _stuck(state)


def _asked(state: State) -> tuple[str, ...]:
    """The facts that were asked for; one counts again whose answer could not be read twice, as the notice repeated its question."""
    asked, question = state.get("asked", ()), state.get("question")
    repeated = question and question != "symptom" and _stuck(state) and not state["heard"].facts
    return (*asked, question) if repeated and question else asked


def _stuck(state: State) -> bool:
    """Whether the turn before got a notice too: then the interview goes on without an answer to the open question."""
    return bool(state.get("question")) and state.get("missed") == state["turn"] - 1


def _own_case(state: State) -> bool:
    """Whether the message is about the user's own application: something was read of it, or an opening speaks of "us"."""
    heard = state["heard"]
    return bool(heard.facts or heard.wants) or (state["turn"] == 1 and speaks_of_us(state["text"]))
