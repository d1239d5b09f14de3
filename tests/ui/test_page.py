"""The page as Streamlit runs it, without a browser: what a stranger sees, clicks and gets."""

import re
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from agent import Advisor, StoreUnavailable, value_in_words
from ui import text
from ui.session import WINDOW, Talk, Waiting

PAGE = Path(__file__).resolve().parents[2] / "ui" / "page.py"
ANSWERS = {
    "stack": "A model and a prompt",
    "knowledge_kind": "Our own documents",
    "corpus_size": "More than 200 pages",
    "citations": "Yes, sources must be shown",
    "access_control": "Everyone may see everything",
    "context_test": "Yes, then it is right",
    "prompting": "A paragraph of instructions, tweaked a bit",
    "works_today": "No, the quality is not there",
}
OPENING = "Our support bot quotes last year's prices. The price list changes every week."
HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil.example/x.png) costs $a$ or $b$ :red[now] [click](http://evil.example)"
)
LINK = re.compile(r"\[\\\[(\d+)\\\]\]\(#([\w-]+)\)")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One file of conversations for this module, so that the page opens its advisor once.

    The server puts the page's folder on the path for good; left to itself `AppTest` puts it there and takes it away with every run,
    and a module that another thread looks for meanwhile may be missed.
    """
    sys.path.insert(0, str(PAGE.parent))
    yield f"sqlite:///{tmp_path_factory.mktemp('page') / 'conversations.sqlite'}"
    for thread in threading.enumerate():
        if thread.name == "settle":
            thread.join()
    st.cache_resource.clear()
    sys.path.remove(str(PAGE.parent))


@pytest.fixture(autouse=True)
def settings(clean_environment: None, monkeypatch: pytest.MonkeyPatch, home: Path, database: str) -> None:
    monkeypatch.setenv("GAPWISE_HOME", str(home))
    monkeypatch.setenv("GAPWISE_DATABASE_URL", database)


def opened(conversation: str | None = None) -> AppTest:
    at = AppTest.from_file(str(PAGE), default_timeout=120)
    if conversation:
        at.query_params["c"] = conversation
    return run(at)


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def type_in(at: AppTest, message: str) -> AppTest:
    at.chat_input(key="message").set_value(message)
    return run(at)


def talk(at: AppTest) -> Talk:
    kept: Talk = at.session_state["talk"]
    return kept


def last(at: AppTest) -> dict[str, Any]:
    return talk(at).turns[-1][1]


def click(at: AppTest, option: str) -> AppTest:
    number = last(at)["question"]["options"].index(option)
    at.button(key=f"answer-{len(talk(at).turns)}-{number}").click()
    return run(at)


def interview(at: AppTest, answers: dict[str, str]) -> AppTest:
    """Answer with clicks until there is a recommendation; what is not given is not known."""
    for _ in range(9):
        question = last(at)["question"]
        if question is None:
            return at
        click(at, answers.get(question["fact"], question["options"][-1]))
    raise AssertionError("more than eight questions before the recommendation")


def shown(at: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*at.main.markdown, *at.main.text, *at.main.subheader])


@pytest.fixture(scope="module")
def recommended(home: Path, database: str) -> Iterator[str]:
    """A conversation that was led to a recommendation by clicks; its id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAPWISE_HOME", str(home))
        patch.setenv("GAPWISE_DATABASE_URL", database)
        at = opened()
        at.button(key="starter-0").click()
        conversation = talk(interview(run(at), ANSWERS)).id
        assert conversation
        yield conversation


def test_a_stranger_is_told_what_this_is_and_that_nothing_leaves_the_machine() -> None:
    at = opened()
    assert at.title[0].value == "Name the gap before you pick the tool"
    assert "Nothing that you type leaves this machine" in at.caption[0].value
    assert [button.key for button in at.main.button] == ["starter-0", "starter-1", "starter-2", "starter-3"]


def test_an_address_outside_is_named_where_a_model_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("GAPWISE_MODEL", "some-model")
    at = opened()
    assert "leave this machine for http\\://127.0.0.1\\:9/v1" in at.caption[0].value


def test_a_setting_that_cannot_be_used_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPWISE_ENGINE", "magic")
    at = opened()
    assert at.error[0].value.startswith("GAPWISE_ENGINE has a value that cannot be used")


def test_the_first_question_comes_with_its_reason_and_answers_to_click() -> None:
    at = type_in(opened(), OPENING)
    reply = last(at)
    question = reply["question"]
    assert question["text"] in shown(at)
    assert question["why"] in shown(at)
    buttons = [button.label for button in at.main.button if str(button.key).startswith("answer-1-")]
    assert buttons == [text.plain(option) for option in question["options"]]
    assert any("of at most 8" in caption.value for caption in at.sidebar.caption)


def test_clicks_alone_lead_to_a_recommendation(recommended: str) -> None:
    at = opened(recommended)
    reply = last(at)
    assert reply["kind"] == "recommendation"
    assert reply["diagnosis"]["primary"] == "knowledge"
    assert any(caption.value.startswith("Recommended after") for caption in at.sidebar.caption)


def test_somebody_who_knows_nothing_gets_a_recommendation_too() -> None:
    at = interview(type_in(opened(), OPENING), {})
    assert last(at)["kind"] == "recommendation"


def test_the_sidebar_names_the_gap_as_the_recommendation_does() -> None:
    at = interview(
        type_in(opened(), "It's just bad."),
        {"symptom": "We cannot say what exactly is wrong", "works_today": "Nobody has measured it"},
    )
    assert last(at)["recommendation"]["first_step"] == "measure_first"
    named = next(m.value for m in at.sidebar.markdown if m.value.startswith(("Verdict", "Best guess")))
    assert "no gap can be named yet" in named
    assert "no gap can be named yet" in last(at)["text"].casefold()


def test_every_mark_opens_the_passage_that_it_names(recommended: str) -> None:
    at = opened(recommended)
    reply = last(at)
    document = "\n".join(str(element.value) for element in at.main.markdown)
    links = LINK.findall(document)
    assert len(links) >= 5
    places = {heading.proto.anchor: heading.value for heading in at.subheader}
    passages = {citation["n"]: citation["text"] for citation in reply["citations"]}
    assert {int(number) for number, _ in links} == set(passages)
    for number, place in links:
        assert places[place].startswith(f":small[{number}. ")
    assert set(passages.values()) <= {element.value for element in at.main.text}
    assert not re.search(r"(?<!\\)\[\d+\](?!\()", document), "a mark that opens nothing"


def test_a_corrected_fact_moves_the_verdict(recommended: str) -> None:
    at = opened(recommended)
    before, was = len(talk(at).turns), last(at)["diagnosis"]["gaps"]
    at.multiselect(key=f"value-symptom-{before}").set_value(["wrong_tone"])
    at.button(key=f"correct-symptom-{before}").click()
    run(at)
    reply = last(at)
    assert len(talk(at).turns) == before + 1
    assert reply["facts"]["symptom"]["value"] == "wrong_tone"
    assert reply["diagnosis"]["gaps"]["knowledge"] < was["knowledge"]
    assert reply["diagnosis"]["gaps"]["instruction"] > was["instruction"]
    assert any("wrong voice or style" in str(element.value) for element in at.sidebar.markdown)


def test_a_reload_finds_every_message(recommended: str) -> None:
    first, second = opened(recommended), opened(recommended)
    assert shown(first) == shown(second)
    assert second.main.text[0].value == OPENING
    assert second.query_params["c"] == recommended


def test_the_id_stands_in_the_url_from_the_first_message() -> None:
    at = type_in(opened(), OPENING)
    assert at.query_params["c"] == talk(at).id


def test_an_unknown_id_is_said_plainly_and_a_new_conversation_offered() -> None:
    at = opened("no-such-conversation")
    assert "There is no conversation at this address" in at.error[0].value
    at.button(key="start-new").click()
    run(at)
    assert at.title[0].value == "Name the gap before you pick the tool"
    assert not at.error


def test_what_is_typed_is_shown_word_for_word() -> None:
    at = type_in(opened(), HOSTILE)
    assert at.main.text[0].value == HOSTILE
    marked_up = [str(e.value) for e in [*at.markdown, *at.caption]] + [button.label for button in at.button]
    for value in marked_up:
        assert "![" not in value
        assert "<script" not in re.sub(r"\\<", "", value)
        assert not re.search(r"(?<!\\)\$|\]\(http", value)


def test_a_hostile_title_and_quote_stay_text_in_the_sidebar() -> None:
    conversation = talk(type_in(opened(), f"It makes things up. {HOSTILE}")).id
    at = opened()
    label = at.sidebar.button(key=f"open-{conversation}").label
    assert "\\<script\\>" in label or "\\:" in label or "\\!" in label
    assert not re.search(r"(?<!\\)[<$\[]", label)


def test_a_turn_that_is_asked_for_twice_is_taken_once() -> None:
    at = type_in(opened(), OPENING)
    waiting = Waiting("A model and a prompt")
    for _ in range(2):
        talk(at).waiting = waiting
        run(at)
    assert len(talk(at).turns) == 2


def test_a_message_of_nothing_but_space_is_no_turn() -> None:
    at = type_in(opened(), "   ")
    assert talk(at).turns == []
    assert talk(at).id is None


def test_a_turn_that_cannot_be_stored_is_one_sentence_and_the_message_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened()

    def full(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("The turn could not be stored; free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(Advisor, "reply", full)
        type_in(at, OPENING)
    assert at.error[0].value == "The turn could not be stored; free some space."
    assert at.chat_input(key="message").value == OPENING


def test_a_long_conversation_shows_its_end_and_the_rest_on_demand() -> None:
    at = type_in(opened(), OPENING)
    talk(at).turns[:] = talk(at).turns * (WINDOW + 2)
    run(at)
    assert len(at.main.text) == WINDOW
    at.button(key="earlier").click()
    run(at)
    assert len(at.main.text) == WINDOW + 2


def test_a_conversation_is_renamed_and_deleted() -> None:
    at = type_in(opened(), OPENING)
    conversation = talk(at).id
    at.text_input(key=f"title-{conversation}").set_value("Prices, *old*")
    at.button(key="rename").click()
    run(at)
    other = opened()
    assert other.sidebar.button(key=f"open-{conversation}").label == "Prices, \\*old\\*"
    at.button(key="delete").click()
    run(at)
    assert at.title
    assert f"open-{conversation}" not in [button.key for button in opened().sidebar.button]


def test_another_conversation_is_opened_from_the_list(recommended: str) -> None:
    at = opened()
    at.sidebar.button(key=f"open-{recommended}").click()
    run(at)
    assert talk(at).id == recommended
    assert at.query_params["c"] == recommended


def test_a_damaged_file_of_conversations_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(home, own)
    (own / "conversations.sqlite").write_bytes(b"this is no database" * 100)
    monkeypatch.setenv("GAPWISE_HOME", str(own))
    monkeypatch.delenv("GAPWISE_DATABASE_URL")
    at = opened()
    assert "conversations.damaged-1.sqlite" in at.warning[0].value


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("costs $5 or $6", r"costs \$5 or \$6"),
        ("![x](http://a)", r"\![x]\(http://a)"),
        ("about ~200 of ~300", r"about \~200 of \~300"),
        ("<b>", r"\<b>"),
        (":red[x]", r"\:red[x]"),
        ("**bold** stays", "**bold** stays"),
    ],
)
def test_generated_text_keeps_its_markdown_and_nothing_else(raw: str, safe: str) -> None:
    assert text.document({"text": raw, "turn": 1, "citations": []}) == safe


def test_only_marks_of_passages_that_are_there_become_links() -> None:
    reply = {"text": "So it is. [1][7]\n\n### Sources\n\n[1] a", "turn": 3, "citations": [{"n": 1}]}
    assert text.document(reply) == r"So it is. [\[1\]](#turn-3-source-1)[7]"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("unknown", None, "not known"),
        ("small", None, "under 100,000 tokens"),
        (["small", "other"], None, "under 100,000 tokens, other"),
        (3000, "pages", "3,000 pages"),
    ],
)
def test_a_value_is_said_in_words(value: Any, unit: str | None, words: str) -> None:
    assert value_in_words({"small": "under 100,000 tokens"}, value, unit) == words
