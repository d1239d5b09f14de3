"""The nodes that reply: a question, a recommendation, an answer from the sources, or a notice. One node each."""

import time
from dataclasses import replace

from langgraph.runtime import Runtime

from agent.facts import Facts
from agent.graph.state import Context, State
from agent.judgement.tables import DecisionModel
from agent.judgement.verdict import COUNTS, Verdict, judge, names_no_failure
from agent.reading.language import asks_back
from agent.reply import Citation, Diagnosis, FactView, Kind, Question, Reply
from agent.vocabulary import UNKNOWN, fact_kinds
from agent.writing.answer import Answer, answer_from_sources, numbered_from
from agent.writing.asking import experiments, reason
from agent.writing.compose import Case, said, write
from agent.writing.markdown import document
from agent.writing.notices import NOTICES
from agent.writing.results import outcome_line

UNSURE = 0.8
"""Confidence below which a reading is shown as a guess to be corrected."""

WHEN_NAMED = "As soon as you have an answer that went wrong, write it here: from that I can go on."
"""Said where nobody can name the failure."""


def ask(state: State, runtime: Runtime[Context]) -> State:
    """Ask the question that assess chose; first answer a question that came with the message."""
    context = runtime.context
    question = _question(state)
    parts = [_noted(state), *experiments(state.get("news", ()), state["facts"])]
    cited: tuple[Citation, ...] = ()
    asks = state["heard"].asks
    if asks and state["turn"] > 1:
        answer = answer_from_sources(asks, context.library)
        if not answer.abstained or state["heard"].intent == "question":
            parts.append(answer.text)
            cited = answer.citations
    reply = replace(_reply("question", "", state, context), citations=cited)
    text = "\n\n".join([*filter(None, parts), _question_text(question)])
    return State(question=state["question"], reply=replace(reply, text=text, question=question).as_json())


def advise(state: State, runtime: Runtime[Context]) -> State:
    """Recommend, on everything that is known; what had to be assumed first is what the next message may answer."""
    context = runtime.context
    asked = frozenset(state.get("asked", ()))
    facts = state["facts"]
    verdict = judge(facts, asked, context.model)
    case = Case(verdict, facts, asked, state.get("wants", ()), context.model, context.library)
    written = write(case)
    settled = is_settled(verdict, facts, context.model) and state["heard"].intent != "tell_me_now"
    before = state.get("recommended")
    parts = [_noted(state) if before or state["news"] else ""]
    if before:
        last = (before[0], before[1])
        parts.append(outcome_line(state["text"], state["heard"].intent, last, case, written.recommendation))
    aside = _aside(state, context, len(written.citations) + 1)
    cited = (*written.citations, *aside.citations)
    unnamed = verdict.first_step == "measure_first" and names_no_failure(facts, context.model)
    parts += [aside.text, WHEN_NAMED * unnamed, document(verdict.primary, settled, written.recommendation, cited)]
    reply = _reply("recommendation", "\n\n".join(filter(None, parts)), state, context)
    reply = replace(reply, recommendation=written.recommendation, citations=cited)
    left_open = (
        "symptom" if unnamed else next((fact for fact in written.recommendation.assumed if fact not in facts), None)
    )
    return State(question=left_open, recommended=(verdict.primary, verdict.first_step), reply=reply.as_json())


def _aside(state: State, context: Context, first: int) -> Answer:
    """The answer to a question that came with the facts, its citations numbered from `first`; nothing where none was put."""
    asks = state["heard"].asks
    found = answer_from_sources(asks, context.library) if asks and state["turn"] > 1 else None
    return numbered_from(found, first) if found and not found.abstained else Answer("", (), abstained=True)


def answer(state: State, runtime: Runtime[Context]) -> State:
    """Answer a question about the subject from the sources; the interview's question stays open."""
    found = answer_from_sources(state["heard"].asks or state["text"], runtime.context.library)
    open_state = _with_open_question(state)
    question = _question(open_state) if not state.get("recommended") else None
    text = found.text if question is None else f"{found.text}\n\n{_question_text(question)}"
    reply = replace(_reply("answer", text, open_state, runtime.context), citations=found.citations, question=question)
    return State(question=open_state.get("question"), asked=open_state.get("asked", ()), reply=reply.as_json())


def notice(state: State, runtime: Runtime[Context]) -> State:
    """Say plainly what was understood of a message that is no part of the interview."""
    open_state = _with_open_question(state)
    question = _question(open_state) if not state.get("recommended") else None
    unread = "asks_back" if question and asks_back(state["text"]) else "unread"
    text = NOTICES.get(state["heard"].intent, NOTICES[unread])
    if question:
        text = f"{text}\n\n{_question_text(question)}"
    reply = replace(_reply("notice", text, open_state, runtime.context), question=question)
    return State(question=open_state.get("question"), asked=open_state.get("asked", ()), reply=reply.as_json())


def is_settled(verdict: Verdict, facts: Facts, model: DecisionModel) -> bool:
    """Whether the verdict stands: a symptom is known that can carry it, nothing required is open, and a gap counts where one is named."""
    counted = verdict.primary == "none" or max(verdict.gaps.values()) >= COUNTS
    carried = verdict.primary in ("efficiency", "none") or not names_no_failure(facts, model)
    return "symptom" in facts and facts["symptom"].known and not verdict.unmet and counted and carried


def _with_open_question(state: State) -> State:
    """The state with a question open: until the first recommendation nobody is left without one."""
    if state.get("question") or state.get("recommended"):
        return state
    return State(**{**state, "question": "symptom", "asked": (*state.get("asked", ()), "symptom")})


def _question(state: State) -> Question | None:
    name = state.get("question")
    if not name:
        return None
    known = {n: f.values for n, f in state["facts"].items() if f.known}
    wording = fact_kinds()[name].wording_for(known)
    return Question(name, wording.question, reason(name, state["facts"]), wording.options)


def _question_text(question: Question | None) -> str:
    return f"**{question.text}**\n\n*{question.why}*" if question else ""


def _noted(state: State) -> str:
    """What was understood of this turn, in a short line that the user can correct in passing."""
    news = [state["facts"][name] for name in state.get("news", ())]
    sure = [f for f in news if f.known and f.confidence >= UNSURE]
    guessed = [f for f in news if f.known and f.confidence < UNSURE]
    lines = []
    if sure:
        lines.append("Noted – " + "; ".join(f"{fact_kinds()[f.name].title.lower()}: {said(f)}" for f in sure) + ".")
    if guessed:
        wording = "; ".join(f"{fact_kinds()[f.name].title.lower()}: {said(f)}" for f in guessed)
        lines.append(f"I take it, {wording} – tell me if that is wrong.")
    return " ".join(lines)


def _reply(kind: Kind, text: str, state: State, context: Context) -> Reply:
    verdict = judge(state["facts"], frozenset(state.get("asked", ())), context.model)
    advised = (kind == "recommendation" or bool(state.get("recommended"))) and state["heard"].intent != "tell_me_now"
    return Reply(
        conversation=context.conversation,
        turn=state["turn"],
        kind=kind,
        text=text,
        facts={name: _view(state["facts"], name) for name in fact_kinds() if name in state["facts"]},
        diagnosis=Diagnosis(
            verdict.gaps, verdict.primary, advised and is_settled(verdict, state["facts"], context.model)
        ),
        engine="embedded" if state.get("fallback") else context.engine,
        versions={"decision_model": context.model.version, "corpus": context.library.corpus.version},
        elapsed_ms=round((time.perf_counter() - context.started) * 1000),
    )


def _view(facts: Facts, name: str) -> FactView:
    fact = facts[name]
    value = UNKNOWN if not fact.known else fact.exported
    return FactView(value, fact.unit, fact.quote, fact.turn, fact.confidence)
