"""Beside the conversation: what is believed, the facts that it rests on, and the conversations of this home."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from agent import GAPS, Advisor, FactKind, Record, Summary, fact_kinds, gap_in_words, value_in_words
from ui import session
from ui.text import plain

LISTED = 10
"""Conversations listed before "Show all"."""


def show(talk: session.Talk, advisor: Advisor) -> None:
    """Draw the sidebar."""
    st.markdown("### Gapwise", anchors=False)
    st.button("New conversation", key="new", icon=":material/add:", on_click=session.go_to, width="stretch")
    if talk.id and talk.turns:
        latest = talk.turns[-1][1]
        _show_belief(latest["diagnosis"], talk.turns, advisor.model.most_questions)
        _show_facts(latest["facts"], len(talk.turns))
        _show_actions(talk.id, talk.turns, advisor)
    _show_conversations([summary for summary in advisor.list() if summary.id != talk.id])


def _show_belief(diagnosis: Mapping[str, Any], turns: Sequence[session.Turn], most: int) -> None:
    st.markdown("##### The gap", anchors=False)
    certain = "Verdict" if diagnosis["settled"] else "Best guess so far"
    first_step = next((r["recommendation"]["first_step"] for _, r in reversed(turns) if r["recommendation"]), None)
    st.markdown(f"{certain}: **{gap_in_words(diagnosis['primary'], first_step)}**")
    for gap, probability in diagnosis["gaps"].items():
        st.progress(min(1.0, max(0.0, probability)), text=f"{GAPS[gap]}: {probability:.0%}")
    st.caption(progress(turns, most))


def progress(turns: Sequence[session.Turn], most: int) -> str:
    """How far the interview is."""
    kinds = [reply["kind"] for _, reply in turns]
    if "recommendation" in kinds:
        asked = kinds[: kinds.index("recommendation")].count("question")
        return f"Recommended after {asked} {'question' if asked == 1 else 'questions'}."
    return f"Question {max(1, kinds.count('question'))} of at most {most}."


def _show_facts(facts: Mapping[str, Mapping[str, Any]], turn: int) -> None:
    st.markdown("##### What I understood", anchors=False)
    if not facts:
        st.caption("Nothing yet.")
    for name, fact in facts.items():
        with st.container(key=f"fact-{name}", gap=None):
            _show_fact(fact_kinds()[name], fact, turn)


def _show_fact(kind: FactKind, fact: Mapping[str, Any], turn: int) -> None:
    words = plain(value_in_words(kind.values, fact["value"], fact["unit"]))
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"**{kind.title}**  \n{words}", width="stretch")
        with st.popover("Correct", type="tertiary", key=f"edit-{kind.name}-{turn}"):
            _show_correction(kind, fact, turn)
    st.caption(f"“{plain(fact['text'])}”")


def _show_correction(kind: FactKind, fact: Mapping[str, Any], turn: int) -> None:
    key = f"value-{kind.name}-{turn}"
    values = [*kind.values, "unknown"]
    now = fact["value"] if isinstance(fact["value"], list) else [fact["value"]]
    chosen = [value for value in now if value in values]

    def word(value: str) -> str:
        return plain(kind.values.get(value, "not known"))

    with st.form(f"form-{kind.name}-{turn}", border=False):
        if kind.many:
            st.multiselect(kind.title, values, default=chosen, format_func=word, key=key)
        else:
            index = values.index(chosen[0]) if chosen else None
            st.selectbox(kind.title, values, index=index, format_func=word, key=key, placeholder="Choose")
        st.form_submit_button(
            "Correct",
            key=f"correct-{kind.name}-{turn}",
            on_click=session.correct,
            args=(kind.name, kind.title, key, turn),
        )


def _show_actions(conversation: str, turns: Sequence[session.Turn], advisor: Advisor) -> None:
    """Draw what can be done with the conversation that is open."""
    st.markdown("##### This conversation", anchors=False)
    st.download_button(
        "Save as Markdown",
        lambda: advisor.export(conversation),
        "gapwise-conversation.md",
        "text/markdown",
        key="export",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    if any(reply["kind"] == "recommendation" for _, reply in turns):
        _show_record(conversation, advisor)
    title = f"title-{conversation}"
    with st.container(horizontal=True, gap="xsmall"):
        with st.popover("Rename", key=f"rename-{conversation}", width="stretch"), st.form("rename-form", border=False):
            st.text_input("New title", key=title, max_chars=60)
            st.form_submit_button("Rename", key="rename", on_click=session.rename, args=(advisor, conversation, title))
        with st.popover("Delete", key=f"delete-{conversation}", width="stretch"):
            st.markdown("Delete this conversation for good? It cannot be brought back.")
            forget = session.delete
            st.button("Delete for good", key="delete", type="primary", on_click=forget, args=(advisor, conversation))


def _show_record(conversation: str, advisor: Advisor) -> None:
    """Draw what saves the decision record of the last recommendation."""

    def record() -> Record:
        return advisor.record(conversation, on=datetime.now(UTC).astimezone().date())

    kept: dict[str, tuple[str, str, Callable[[], str]]] = {
        "Markdown": ("md", "text/markdown", lambda: record().as_markdown()),
        "JSON": ("json", "application/json", lambda: json.dumps(record().as_json(), ensure_ascii=False, indent=1)),
    }
    with st.container(horizontal=True, gap="xsmall"):
        for form, (ending, kind, text) in kept.items():
            st.download_button(
                f"Record ({form})",
                text,
                f"gapwise-record.{ending}",
                kind,
                key=f"record-{ending}",
                icon=":material/gavel:",
                help="The decision, its grounds, what was rejected and what is open.",
                on_click="ignore",
                width="stretch",
            )


def _show_conversations(listed: Sequence[Summary]) -> None:
    if not listed:
        return
    st.markdown("##### Earlier conversations", anchors=False)
    everything = st.session_state.get("list-all", False)
    with st.container(key="conversations", gap=None):
        for summary in listed if everything else listed[:LISTED]:
            label, key = plain(summary.title), f"open-{summary.id}"
            st.button(label, key=key, type="tertiary", wrap=False, on_click=session.go_to, args=(summary.id,))
    if len(listed) > LISTED:
        st.toggle(f"Show all {len(listed)}", key="list-all")
