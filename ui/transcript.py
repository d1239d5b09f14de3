"""The conversation as it is shown: one way to draw a turn, whether it was just taken or comes from the store."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from agent import Advisor
from ui import session
from ui.opening import settings
from ui.text import anchor, document, plain

ADVISOR, USER = ":material/explore:", ":material/person:"
STARTERS = (
    "Our support bot quotes last year's prices. The price list changes every week.",
    "The product texts drift from our brand voice, whatever we write into the prompt.",
    "Ticket routing works well, but with a million calls a day it costs too much.",
    "The HR assistant makes things up about our leave policy.",
)
"""Openings of the kinds that people come with."""
BRING_INTO_VIEW = """
let seen
export default function ({ data, parentElement }) {
  if (data.turn === seen) return
  seen = data.turn
  let page = parentElement.host ?? parentElement
  while (page && (page.clientHeight < 200 || getComputedStyle(page).overflowY !== "auto")) page = page.parentElement
  let before = "", still = 0
  const timer = setInterval(() => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = page ?? {}
    const now = `${scrollTop} of ${scrollHeight}`
    still = now === before ? still + 1 : 0
    before = now
    const ended = scrollHeight - scrollTop - clientHeight < 2
    if (still < (ended ? 4 : 7)) return
    clearInterval(timer)
    const place = document.querySelector(`.st-key-turn-${data.turn}`)
    if (place) place.style.scrollMarginTop = "4rem"
    place?.scrollIntoView()
  }, 80)
  for (const moved of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(moved, () => clearInterval(timer), { once: true, capture: true })
}
"""
"""Streamlit glides to the end of a chat; once it is there, go to where the last turn begins, which is read first."""


def greet(advisor: Advisor) -> None:
    """Say what this is, and where the text goes, before the first message."""
    st.title("Name the gap before you pick the tool", anchor=False)
    st.markdown(
        "Tell me what your LLM application does and where it disappoints. I ask a few questions, name the gap behind it, "
        "and recommend what to do now, next and later, every claim with its source."
    )
    st.caption(where_text_goes(advisor))
    st.markdown("**Some openings, if you want one**")
    with st.container(key="starters", gap="xsmall"):
        for number, opening in enumerate(STARTERS):
            st.button(opening, key=f"starter-{number}", on_click=session.send, args=(opening, 0), width="stretch")


def where_text_goes(advisor: Advisor) -> str:
    """Which engine answers, and whether text leaves this machine."""
    if advisor.engine == "embedded":
        return "The embedded engine answers. Nothing that you type leaves this machine."
    chosen = settings()
    server = plain(chosen.openai_base_url or "api.openai.com")
    model = plain(chosen.gapwise_model or "the model set")
    return f"The model {model} reads what you type: your messages leave this machine for {server}."


def show(talk: session.Talk, advisor: Advisor) -> None:
    """Draw the conversation: what came before on demand, the turns, and the answers to click."""
    hidden = max(0, len(talk.turns) - talk.shown)
    with st.empty():
        if hidden:
            st.button(f"Show earlier messages ({2 * hidden})", key="earlier", on_click=_show_more, type="tertiary")
        elif not talk.turns and not talk.waiting:
            with st.container():
                greet(advisor)
    for number, (text, reply) in enumerate(talk.turns[hidden:], hidden + 1):
        with st.container(key=f"turn-{number}"):
            show_user(text)
            with st.chat_message("assistant", avatar=ADVISOR):
                show_reply(reply, advisor, number == len(talk.turns) and talk.waiting is None)


def bring_into_view(turn: int) -> None:
    """Scroll to the beginning of a turn, once."""
    _bring_into_view()(data={"turn": turn}, key="bring-into-view", height=1)


@cache
def _bring_into_view() -> ComponentRenderer:
    return st.components.v2.component("gapwise_bring_into_view", js=BRING_INTO_VIEW)


def show_user(text: str) -> None:
    """Draw what the user wrote, word for word."""
    with st.chat_message("user", avatar=USER):
        st.text(text)


def show_reply(reply: Mapping[str, Any], advisor: Advisor, is_open: bool) -> None:
    """Draw a reply: its text, answers to click while its question is open, the passages, and a copy to take away."""
    if advisor.engine != reply["engine"]:
        st.caption("The model did not answer, so the embedded engine took this turn.")
    st.markdown(document(reply), anchors=False)
    with st.empty():
        if is_open and reply["question"]:
            with st.container():
                _show_answers(reply["question"], reply["turn"])
    if reply["citations"]:
        _show_sources(reply, advisor)
    if reply["kind"] == "recommendation":
        with st.popover("Copy", icon=":material/content_copy:", key=f"copy-{reply['turn']}"):
            st.caption("The button at the upper right of the text copies it as Markdown.")
            st.code(reply["text"], language=None, wrap_lines=True, height=320)


def _show_answers(question: Mapping[str, Any], turn: int) -> None:
    """Draw the one-click answers of the open question; each is sent as it stands."""
    with st.container(key=f"answers-{turn}", horizontal=True, gap="xsmall"):
        for number, option in enumerate(question["options"]):
            st.button(plain(option), key=f"answer-{turn}-{number}", on_click=session.send, args=(option, turn))
    st.caption("Answer with a click, or in your own words below.")


def _show_sources(reply: Mapping[str, Any], advisor: Advisor) -> None:
    sources = (*advisor.library.corpus.sources, *advisor.library.own.sources)
    titles = {source.id: source.title for source in sources}
    with st.container(border=True, gap="xxsmall", key=f"sources-{reply['turn']}"):
        st.markdown("##### Sources", anchors=False)
        for citation in reply["citations"]:
            _show_passage(citation, reply["turn"], titles.get(citation["source"], citation["source"]))


def _show_passage(citation: Mapping[str, Any], turn: int, title: str) -> None:
    number = citation["n"]
    heading = f":small[{number}. {plain(title)}, “{plain(citation['section'])}”]"
    st.subheader(heading, anchor=anchor(turn, number))
    st.text(citation["text"])


def _show_more() -> None:
    session.talk().shown += session.WINDOW
