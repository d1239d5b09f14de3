"""The decision record through the door, and the difference between two."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent import Advisor, BadInput, UnknownConversation, difference
from agent.facts import Fact
from agent.judgement.tables import decision_model
from agent.reading.protocol import Reading
from agent.testing import ScriptedReader, Store
from agent.writing.record import Record, decision_record
from knowledge import Library

MODEL = decision_model()
DAY = date(2026, 3, 9)
OPENING = "It knows <b>none</b> of our manuals | and sounds [1] wrong."
TOLD = "Sources must be shown."
QUESTION = "What is RAG?"
SAID = (
    Fact("symptom", ("missing_facts", "wrong_tone"), OPENING, 1, 0.9),
    Fact("examples", ("thousands",), "1,200,000 pairs", 1, 0.9, 1_200_000.0, "pair"),
    Fact("deadline", ("unknown",), "no idea when", 1, 0.95),
)
SCRIPT = {
    OPENING: Reading("interview", SAID, ("fine_tuning",), None),
    "Just tell me.": Reading("tell_me_now", (), (), None),
    TOLD: Reading("interview", (Fact("citations", ("required",), TOLD, 3, 0.97),), (), None),
    QUESTION: Reading("question", (), (), QUESTION),
}
MARK = re.compile(r"\[(\d+)\]")


@pytest.fixture
def talker(library: Library, tmp_path: Path) -> Iterator[Advisor]:
    """An advisor that reads by the script."""
    reader = ScriptedReader(SCRIPT)
    opened = Advisor(library, reader, reader, Store(tmp_path / "c.sqlite"), "embedded")
    yield opened
    opened.close()


@pytest.fixture
def conversation(talker: Advisor) -> str:
    """Recommended at turns 2 and 3; turn 4 is an answer."""
    opened = talker.start()
    for text in (OPENING, "Just tell me.", TOLD, QUESTION):
        talker.reply(opened, text)
    return opened


def replies(talker: Advisor, conversation: str) -> list[dict[str, Any]]:
    return [reply for _, reply in talker.history(conversation)]


def test_the_last_recommendation_is_recorded_unless_a_turn_is_named(talker: Advisor, conversation: str) -> None:
    assert [reply["kind"] for reply in replies(talker, conversation)][1:] == [
        "recommendation",
        "recommendation",
        "answer",
    ]
    assert talker.record(conversation).turn == 3
    assert talker.record(conversation, 2).turn == 2


@pytest.mark.parametrize("turn", [1, 4, 0, 99])
def test_a_turn_without_a_recommendation_is_refused_with_those_that_have_one(
    turn: int, talker: Advisor, conversation: str
) -> None:
    with pytest.raises(BadInput, match="2, 3"):
        talker.record(conversation, turn)


def test_a_conversation_that_was_not_advised_has_no_record(talker: Advisor) -> None:
    opened = talker.start()
    talker.reply(opened, OPENING)
    with pytest.raises(BadInput, match="Nothing is recommended"):
        talker.record(opened)
    with pytest.raises(UnknownConversation):
        talker.record("no-such-conversation")


def test_a_record_says_what_the_recommendation_said(talker: Advisor, conversation: str) -> None:
    reply = replies(talker, conversation)[2]
    recorded = talker.record(conversation).as_json()
    told = reply["recommendation"]
    assert {name: recorded["verdict"][name] for name in ("gaps", "primary", "settled")} == reply["diagnosis"]
    assert recorded["verdict"]["first_step"] == told["first_step"]
    assert recorded["verdict"]["runner_up"] == told["runner_up"]
    assert recorded["facts"] == reply["facts"]
    assert recorded["versions"] == reply["versions"]
    for part in ("plan", "disagreements", "would_change", "costs"):
        assert recorded[part] == told[part]


def test_facts_stand_with_the_users_own_words_turn_and_confidence(talker: Advisor, conversation: str) -> None:
    fact = talker.record(conversation).as_json()["facts"]["citations"]
    assert fact == {"value": "required", "unit": None, "text": TOLD, "turn": 3, "confidence": 0.97}


def test_every_ground_is_of_a_value_that_was_said_and_its_numbers_open_a_source(
    talker: Advisor, conversation: str
) -> None:
    recorded = talker.record(conversation).as_json()
    sources = {source["n"]: source["passage_id"] for source in recorded["sources"]}
    assert {"symptom", "citations"} <= {ground["fact"] for ground in recorded["grounds"]}
    for ground in recorded["grounds"]:
        assert {sources[n] for n in ground["citations"]} == set(ground["because"])


def test_sources_keep_their_numbers_and_those_of_the_grounds_come_after(talker: Advisor, conversation: str) -> None:
    cited = replies(talker, conversation)[2]["citations"]
    sources = talker.record(conversation).as_json()["sources"]
    assert sources[: len(cited)] == cited
    assert [source["n"] for source in sources] == list(range(1, len(sources) + 1))
    assert all(source["text"] for source in sources)


def test_what_was_rejected_is_every_lever_to_avoid_and_the_next_best_reading_with_its_reason(
    talker: Advisor, conversation: str
) -> None:
    recorded = talker.record(conversation)
    told = recorded.recommendation
    rejected = {option.lever: option for option in recorded.rejected if option.kind == "lever"}
    assert {lever: option.why for lever, option in rejected.items()} == {a.lever: a.why for a in told.avoid}
    assert "fine_tuning" in rejected
    other = recorded.rejected[-1]
    assert (other.primary, other.lever) == (told.runner_up.primary, told.runner_up.first_step)
    assert f"{round(100 * told.runner_up.margin)} point" in other.why


def test_what_is_assumed_and_what_the_user_does_not_know_is_open(talker: Advisor, conversation: str) -> None:
    recorded = talker.record(conversation)
    unknowns = {unknown.fact: unknown.why for unknown in recorded.unknowns}
    assert {fact for fact, why in unknowns.items() if why == "assumed"} == set(recorded.recommendation.assumed) != set()
    assert unknowns["deadline"] == "not known"


def test_the_day_is_the_one_that_the_caller_gives(talker: Advisor, conversation: str) -> None:
    dated, undated = talker.record(conversation, on=DAY), talker.record(conversation)
    assert (dated.as_json()["date"], undated.as_json()["date"]) == ("2026-03-09", None)
    assert "drawn up on 2026-03-09" in dated.as_markdown()
    assert "drawn up" not in undated.as_markdown()


def test_the_same_decision_gives_the_same_record(talker: Advisor, conversation: str) -> None:
    one, other = (talker.record(conversation, on=DAY) for _ in range(2))
    assert one.as_markdown() == other.as_markdown()
    assert json.dumps(one.as_json()) == json.dumps(other.as_json())


def test_every_mark_of_the_document_opens_a_source_and_every_source_is_used(talker: Advisor, conversation: str) -> None:
    page = talker.record(conversation).as_markdown()
    body, sources = page.split("### Sources")
    listed = {int(n) for n in re.findall(r"^\[(\d+)\]", sources, re.MULTILINE)}
    assert {int(n) for n in MARK.findall(body.replace(r"\[1\]", ""))} == listed


def test_words_of_the_user_do_not_act_as_markup_in_the_document(talker: Advisor, conversation: str) -> None:
    page = talker.record(conversation).as_markdown()
    (row,) = [line for line in page.splitlines() if line.startswith("| What goes wrong | does not")]
    assert "<b>" not in page
    assert len(re.findall(r"(?<!\\)\|", row)) == 6


def test_a_number_is_shown_as_it_was_said(talker: Advisor, conversation: str) -> None:
    assert "| 1,200,000 pair |" in talker.record(conversation).as_markdown()


def test_grounds_are_not_weighed_by_another_model_than_the_decisions(
    talker: Advisor, conversation: str, library: Library
) -> None:
    reply = replies(talker, conversation)[2]
    older = {**reply, "versions": {**reply["versions"], "decision_model": "0-earlier"}}
    recorded = decision_record(older, {fact.name: fact for fact in SAID}, library, MODEL)
    assert recorded.grounds is None
    assert recorded.as_json()["grounds"] is None
    assert "Not weighed" in recorded.as_markdown()


def test_a_recommendation_of_another_form_is_refused_in_a_sentence(
    talker: Advisor, conversation: str, library: Library
) -> None:
    reply = replies(talker, conversation)[2]
    older = {**reply, "recommendation": {**reply["recommendation"], "runner_up": None}}
    with pytest.raises(BadInput, match="another version"):
        decision_record(older, {}, library, MODEL)


@pytest.fixture
def two(talker: Advisor, conversation: str) -> tuple[Record, Record]:
    """Before and after the duty to show sources was told, and the symptom corrected."""
    before = talker.record(conversation, 2)
    talker.correct(conversation, "symptom", ("wrong_tone",))
    return before, talker.record(conversation)


def test_a_difference_names_the_facts_that_changed_and_no_others(two: tuple[Record, Record]) -> None:
    moved = {fact["fact"]: (fact["from"], fact["to"]) for fact in difference(*two).as_json()["facts"]}
    assert moved == {
        "symptom": ("does not know your own material, wrong voice or style", "wrong voice or style"),
        "citations": (None, "required"),
    }


def test_a_difference_tells_verdict_gaps_and_steps_before_and_after(two: tuple[Record, Record]) -> None:
    before, after = two
    found = difference(before, after).as_json()
    assert found["verdict"]["from"]["primary"] == before.diagnosis.primary != after.diagnosis.primary
    assert found["verdict"]["to"]["first_step"] == after.recommendation.first_step
    assert {
        "gap": "knowledge",
        "from": before.diagnosis.gaps["knowledge"],
        "to": after.diagnosis.gaps["knowledge"],
    } in found["gaps"]
    first = before.recommendation.first_step
    assert {"lever": first, "from": "now", "to": None} in found["steps"]


def test_a_difference_read_backwards_is_the_other_way_round(two: tuple[Record, Record]) -> None:
    there, back = difference(*two), difference(*reversed(two))
    assert {(f.fact, f.was, f.to) for f in there.facts} == {(f.fact, f.to, f.was) for f in back.facts}
    assert {(s.lever, s.was, s.to) for s in there.steps} == {(s.lever, s.to, s.was) for s in back.steps}
    assert {(g.gap, g.was, g.to) for g in there.gaps} == {(g.gap, g.to, g.was) for g in back.gaps}


def test_a_record_does_not_differ_from_itself(two: tuple[Record, Record]) -> None:
    found = difference(two[0], two[0])
    assert (found.verdict, found.facts, found.gaps, found.steps, found.other_versions) == (None, (), (), (), False)
    assert "The verdict is the same." in found.as_markdown()


def test_the_document_of_a_difference_tells_all_of_it(two: tuple[Record, Record]) -> None:
    found = difference(*two)
    page = found.as_markdown()
    assert "Whether sources must be shown: not spoken of → required" in page
    assert page.count("→") == 1 + len(found.facts) + len(found.gaps) + len(found.steps)
