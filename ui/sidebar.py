"""Beside the conversation: what is believed, and the facts that it rests on, each of which can be corrected."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from agent import GAPS, PRIMARIES, Advisor, FactKind, fact_kinds
from ui import conversations, session
from ui.text import plain, value_in_words


def show(talk: session.Talk, advisor: Advisor) -> None:
    """Draw the sidebar."""
    st.markdown("### 🧭 Gapwise", anchors=False)
    st.button(
        "New conversation", key="new", icon=":material/add:", on_click=session.go_to, args=(None,), width="stretch"
    )
    if talk.turns:
        latest = talk.turns[-1][1]
        _show_belief(latest, talk.turns, advisor.model.most_questions)
        _show_facts(latest)
    conversations.show(talk, advisor)


def _show_belief(latest: Mapping[str, Any], turns: Sequence[session.Turn], most: int) -> None:
    diagnosis = latest["diagnosis"]
    st.markdown("##### The gap", anchors=False)
    certain = "Verdict" if diagnosis["settled"] else "Best guess so far"
    st.markdown(f"{certain}: **{PRIMARIES[diagnosis['primary']]}**")
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


def _show_facts(latest: Mapping[str, Any]) -> None:
    st.markdown("##### What I understood", anchors=False)
    if not latest["facts"]:
        st.caption("Nothing yet.")
    kinds = fact_kinds()
    for name, fact in latest["facts"].items():
        with st.container(key=f"fact-{name}", gap=None):
            _show_fact(kinds[name], fact, latest["turn"])


def _show_fact(kind: FactKind, fact: Mapping[str, Any], turn: int) -> None:
    words = plain(value_in_words(kind.values, fact["value"], fact["unit"]))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
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
