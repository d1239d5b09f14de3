"""Whether a message is in a language that is read."""

import pytest

from agent.reading.language import agrees, asks_back, is_foreign, is_interrogative


@pytest.mark.parametrize(
    "text",
    [
        "Unser Chatbot kennt die Preise unserer eigenen Produkte leider nicht.",
        "Nuestro asistente desconoce los precios que tenemos en la tienda nueva.",
        "Notre assistant ne connait pas les tarifs de nos produits pour cette annee.",
        "我们的聊天机器人不知道我们的产品价格",
    ],
)
def test_another_language_is_foreign(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wrong postcode format. Swapped house number, missing county name, duplicated street line.",
        "Claude, structured prompt, twelve samples, scored weekly, stuck near eighty percent.",
        "Invoices, credit notes, delivery slips, reminder letters, dunning letters, contracts, price lists.",
        "yes",
    ],
)
def test_english_without_small_words_is_not(text: str) -> None:
    assert not is_foreign(text)


@pytest.mark.parametrize("text", ["why do you ask?", "So, what do you mean by that?", "And how would your test go?"])
def test_a_question_to_the_one_who_asks_is_told_from_one_about_the_subject(text: str) -> None:
    assert asks_back(text)
    assert not is_interrogative(text)


@pytest.mark.parametrize("text", ["How many examples does it take?", "You never know.", "We use it. Do you?"])
def test_other_messages_do_not_ask_back(text: str) -> None:
    assert not asks_back(text)


@pytest.mark.parametrize(
    ("text", "agreed"),
    [("yes", True), ("Yeah, that too.", True), ("yes, that's all", False), ("that", False), ("", False)],
)
def test_bare_agreement_is_told_from_more(text: str, agreed: bool) -> None:
    assert agrees(text) is agreed
