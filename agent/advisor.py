"""The door: a conversation is opened, replied to, corrected, listed, exported, recorded. The only code that knows LangGraph's run-time."""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from agent.errors import BadInput, UnknownConversation
from agent.graph.build import Graph, build_graph
from agent.graph.state import Context, State
from agent.judgement.sensitivity import suppose
from agent.judgement.tables import DecisionModel, decision_model
from agent.judgement.verdict import Verdict, judge
from agent.reading.embedded import EmbeddedReader
from agent.reading.heads import load_reader_model
from agent.reading.protocol import Reader
from agent.reading.spelling import load_speller
from agent.settings import Settings
from agent.store import Store, Summary, store_path
from agent.vocabulary import fact_kinds
from agent.writing.record import Record, decision_record
from knowledge import KnowledgeError, Library, Progress, SearchEncoder, SentenceEncoder, open_library, visible_text

MOST_CHARACTERS = 8_000
MOST_TURNS = 200
TITLE_LENGTH = 60


class Advisor:
    """The advisor, opened once and shared by threads; several processes may share one home."""

    def __init__(self, library: Library, reader: Reader, embedded: Reader, store: Store, engine: str) -> None:
        self.library = library
        self.store = store
        self.engine = engine
        self.model: DecisionModel = decision_model()
        self._reader = reader
        self._embedded = embedded
        self._graph: Graph = build_graph(store.saver)

    @classmethod
    def open(cls, settings: Settings | None = None, progress: Progress | None = None) -> "Advisor":
        """Open library, reader and store as the settings say.

        Raises:
            KnowledgeError: the library cannot be opened.
            AdvisorError: the conversations cannot be kept, or the settings contradict themselves.
        """
        settings = settings or Settings()
        encoder = SearchEncoder(settings.gapwise_embedding_model)
        url = settings.gapwise_database_url
        store = Store(store_path(settings.gapwise_home, url.get_secret_value() if url else None))
        library = open_library(settings.gapwise_home, encoder, progress=progress)
        embedded = embedded_reader()
        reader: Reader = embedded
        if settings.engine == "openai":
            from agent.reading.openai import OpenAIReader

            reader = OpenAIReader.from_settings(settings, embedded)
        return cls(library, reader, embedded, store, settings.engine)

    def warm_up(self) -> None:
        """Load the models, so that the first turn is as fast as the next."""
        self._embedded.read("hello there", None, {}, 0)
        self.library.search("hello")

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def start(self) -> str:
        """Open a new conversation; it is listed once a turn was taken."""
        return self.store.create("New conversation")

    def reply(self, conversation: str, text: str, turn_id: str | None = None) -> dict[str, Any]:
        """Take one turn and return the reply as plain JSON values (`Reply.as_json`).

        A turn id that was used before returns the stored reply where the text is the same.

        Raises:
            BadInput: empty or too long a text, a turn id of another text, too many turns.
            UnknownConversation: no such conversation.
            StoreUnavailable: the turn could not be stored; nothing was taken.
        """
        seen = visible_text(text)
        if not seen:
            raise BadInput("The message is empty; write what goes wrong in a sentence or two.")
        if len(text) > MOST_CHARACTERS:
            raise BadInput(
                f"The message has {len(text):,} characters; at most {MOST_CHARACTERS:,} can be read, so shorten it."
            )
        return self._turn(conversation, State(text=seen, corrections={}), turn_id)

    def correct(
        self, conversation: str, fact: str, values: tuple[str, ...], turn_id: str | None = None
    ) -> dict[str, Any]:
        """Set a fact by hand; the reply is the next question or the revised recommendation.

        Raises:
            BadInput: no such fact or value.
        """
        kind = fact_kinds().get(fact)
        if kind is None or not values or any(value not in (*kind.values, "unknown") for value in values):
            raise BadInput(f"{fact!r} cannot be set to {', '.join(values)!r}; choose one of its values.")
        return self._turn(
            conversation,
            State(text=f"{kind.title}: {', '.join(values)}", corrections={fact: values}),
            turn_id,
        )

    def what_if(self, conversation: str, changes: Mapping[str, tuple[str, ...]]) -> Verdict:
        """The verdict if some facts were otherwise; nothing is stored."""
        state = self._state(conversation)
        facts: Mapping[str, Any] = state.get("facts", {})
        for name, values in changes.items():
            facts = suppose(facts, name, values)
        return judge(facts, frozenset(state.get("asked", ())), self.model)

    def history(self, conversation: str) -> tuple[tuple[str, dict[str, Any]], ...]:
        """All turns in order: what the user wrote, and the reply."""
        self._must_exist(conversation)
        return tuple((state["text"], dict(state["reply"])) for state in self._states(conversation))

    def rewind(self, conversation: str, turn: int) -> None:
        """Go back to just after a turn; what came later is left out of the conversation.

        Raises:
            BadInput: there is no such turn.
        """
        self._must_exist(conversation)
        with self.store.turn(conversation):
            for snapshot in self._graph.get_state_history(_config(conversation)):
                if snapshot.values.get("turn") == turn:
                    self._graph.update_state(snapshot.config, {"turn": turn}, as_node="notice")
                    return
        raise BadInput(f"There is no turn {turn} in this conversation.")

    def list(self) -> tuple[Summary, ...]:
        """All conversations, the latest first."""
        return self.store.list()

    def rename(self, conversation: str, title: str) -> None:
        """Give a conversation a title."""
        self._must_exist(conversation)
        self.store.rename(conversation, visible_text(title)[:TITLE_LENGTH] or "Conversation")

    def delete(self, conversation: str) -> None:
        """Forget a conversation for good."""
        self._must_exist(conversation)
        self.store.delete(conversation)

    def export(self, conversation: str) -> str:
        """The whole conversation as Markdown."""
        lines = ["# Gapwise conversation"]
        for text, reply in self.history(conversation):
            quoted = "\n".join(f"> {line}" for line in text.splitlines())
            lines += [quoted, reply["text"]]
        return "\n\n".join(lines) + "\n"

    def record(self, conversation: str, turn: int | None = None, on: date | None = None) -> Record:
        """The decision record of the last recommendation, or of the one that a turn gave.

        Args:
            conversation: its id.
            turn: number of the turn, from 1.
            on: the day on which the record is drawn up; no clock is read here.

        Raises:
            BadInput: nothing is recommended yet, or not at that turn.
            UnknownConversation: no such conversation.
        """
        self._must_exist(conversation)
        advised = {s["turn"]: s for s in self._states(conversation) if s["reply"]["kind"] == "recommendation"}
        if not advised:
            raise BadInput(
                "Nothing is recommended in this conversation yet, so there is no decision to record; go on first."
            )
        state = advised.get(max(advised) if turn is None else turn)
        if state is None:
            turns = ", ".join(map(str, advised))
            raise BadInput(f"Turn {turn} holds no recommendation; there is one at turn {turns}.")
        return decision_record(state["reply"], state["facts"], self.library, self.model, on)

    def _turn(self, conversation: str, given: State, turn_id: str | None) -> dict[str, Any]:
        started = time.perf_counter()
        self._must_exist(conversation)
        with self.store.turn(conversation):
            if turn_id is not None and (stored := self._stored(conversation, turn_id)):
                if stored["text"] != given["text"]:
                    raise BadInput(f"The turn id {turn_id!r} was used for another message; use a new one.")
                return dict(stored["reply"])
            before = self._state(conversation)
            turns = before.get("turn", 0)
            if turns >= MOST_TURNS:
                raise BadInput(f"This conversation has {MOST_TURNS} turns, which is the limit; open a new one.")
            context = Context(
                conversation, self.library, self._reader, self._embedded, self.model, self.engine, started
            )
            state = self._graph.invoke(
                {**given, "turn_id": turn_id or f"turn-{turns + 1}"},
                _config(conversation),
                context=context,
                durability="exit",
            )
            if turns == 0:
                self.store.rename(conversation, _title(given["text"]))
            self.store.touch(conversation)
        return dict(state["reply"])

    def _stored(self, conversation: str, turn_id: str) -> State | None:
        return next((state for state in self._states(conversation) if state["turn_id"] == turn_id), None)

    def _state(self, conversation: str) -> State:
        return self._graph.get_state(_config(conversation)).values  # type: ignore[return-value]  # the channels of State

    def _states(self, conversation: str) -> tuple[State, ...]:
        """The state after each turn, in order, along the line that leads to the latest one."""
        snapshots = {
            s.config["configurable"]["checkpoint_id"]: s for s in self._graph.get_state_history(_config(conversation))
        }
        line: dict[int, State] = {}
        here = next(iter(snapshots), None)
        while here in snapshots:
            snapshot = snapshots[here]
            if "reply" in snapshot.values:
                line.setdefault(snapshot.values["turn"], snapshot.values)  # type: ignore[arg-type]  # the channels of State
            here = snapshot.parent_config["configurable"]["checkpoint_id"] if snapshot.parent_config else None
        return tuple(line[turn] for turn in sorted(line))

    def _must_exist(self, conversation: str) -> None:
        if not self.store.exists(conversation):
            raise UnknownConversation("There is no conversation of this id; leave the id out to open a new one.")


def embedded_reader() -> EmbeddedReader:
    """The reader that needs no service; its weights are loaded at the first message."""
    return EmbeddedReader(load_reader_model(SentenceEncoder()), load_speller())


def warm_in_background(advisor: Advisor) -> threading.Thread:
    """Load the models beside whatever else is going on; what is missing is told by the first turn that needs it."""

    def load() -> None:
        with suppress(KnowledgeError):
            advisor.warm_up()

    thread = threading.Thread(target=load, name="warm-up", daemon=True)
    thread.start()
    return thread


def _config(conversation: str) -> Any:
    return {"configurable": {"thread_id": conversation}}


def _title(text: str) -> str:
    first = " ".join(text.split())
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
