import io
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from agent import Advisor
from knowledge import Library
from ui import jsonl

Serve = Callable[..., list[dict[str, Any]]]
FIELDS = {"conversation", "turn", "kind", "text", "question", "facts", "diagnosis", "recommendation", "citations"}


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Serve:
    """Feed lines to a face and return what it printed, a value a line."""

    def served(face: Callable[[Any], None], part: object, *lines: object) -> list[dict[str, Any]]:
        raw = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        face(part)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return served


def test_every_line_gets_exactly_one_line(serve: Serve, advisor: Advisor) -> None:
    lines = [
        b"",
        b"no json",
        b"[1]",
        b"\xff\xfe\x00",
        {"text": ""},
        {"text": 7},
        {"text": "Our bot invents prices."},
        b"{}",
    ]
    replies = serve(jsonl.chat, advisor, *lines)
    assert len(replies) == len(lines)
    assert [r["kind"] for r in replies] == ["error"] * 6 + ["question", "error"]


def test_a_reply_has_the_fields_of_the_contract(serve: Serve, advisor: Advisor) -> None:
    (reply,) = serve(jsonl.chat, advisor, {"text": "Our support bot makes up delivery dates."})
    assert FIELDS | {"engine", "elapsed_ms"} <= set(reply)
    assert set(reply["question"]) == {"fact", "text", "why", "options"}
    assert reply["question"]["options"][-1] == "I don't know"
    assert set(reply["diagnosis"]) == {"gaps", "primary", "settled"}
    assert reply["engine"] == "embedded"


def test_the_process_keeps_to_its_conversation_until_told_otherwise(serve: Serve, advisor: Advisor) -> None:
    replies = serve(jsonl.chat, advisor, {"text": "hello"}, {"text": "hello"}, {"text": "hello", "new": True})
    assert replies[0]["conversation"] == replies[1]["conversation"] != replies[2]["conversation"]
    assert [r["turn"] for r in replies] == [1, 2, 1]


def test_an_earlier_conversation_goes_on(serve: Serve, advisor: Advisor) -> None:
    (first,) = serve(jsonl.chat, advisor, {"text": "hello"})
    (second,) = serve(jsonl.chat, advisor, {"text": "hello", "conversation": first["conversation"]})
    assert (second["conversation"], second["turn"]) == (first["conversation"], 2)


def test_an_unknown_conversation_is_an_error_and_takes_nothing(serve: Serve, advisor: Advisor) -> None:
    replies = serve(jsonl.chat, advisor, {"text": "hello", "conversation": "no-such-id"}, {"text": "hello"})
    assert replies[0]["kind"] == "error"
    assert replies[1]["turn"] == 1


def test_a_repeated_turn_id_returns_the_stored_line(serve: Serve, advisor: Advisor) -> None:
    first = {"text": "Our bot sounds rude.", "turn_id": "a"}
    replies = serve(jsonl.chat, advisor, first, first, {"text": "something else", "turn_id": "a"})
    assert replies[0] == replies[1]
    assert replies[2]["kind"] == "error"


def test_an_overlong_message_is_an_error(serve: Serve, advisor: Advisor) -> None:
    (reply,) = serve(jsonl.chat, advisor, {"text": "word " * 20_000})
    assert reply["kind"] == "error"


def test_unpaired_surrogates_do_no_harm(serve: Serve, advisor: Advisor) -> None:
    replies = serve(jsonl.chat, advisor, b'{"text": "our bot \\ud800 invents things"}', {"text": "hello"})
    assert [r["kind"] for r in replies] != ["error", "error"]


def test_search_follows_the_contract(serve: Serve, library: Library) -> None:
    (found,) = serve(jsonl.search, library, {"query": "does fine-tuning teach new facts?", "k": 3})
    assert found["fits"] is True
    assert len(found["hits"]) == 3
    assert set(found["hits"][0]) == {"passage_id", "source", "section", "text", "score"}
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    "request_", [{"query": 3}, {"k": 2}, {"query": "x", "k": 0}, {"query": "x", "k": "many"}, b"?"]
)
def test_a_bad_search_is_an_error_line(serve: Serve, library: Library, request_: object) -> None:
    replies = serve(jsonl.search, library, request_, {"query": "what is LoRA?"})
    assert replies[0]["kind"] == "error"
    assert "hits" in replies[1]


def test_ask_answers_with_citations_or_abstains(serve: Serve, library: Library) -> None:
    known, unknown = serve(
        jsonl.ask, library, {"question": "what does LoRA training cost?"}, {"question": "who won the football match?"}
    )
    assert not known["abstained"]
    assert known["citations"]
    assert "[1]" in known["text"]
    assert unknown["abstained"]
