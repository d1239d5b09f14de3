"""The faces for programs: a JSON object a line in, exactly one line out for each."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from agent import MOST_CHARACTERS, Advisor, AdvisorError, BadInput, answer_from_sources
from knowledge import KnowledgeError, Library, Search

LONGEST_LINE = 20 * MOST_CHARACTERS


class ChatSession:
    """`chat --jsonl`: goes on with one conversation until told otherwise."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._conversation: str | None = None

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Take one turn.

        Raises:
            AdvisorError: the request cannot be taken as a turn.
        """
        text = _string(request, "text", "a turn needs a text")
        turn_id = _optional(request, "turn_id")
        conversation = _optional(request, "conversation")
        if not text.strip():
            raise BadInput("The message is empty; write what goes wrong in a sentence or two.")
        if len(text) > MOST_CHARACTERS:
            raise BadInput(
                f"The message has {len(text):,} characters; at most {MOST_CHARACTERS:,} can be read, so shorten it."
            )
        if conversation is None:
            if self._conversation is None or request.get("new"):
                self._conversation = self._advisor.start()
            conversation = self._conversation
        reply = self._advisor.reply(conversation, text, turn_id)
        self._conversation = conversation
        return reply

    def fault(self, message: str) -> dict[str, Any]:
        """The line for a request that was not taken."""
        return {
            "conversation": self._conversation,
            "turn": None,
            "kind": "error",
            "text": message,
            "question": None,
            "facts": {},
            "diagnosis": None,
            "recommendation": None,
            "citations": [],
            "engine": self._advisor.engine,
            "elapsed_ms": 0,
        }


def chat(advisor: Advisor) -> None:
    """Serve `chat --jsonl` on standard input and output."""
    session = ChatSession(advisor)
    _serve(session.answer, session.fault)


def search(library: Library) -> None:
    """Serve `search --jsonl`."""

    def answer(request: Mapping[str, Any]) -> dict[str, Any]:
        query = _string(request, "query", "a search needs a query")
        k = request.get("k", 5)
        if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= 100:
            raise BadInput("k must be a whole number from 1 to 100.")
        return search_json(library.search(query, k))

    _serve(answer, _error)


def ask(library: Library) -> None:
    """Serve `ask --jsonl`."""

    def answer(request: Mapping[str, Any]) -> dict[str, Any]:
        found = answer_from_sources(_string(request, "question", "an ask needs a question"), library)
        return {
            "text": found.text,
            "citations": [asdict(citation) for citation in found.citations],
            "abstained": found.abstained,
        }

    _serve(answer, _error)


def search_json(found: Search) -> dict[str, Any]:
    """A search result with the names of the contract."""
    hits = [
        {
            "passage_id": hit.passage.id,
            "source": hit.passage.source.id,
            "section": hit.passage.section,
            "text": hit.passage.text,
            "score": hit.score,
        }
        for hit in found.hits
    ]
    return {"hits": hits, "fits": found.fits}


def _serve(answer: Callable[[Mapping[str, Any]], dict[str, Any]], fault: Callable[[str], dict[str, Any]]) -> None:
    for line in _lines(sys.stdin.buffer):
        try:
            result = answer(_parsed(line))
        except (AdvisorError, KnowledgeError) as error:
            result = fault(str(error))
        sys.stdout.write(json.dumps(result, ensure_ascii=False, allow_nan=False) + "\n")
        sys.stdout.flush()


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of a stream; one that is far too long is cut, so that it cannot fill the memory."""
    while line := stream.readline(LONGEST_LINE):
        whole = line
        while not line.endswith(b"\n") and (line := stream.readline(LONGEST_LINE)):
            pass
        yield whole


def _parsed(line: bytes) -> Mapping[str, Any]:
    try:
        request = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadInput('This line is no JSON object; send {"text": "..."} on a line of its own.') from None
    if not isinstance(request, dict):
        raise BadInput('This line is no JSON object; send {"text": "..."} on a line of its own.')
    return request


def _string(request: Mapping[str, Any], key: str, lack: str) -> str:
    value = request.get(key)
    if not isinstance(value, str):
        raise BadInput(f'{lack[0].upper()}{lack[1:]}: send {{"{key}": "..."}}.')
    return value.encode("utf-8", "replace").decode("utf-8")


def _optional(request: Mapping[str, Any], key: str) -> str | None:
    value = request.get(key)
    if value is not None and not isinstance(value, str):
        raise BadInput(f"{key!r} must be a string.")
    return value


def _error(message: str) -> dict[str, Any]:
    return {"kind": "error", "text": message}
