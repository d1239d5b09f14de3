"""The page: `streamlit run ui/page.py`. Draws the conversation of this tab and takes the turn that is waiting."""

import streamlit as st

from agent import MOST_CHARACTERS, Advisor, AdvisorError, UnknownConversation
from knowledge import KnowledgeError
from ui import session, sidebar, transcript
from ui.opening import open_advisor

SIDEBAR_WIDTH = 380
READABLE_WIDTH = 860


def main() -> None:
    """Draw the page."""
    st.set_page_config("Gapwise", "🧭", layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
    with st.container(horizontal=True, horizontal_alignment="center"):
        column = st.container(width=READABLE_WIDTH)
    with column:
        advisor = _advisor_of_this_tab()
    talk = session.talk()
    with st.sidebar:
        sidebar.show(talk, advisor)
    session.give_back("message")
    st.chat_input(
        "Answer, or ask something" if talk.turns else "Say what goes wrong",
        key="message",
        max_chars=MOST_CHARACTERS,
        submit_mode="disable",
        on_submit=session.send_typed,
        args=("message",),
    )
    with column:
        _draw_talk(talk, advisor)


def _advisor_of_this_tab() -> Advisor:
    """Open the advisor and the conversation that the URL names; a page that cannot go on says why and stops."""
    try:
        advisor = open_advisor()
        if advisor.store.set_aside:
            st.warning(f"The conversations were damaged; the file is kept aside as `{advisor.store.set_aside}`.")
        session.follow_url(advisor)
    except UnknownConversation:
        with st.sidebar:
            sidebar.show(session.Talk(), advisor)
        st.error("There is no conversation at this address; it may have been deleted, or it is kept elsewhere.")
        st.button("Start a new conversation", key="start-new", type="primary", on_click=session.go_to, args=(None,))
        st.stop()
    except (AdvisorError, KnowledgeError) as error:
        st.error(str(error))
        st.stop()
    return advisor


def _draw_talk(talk: session.Talk, advisor: Advisor) -> None:
    transcript.show(talk, advisor)
    if talk.waiting:
        transcript.show_user(talk.waiting.text)
        status = ":shimmer[Reading your message]"
        with st.chat_message("assistant", avatar=transcript.ADVISOR), st.status(status, type="compact"):
            session.take_waiting(advisor)
        st.rerun()
    if talk.fault:
        st.error(talk.fault)
    if talk.turns:
        transcript.bring_into_view(len(talk.turns))


if __name__ == "__main__":
    main()
