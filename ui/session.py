"""What the page remembers of this browser tab between runs: the conversation, and the turn that was asked for."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from agent import Advisor, AdvisorError
from knowledge import KnowledgeError

PARAMETER = "c"
"""The query parameter that holds the conversation's id."""
WINDOW = 15
"""Turns that are shown at first, and how many more a click brings: two messages each."""

Turn = tuple[str, dict[str, Any]]
"""What the user wrote, and the reply."""


@dataclass(frozen=True)
class Waiting:
    """A turn that the user asked for; its id stays the same however often the page runs before it is taken."""

    text: str
    fact: str | None = None
    values: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))


@dataclass
class Talk:
    """The conversation of this tab."""

    id: str | None = None
    turns: list[Turn] = field(default_factory=list)
    shown: int = WINDOW
    waiting: Waiting | None = None
    fault: str | None = None
    """Why the last thing asked for did not happen, in one sentence."""
    draft: str | None = None
    """A message that was not taken; it goes back into the input."""


def talk() -> Talk:
    """What this tab remembers."""
    kept: Talk = st.session_state.setdefault("talk", Talk())
    return kept


def follow_url(advisor: Advisor) -> None:
    """Show the conversation that the URL names, and name the one shown in the URL.

    Raises:
        UnknownConversation: the URL names none that is kept here.
    """
    here, named = talk(), st.query_params.get(PARAMETER)
    if named and named != here.id:
        turns = list(advisor.history(named))
        st.session_state.talk = Talk(id=named, turns=turns, waiting=here.waiting)
    elif here.id and not named:
        st.query_params[PARAMETER] = here.id


def go_to(conversation: str | None = None) -> None:
    """Open another conversation, or none, which is a new one."""
    st.session_state.talk = Talk()
    st.query_params.from_dict({PARAMETER: conversation} if conversation else {})


def send(text: str, after: int | None = None) -> None:
    """Ask for a turn with this text; `after` is the number of turns that a click saw."""
    if text.strip():
        _ask_for(Waiting(text), after)


def send_typed(key: str) -> None:
    """Ask for a turn with what stands in the input of this key."""
    send(st.session_state[key] or "")


def correct(fact: str, title: str, key: str, after: int) -> None:
    """Ask for a turn that sets a fact to what was chosen in the input of this key."""
    chosen = st.session_state[key]
    values = tuple(chosen) if isinstance(chosen, list) else (chosen,) if chosen else ()
    values = tuple(value for value in values if value != "unknown") or values
    if values:
        _ask_for(Waiting(f"{title}: {', '.join(values)}", fact, values), after)


def _ask_for(waiting: Waiting, after: int | None) -> None:
    """Let a turn wait, unless one does already or the click was made before the last one was taken."""
    here = talk()
    if here.waiting is None and after in (None, len(here.turns)):
        here.waiting, here.fault = waiting, None


def give_back(key: str) -> None:
    """Put a message that was not taken back into the input of this key."""
    here = talk()
    if here.draft:
        st.session_state[key], here.draft = here.draft, None


def take_waiting(advisor: Advisor) -> None:
    """Take the turn that is waiting; where it cannot be taken, keep the sentence that says why, and the message."""
    here = talk()
    waiting = here.waiting
    if waiting is None:
        return
    here.draft = None if waiting.fact else waiting.text
    try:
        _take(waiting, here, advisor)
        here.draft = None
    except (AdvisorError, KnowledgeError) as error:
        here.fault = str(error)
    finally:
        here.waiting = None


def _take(waiting: Waiting, here: Talk, advisor: Advisor) -> None:
    conversation = here.id = here.id or advisor.start()
    if waiting.fact:
        reply = advisor.correct(conversation, waiting.fact, waiting.values, waiting.id)
    else:
        reply = advisor.reply(conversation, waiting.text, waiting.id)
    if reply["turn"] == len(here.turns) + 1:
        here.turns.append((waiting.text, reply))
    else:
        here.turns = list(advisor.history(conversation))


def rename(advisor: Advisor, conversation: str, key: str) -> None:
    """Give a conversation the title that stands in the input of this key."""
    title = str(st.session_state[key]).strip()
    with _faults_kept():
        if title:
            advisor.rename(conversation, title)


def delete(advisor: Advisor, conversation: str) -> None:
    """Forget a conversation for good and open a new one."""
    with _faults_kept():
        advisor.delete(conversation)
        go_to(None)


@contextmanager
def _faults_kept() -> Iterator[None]:
    """Keep the sentence that says why something did not happen, for the page to show."""
    here = talk()
    try:
        yield
    except (AdvisorError, KnowledgeError) as error:
        here.fault = str(error)
