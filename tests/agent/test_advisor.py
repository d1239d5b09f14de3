"""Conversations through the door: what is asked, when it is recommended, and what can be done with a conversation."""

from collections.abc import Mapping
from typing import Any

import pytest

from agent import DONT_KNOW, Advisor, BadInput, UnknownConversation, fact_kinds, warm_in_background
from agent.writing.notices import NOTICES
from knowledge import ModelError

Turn = dict[str, Any]
MOST_QUESTIONS = 8

OPENING = "Our support bot does not know our own manuals and makes up part numbers."
PASSING_OVER = ("It runs at a bank.", "We are in a hurry, two weeks at most.", "There are four of us, no data people.")
ANSWERS = {
    "prompting": "A paragraph of instructions, tweaked a bit",
    "stack": "A model and a prompt",
    "context_test": "Yes, then it is right",
    "knowledge_kind": "Our own documents",
    "corpus_size": "More than 200 pages",
    "volatility": "Weekly",
    "citations": "Yes, sources must be shown",
    "access_control": "Everyone may see everything",
}


def answered(advisor: Advisor, opening: str, answers: Mapping[str, str]) -> tuple[str, list[Turn]]:
    """Someone who answers by fact, and says that they do not know the rest; up to the first recommendation."""
    conversation = advisor.start()
    turns = [advisor.reply(conversation, opening)]
    while turns[-1]["kind"] != "recommendation" and len(turns) < 20:
        fact = turns[-1]["question"]["fact"]
        turns.append(advisor.reply(conversation, answers.get(fact, answers.get("", DONT_KNOW))))
    return conversation, turns


@pytest.fixture
def advised(advisor: Advisor) -> tuple[str, Turn]:
    """A conversation that has reached its recommendation, and that reply."""
    conversation, turns = answered(advisor, OPENING, ANSWERS)
    return conversation, turns[-1]


def same(turn: Turn) -> Turn:
    return {key: value for key, value in turn.items() if key not in ("conversation", "elapsed_ms")}


PEOPLE: dict[str, tuple[str, Mapping[str, str]]] = {
    "answers by button": (OPENING, ANSWERS),
    "knows nothing": ("It is just bad.", {}),
    "knows nothing of facts": (OPENING, {}),
    "knows nothing of drift": ("The tone is all wrong, it does not sound like us.", {}),
    "knows nothing of cost": ("It works well but costs us far too much.", {}),
    "greets first": ("Hello!", ANSWERS | {"symptom": "It does not know our own facts or documents"}),
}
NOISE = ["asdf qwer", "Well, the weather was quite nice on Sunday."]


@pytest.mark.parametrize("person", PEOPLE)
def test_whoever_answers_gets_a_recommendation_after_eight_questions_at_most(person: str, advisor: Advisor) -> None:
    _, turns = answered(advisor, *PEOPLE[person])
    assert turns[-1]["kind"] == "recommendation"
    assert all(turn["question"] for turn in turns[:-1])
    assert sum(turn["kind"] == "question" for turn in turns[:-1]) <= MOST_QUESTIONS


@pytest.mark.parametrize("noise", NOISE)
def test_whoever_answers_beside_the_point_is_never_left_without_a_question(noise: str, advisor: Advisor) -> None:
    _, turns = answered(advisor, OPENING, {"": noise})
    before = [turn for turn in turns if turn["kind"] != "recommendation"]
    assert all(turn["question"] for turn in before)
    assert sum(turn["kind"] == "question" for turn in before) <= MOST_QUESTIONS


@pytest.mark.parametrize("person", ["answers by button", "knows nothing", "knows nothing of cost"])
def test_nothing_is_asked_twice_of_someone_who_answers(person: str, advisor: Advisor) -> None:
    _, turns = answered(advisor, *PEOPLE[person])
    asked = [turn["question"]["fact"] for turn in turns[:-1]]
    assert len(asked) == len(set(asked))


def test_a_question_is_one_of_the_contract_with_its_reason_and_choices(advisor: Advisor) -> None:
    _, turns = answered(advisor, OPENING, ANSWERS)
    for question in (turn["question"] for turn in turns[:-1]):
        assert question["fact"] in fact_kinds()
        assert question["text"]
        assert question["why"]
        assert question["options"][-1] == "I don't know"


def test_a_greeting_is_answered_with_the_open_question(advisor: Advisor) -> None:
    reply = advisor.reply(advisor.start(), "Hello!")
    assert (reply["kind"], reply["question"]["fact"], reply["facts"]) == ("notice", "symptom", {})


@pytest.mark.parametrize(
    "opening",
    [
        "How much would it be to train it on our handbook?",
        "Can I fine-tune a model so that it knows our products?",
        "Why does our bot keep inventing part numbers?",
    ],
)
def test_an_opening_about_ones_own_application_starts_the_interview(opening: str, advisor: Advisor) -> None:
    reply = advisor.reply(advisor.start(), opening)
    assert reply["kind"] == "question"
    assert reply["question"]


def test_a_question_about_the_subject_alone_is_answered_and_leaves_the_interview_open(advisor: Advisor) -> None:
    reply = advisor.reply(advisor.start(), "What is the difference between RAG and fine-tuning?")
    assert (reply["kind"], reply["facts"]) == ("answer", {})
    assert reply["citations"]
    assert reply["question"]["fact"] == "symptom"


@pytest.mark.parametrize("opening", ["The printer on the third floor jams all the time."])
def test_a_problem_that_is_none_of_ours_is_said_to_be_so_at_once(opening: str, advisor: Advisor) -> None:
    reply = advisor.reply(advisor.start(), opening)
    assert reply["kind"] == "recommendation"
    assert (reply["diagnosis"]["primary"], reply["recommendation"]["first_step"]) == ("none", "out_of_scope")


def test_a_question_that_comes_with_facts_is_answered_before_the_next_is_asked(advisor: Advisor) -> None:
    conversation = advisor.start()
    advisor.reply(conversation, OPENING)
    reply = advisor.reply(conversation, "Our documents change every week. What does RAG cost?")
    assert reply["kind"] == "question"
    assert reply["citations"]
    assert reply["question"]


def test_a_question_that_comes_with_a_new_fact_is_answered_before_the_revised_recommendation(advisor: Advisor) -> None:
    conversation = advisor.start()
    for text in (OPENING, "Just tell me now what to do."):
        advisor.reply(conversation, text)
    reply = advisor.reply(conversation, "Our documents change every week. What does RAG cost?")
    assert reply["kind"] == "recommendation"
    numbers = [citation["n"] for citation in reply["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert max(n for step in reply["recommendation"]["plan"] for n in step["citations"]) < len(numbers)
    assert reply["text"].index(f"[{len(numbers)}]") < reply["text"].index("### Plan")


def test_a_question_that_was_passed_over_is_put_once_more_and_not_a_third_time(advisor: Advisor) -> None:
    conversation = advisor.start()
    first = advisor.reply(conversation, OPENING)["question"]["fact"]
    asked = [advisor.reply(conversation, text)["question"] for text in PASSING_OVER]
    facts = [first, *(question["fact"] for question in asked if question)]
    assert max(facts.count(fact) for fact in facts) <= 2


def test_who_greets_and_then_says_nothing_readable_is_still_asked_what_goes_wrong(advisor: Advisor) -> None:
    conversation = advisor.start()
    for text in ("Hello!", NOISE[0], NOISE[1]):
        reply = advisor.reply(conversation, text)
    assert reply["question"]["fact"] == "symptom"


@pytest.mark.parametrize("noise", NOISE)
def test_a_question_whose_answer_could_not_be_read_twice_gives_way_to_another(noise: str, advisor: Advisor) -> None:
    conversation = advisor.start()
    first, again, following = (advisor.reply(conversation, text)["question"] for text in (OPENING, noise, noise))
    assert first["fact"] == again["fact"] != following["fact"]


def test_whoever_can_name_the_failure_only_after_the_advice_is_heard(advisor: Advisor) -> None:
    conversation = advisor.start()
    for text in ("Our assistant is just bad.", "We cannot say what exactly is wrong", "No, the quality is not there"):
        reply = advisor.reply(conversation, text)
    assert reply["recommendation"]["first_step"] == "measure_first"
    assert advisor.reply(conversation, "Thanks!")["kind"] == "notice"
    assert advisor.reply(conversation, "We are four, nobody does data.")["facts"]["symptom"]["value"] == "unclear"
    reply = advisor.reply(conversation, "It does not know our own facts or documents")
    assert reply["facts"]["symptom"] | {"turn": 0} == {
        "value": "missing_facts",
        "unit": None,
        "text": "It does not know our own facts or documents",
        "turn": 0,
        "confidence": 0.99,
    }
    assert reply["diagnosis"]["primary"] == "knowledge"


def test_praise_after_the_advice_says_that_the_failure_is_over(advisor: Advisor) -> None:
    conversation = advisor.start()
    for text in ("Our letters come out in the wrong format.", "just tell me now"):
        reply = advisor.reply(conversation, text)
    assert reply["diagnosis"]["primary"] == "instruction"
    reply = advisor.reply(conversation, "We did that, and the answers are all right now, the quality is good.")
    assert reply["facts"]["symptom"]["value"] == "works_fine"
    assert reply["diagnosis"]["primary"] == "none"


def test_who_asks_why_is_told_why_and_asked_again(advisor: Advisor) -> None:
    conversation = advisor.start()
    asked = advisor.reply(conversation, OPENING)["question"]
    reply = advisor.reply(conversation, "why do you ask?")
    assert reply["text"].startswith(NOTICES["asks_back"])
    assert reply["question"] == asked


def test_not_knowing_after_the_advice_is_no_message_that_could_not_be_read(advisor: Advisor) -> None:
    conversation = advisor.start()
    for text in ("Our letters come out in the wrong format.", "just tell me now"):
        advisor.reply(conversation, text)
    assert advisor.reply(conversation, "no idea, sorry")["text"].startswith(NOTICES["dont_know"])


def test_a_quality_set_by_hand_after_the_advice_changes_no_other_fact(advisor: Advisor) -> None:
    conversation = advisor.start()
    for text in ("Our letters come out in the wrong format.", "just tell me now"):
        advisor.reply(conversation, text)
    reply = advisor.correct(conversation, "works_today", ("yes",))
    assert reply["facts"]["symptom"]["value"] == "wrong_format"


def test_who_cannot_say_how_many_of_the_examples_are_checked_is_not_told_to_train(advisor: Advisor) -> None:
    conversation = advisor.start()
    reply = advisor.reply(
        conversation, "It puts our bank lines under the wrong heads. We have 2,600 labelled examples."
    )
    said = {
        "symptom": "It fails at a narrow specialised task",
        "prompting": "A structured prompt with examples or a schema, measured on test cases",
        "context_test": "No, it fails in the same way",
    }
    asked = []
    while reply["kind"] != "recommendation":
        asked.append(reply["question"]["fact"])
        reply = advisor.reply(conversation, said.get(asked[-1], DONT_KNOW))
    assert "examples" in asked
    assert reply["recommendation"]["first_step"] == "prompt_engineering"


def test_what_a_recommendation_had_to_assume_can_be_answered_next(advisor: Advisor) -> None:
    conversation = advisor.start()
    advisor.reply(conversation, OPENING)
    reply = advisor.reply(conversation, "just tell me now")
    fact = reply["recommendation"]["assumed"][0]
    option = fact_kinds()[fact].wording.options[0]
    assert advisor.reply(conversation, option)["facts"][fact]["confidence"] == 0.99


def test_no_gap_in_the_quality_is_settled_on_a_price_alone(advisor: Advisor) -> None:
    conversation = advisor.start()
    reply = advisor.reply(conversation, "It costs us far too much, five cents a question.")
    asked = []
    while reply["kind"] != "recommendation":
        asked.append(reply["question"]["fact"])
        reply = advisor.reply(conversation, DONT_KNOW)
    assert "symptom" in asked
    assert reply["diagnosis"]["primary"] in ("efficiency", "none") or not reply["diagnosis"]["settled"]


@pytest.mark.parametrize(
    ("told", "symptom"),
    [
        ("It does not know our own price list.", "missing_facts"),
        ("It writes to patients like a lawyer, that puts them off.", "wrong_tone"),
    ],
)
def test_what_goes_wrong_is_heard_also_after_somebody_only_said_that_it_is_bad(
    told: str, symptom: str, advisor: Advisor
) -> None:
    conversation = advisor.start()
    for text in ("Hello", "Honestly, our assistant is just bad.", told):
        reply = advisor.reply(conversation, text)
    value = reply["facts"]["symptom"]["value"]
    assert symptom in ([value] if isinstance(value, str) else value)


@pytest.mark.parametrize("said_before", [0, 1, 2])
def test_just_tell_me_now_is_answered_at_once_with_what_is_assumed(said_before: int, advisor: Advisor) -> None:
    conversation = advisor.start()
    for text in [OPENING, DONT_KNOW][:said_before]:
        advisor.reply(conversation, text)
    reply = advisor.reply(conversation, "Just tell me now what to do.")
    assert (reply["kind"], reply["diagnosis"]["settled"]) == ("recommendation", False)
    assert said_before == 0 or reply["recommendation"]["assumed"]


def test_missing_facts_that_change_weekly_end_in_retrieval(advised: tuple[str, Turn]) -> None:
    _, reply = advised
    assert (reply["diagnosis"]["primary"], reply["recommendation"]["first_step"]) == ("knowledge", "rag")
    assert reply["diagnosis"]["settled"]
    assert "fine_tuning" in [avoid["lever"] for avoid in reply["recommendation"]["avoid"]]


def test_a_fact_carries_the_users_own_words(advised: tuple[str, Turn]) -> None:
    _, reply = advised
    said = [OPENING, *ANSWERS.values(), DONT_KNOW]
    for fact in reply["facts"].values():
        assert all(any(part.strip(" .") in text for text in said) for part in fact["text"].split("…"))


def test_a_repeated_turn_is_answered_and_not_taken_twice(advisor: Advisor) -> None:
    conversation = advisor.start()
    first = advisor.reply(conversation, OPENING, "a")
    advisor.reply(conversation, DONT_KNOW, "b")
    assert advisor.reply(conversation, OPENING, "a") == first
    assert len(advisor.history(conversation)) == 2


def test_a_turn_id_of_another_message_is_refused_and_takes_no_turn(advisor: Advisor) -> None:
    conversation = advisor.start()
    advisor.reply(conversation, OPENING, "a")
    with pytest.raises(BadInput, match="turn id"):
        advisor.reply(conversation, "Something else entirely.", "a")
    assert advisor.reply(conversation, DONT_KNOW, "b")["turn"] == 2


def test_a_correction_changes_the_verdict(advisor: Advisor, advised: tuple[str, Turn]) -> None:
    conversation, before = advised
    reply = advisor.correct(conversation, "knowledge_kind", ("live_records",))
    assert reply["kind"] == "recommendation"
    assert reply["facts"]["knowledge_kind"]["value"] == "live_records"
    assert (before["recommendation"]["first_step"], reply["recommendation"]["first_step"]) == ("rag", "tool_use")


@pytest.mark.parametrize(("fact", "values"), [("colour", ("red",)), ("volatility", ("sometimes",)), ("volatility", ())])
def test_a_correction_to_what_does_not_exist_is_refused(
    fact: str, values: tuple[str, ...], advisor: Advisor, advised: tuple[str, Turn]
) -> None:
    conversation, _ = advised
    turns = len(advisor.history(conversation))
    with pytest.raises(BadInput):
        advisor.correct(conversation, fact, values)
    assert len(advisor.history(conversation)) == turns


def test_a_supposition_changes_nothing(advisor: Advisor, advised: tuple[str, Turn]) -> None:
    conversation, before = advised
    supposed = advisor.what_if(conversation, {"knowledge_kind": ("live_records",)})
    assert supposed.first_step == "tool_use"
    assert advisor.history(conversation)[-1][1] == before


def test_a_rewound_conversation_goes_on_from_there(advisor: Advisor, advised: tuple[str, Turn]) -> None:
    conversation, _ = advised
    first = advisor.history(conversation)[0]
    advisor.rewind(conversation, 1)
    assert advisor.history(conversation) == (first,)
    reply = advisor.reply(conversation, DONT_KNOW)
    assert (reply["turn"], len(advisor.history(conversation))) == (2, 2)
    assert reply["facts"][first[1]["question"]["fact"]]["value"] == "unknown"


def test_there_is_no_going_back_to_a_turn_that_never_was(advisor: Advisor, advised: tuple[str, Turn]) -> None:
    with pytest.raises(BadInput, match="99"):
        advisor.rewind(advised[0], 99)


def test_conversations_are_listed_latest_first_and_only_where_something_was_said(advisor: Advisor) -> None:
    silent, earlier, later = (advisor.start() for _ in range(3))
    advisor.reply(earlier, OPENING)
    advisor.reply(later, "The tone is wrong.")
    listed = [summary.id for summary in advisor.list()]
    assert listed[:2] == [later, earlier]
    assert silent not in listed


def test_a_conversation_is_called_by_its_opening_until_it_is_renamed(advisor: Advisor) -> None:
    conversation = advisor.start()
    advisor.reply(conversation, "The tone is wrong.")
    titles = {summary.id: summary.title for summary in advisor.list()}
    advisor.rename(conversation, "Voice of the shop")
    assert titles[conversation] == "The tone is wrong."
    assert {summary.id: summary.title for summary in advisor.list()}[conversation] == "Voice of the shop"


def test_a_deleted_conversation_is_gone(advisor: Advisor) -> None:
    conversation = advisor.start()
    advisor.reply(conversation, OPENING)
    advisor.delete(conversation)
    assert conversation not in [summary.id for summary in advisor.list()]
    with pytest.raises(UnknownConversation):
        advisor.history(conversation)


def test_an_export_holds_everything_that_was_said(advisor: Advisor, advised: tuple[str, Turn]) -> None:
    conversation, reply = advised
    exported = advisor.export(conversation)
    assert f"> {OPENING}" in exported
    assert reply["text"] in exported


@pytest.mark.parametrize("unknown", ["", "no-such-conversation", "../../etc/passwd"])
def test_an_unknown_conversation_is_refused(unknown: str, advisor: Advisor) -> None:
    with pytest.raises(UnknownConversation):
        advisor.reply(unknown, OPENING)


def test_a_conversation_id_is_long_and_says_nothing(advisor: Advisor) -> None:
    ids = [advisor.start() for _ in range(50)]
    assert len({i[:8] for i in ids}) == 50
    assert min(map(len, ids)) >= 22


def test_a_question_after_the_recommendation_is_answered_without_another_question(
    advisor: Advisor, advised: tuple[str, Turn]
) -> None:
    reply = advisor.reply(advised[0], "What does fine-tuning cost?")
    assert (reply["kind"], reply["question"]) == ("answer", None)
    assert reply["citations"]


def test_a_new_fact_after_the_recommendation_revises_it(advisor: Advisor, advised: tuple[str, Turn]) -> None:
    conversation, _ = advised
    reply = advisor.reply(conversation, "By the way, we already have a RAG over our documents in place.")
    assert reply["kind"] == "recommendation"
    assert reply["recommendation"]["first_step"] == "improve_retrieval"
    assert "changes the recommendation" in reply["text"]


def test_a_recommendation_that_nothing_moves_is_said_to_stay(advisor: Advisor, advised: tuple[str, Turn]) -> None:
    reply = advisor.reply(advised[0], "We did it, 62% became 71%.")
    assert "stays as it was" in reply["text"]
    assert "changes the recommendation" not in reply["text"]


def test_an_outcome_after_the_recommendation_is_judged_with_its_figures(
    advisor: Advisor, advised: tuple[str, Turn]
) -> None:
    reply = advisor.reply(advised[0], "We did it, 62% became 71%.")
    assert reply["kind"] == "recommendation"
    assert "62%" in reply["text"]
    assert "71%" in reply["text"]


def test_the_same_messages_get_the_same_replies(advisor: Advisor) -> None:
    (one, first), (other, second) = (answered(advisor, OPENING, ANSWERS) for _ in range(2))
    assert one != other
    assert [same(turn) for turn in first] == [same(turn) for turn in second]


def test_every_mark_of_a_reply_opens_its_citation(advisor: Advisor, advised: tuple[str, Turn]) -> None:
    _, reply = advised
    passages = {passage.id: passage.text for passage in advisor.library.corpus.passages}
    assert [c["n"] for c in reply["citations"]] == list(range(1, len(reply["citations"]) + 1))
    assert all(passages[c["passage_id"]] == c["text"] for c in reply["citations"])


def test_a_model_that_is_missing_is_told_by_the_turn_that_needs_it_and_not_by_the_warm_up(
    advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise ModelError("The package is missing.")

    monkeypatch.setattr(advisor, "warm_up", missing)
    warm_in_background(advisor).join()  # an exception left in a thread fails the test
