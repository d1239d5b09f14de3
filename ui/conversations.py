"""The conversations of this home: the one that is open can be saved, renamed and deleted, the others opened."""

import streamlit as st

from agent import Advisor
from ui import session
from ui.text import plain

LISTED = 10
"""Conversations listed before "Show all"."""


def show(talk: session.Talk, advisor: Advisor) -> None:
    """Draw what can be done with the open conversation, and the list of all."""
    if talk.id and talk.turns:
        st.markdown("##### This conversation", anchors=False)
        _show_actions(talk.id, advisor)
    _show_list(talk.id, advisor)


def _show_actions(conversation: str, advisor: Advisor) -> None:
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
    with st.container(horizontal=True, gap="xsmall"):
        with (
            st.popover("Rename", key=f"rename-{conversation}", width="stretch"),
            st.form(f"rename-form-{conversation}", border=False),
        ):
            key = f"title-{conversation}"
            st.text_input("New title", key=key, max_chars=60)
            st.form_submit_button("Rename", key="rename", on_click=_rename, args=(advisor, conversation, key))
        with st.popover("Delete", key=f"delete-{conversation}", width="stretch"):
            st.markdown("Delete this conversation for good? It cannot be brought back.")
            st.button("Delete for good", key="delete", type="primary", on_click=_delete, args=(advisor, conversation))


def _show_list(current: str | None, advisor: Advisor) -> None:
    listed = [summary for summary in advisor.list() if summary.id != current]
    if not listed:
        return
    st.markdown("##### Earlier conversations" if current else "##### Conversations", anchors=False)
    everything = len(listed) <= LISTED or st.session_state.get("list-all", False)
    with st.container(key="conversations", gap=None):
        for summary in listed if everything else listed[:LISTED]:
            st.button(
                plain(summary.title),
                key=f"open-{summary.id}",
                type="tertiary",
                wrap=False,
                on_click=session.go_to,
                args=(summary.id,),
            )
    if len(listed) > LISTED:
        st.toggle(f"Show all {len(listed)}", key="list-all")


def _rename(advisor: Advisor, conversation: str, key: str) -> None:
    title = str(st.session_state[key]).strip()
    if title:
        with session.faults_kept():
            advisor.rename(conversation, title)


def _delete(advisor: Advisor, conversation: str) -> None:
    with session.faults_kept():
        advisor.delete(conversation)
        session.go_to(None)
