import io
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from agent import Advisor
from knowledge import Library, dissent_ledger
from ui import jsonl

Serve = Callable[..., list[dict[str, Any]]]
CITATION = {"n", "passage_id", "source", "section", "text"}
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


ASKED = {
    "answered": "what does LoRA training cost?",
    "with a quarrel": "How many examples does fine-tuning need?",
    "not said": "What learning rate suits LoRA?",
    "foreign": "who won the football match?",
    "empty": "",
}


@pytest.mark.parametrize("question", ASKED.values(), ids=ASKED)
def test_ask_gives_exactly_the_fields_of_the_contract(serve: Serve, library: Library, question: str) -> None:
    (line,) = serve(jsonl.ask, library, {"question": question})
    assert list(line) == ["text", "citations", "abstained"]
    assert [set(citation) for citation in line["citations"]] == [CITATION] * len(line["citations"])
    assert [citation["n"] for citation in line["citations"]] == list(range(1, len(line["citations"]) + 1))


def test_ask_tells_both_sides_in_its_text_and_cites_them(serve: Serve, library: Library) -> None:
    (line,) = serve(jsonl.ask, library, {"question": ASKED["with a quarrel"]})
    quarrel = dissent_ledger()[0]
    assert all(stance.text in line["text"] for stance in quarrel.positions)
    cited = {citation["passage_id"] for citation in line["citations"]}
    assert cited >= {passage for stance in quarrel.positions for passage in stance.passages}


def test_what_is_not_said_is_abstained_from_with_the_nearest_thing_cited(serve: Serve, library: Library) -> None:
    (line,) = serve(jsonl.ask, library, {"question": ASKED["not said"]})
    assert line["abstained"] is True
    assert line["text"].startswith("The sources don't say.")
    assert line["text"].endswith(f"{line['citations'][0]['text']} [1]")


@pytest.mark.parametrize("request_", [{"question": 3}, {"query": "what is LoRA?"}, {}, b"?", b"[]", b""])
def test_a_bad_ask_is_an_error_line_and_the_next_is_answered(serve: Serve, library: Library, request_: object) -> None:
    bad, good = serve(jsonl.ask, library, request_, {"question": "what is LoRA?"})
    assert set(bad) == {"kind", "text"}
    assert bad["kind"] == "error"
    assert not good["abstained"]


def test_ask_gives_the_same_line_each_time(serve: Serve, library: Library) -> None:
    first, _, again = serve(
        jsonl.ask, library, *({"question": ASKED[key]} for key in ("answered", "foreign", "answered"))
    )
    assert json.dumps(first) == json.dumps(again)


def test_a_search_line_is_exactly_hits_and_whether_they_fit(serve: Serve, library: Library) -> None:
    (line,) = serve(jsonl.search, library, {"query": "what is LoRA?"})
    known = {p.id: (p.source.id, p.section, p.text) for p in library.corpus.passages}
    assert list(line) == ["hits", "fits"]
    assert len(line["hits"]) == 5
    assert all(known[h["passage_id"]] == (h["source"], h["section"], h["text"]) for h in line["hits"])


@pytest.mark.parametrize(
    ("query", "fits"), [("what is LoRA?", True), ("who won the football match?", False), ("", False)]
)
@pytest.mark.parametrize("k", [1, 100])
def test_whether_a_search_fits_does_not_depend_on_how_much_is_asked_for(
    serve: Serve, library: Library, query: str, fits: bool, k: int
) -> None:
    (line,) = serve(jsonl.search, library, {"query": query, "k": k})
    assert (line["fits"], len(line["hits"])) == (fits, k)
