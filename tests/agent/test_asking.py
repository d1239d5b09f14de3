"""Why a question is asked, and what to do where nobody knows."""

import pytest

from agent.facts import Fact
from agent.vocabulary import UNKNOWN, fact_kinds
from agent.writing.asking import FOLLOWS_FROM, LONGEST, experiments, reason, said_back


def fact(name: str, value: str, quote: str = "") -> dict[str, Fact]:
    return {name: Fact(name, (value,), quote, 1, 0.9)}


def test_a_reason_names_what_the_user_said() -> None:
    told = reason("prompting", fact("symptom", "wrong_tone", "it sounds like a bank"))
    assert told == f"You said “it sounds like a bank”. {fact_kinds()['prompting'].wording.why}"


def test_without_words_to_refer_to_the_reason_stands_alone() -> None:
    assert reason("prompting", {}) == fact_kinds()["prompting"].wording.why
    assert reason("prompting", fact("symptom", UNKNOWN, "no idea")) == fact_kinds()["prompting"].wording.why


def test_who_is_asked_about_a_second_trouble_hears_which_one_was_half_heard() -> None:
    symptom = Fact("symptom", ("missing_facts",), "no idea of our prices", 1, 0.9, half_heard=("wrong_tone",))
    told = reason("symptom", {"symptom": symptom})
    assert told.endswith(f"{fact_kinds()['symptom'].values['wrong_tone']}.")


@pytest.mark.parametrize("quote", ["**bold** [1](http://x) `code` $a$ <b>", "a\nb | c # d", '"quoted" “twice”'])
def test_nothing_said_back_acts_as_markup(quote: str) -> None:
    assert not set(said_back(quote)) & set('*[]`$<>|#\n“”"')


def test_long_words_are_cut_at_a_word() -> None:
    said = said_back("word " * 60)
    assert len(said) <= LONGEST + 2
    assert said.endswith("word …")


@pytest.mark.parametrize("name", sorted(FOLLOWS_FROM))
def test_whoever_does_not_know_hears_how_to_find_out(name: str) -> None:
    (told,) = experiments([name], fact(name, UNKNOWN))
    experiment = fact_kinds()[name].wording.find_out
    assert experiment
    assert told.endswith(experiment)


def test_whoever_knows_hears_of_no_experiment() -> None:
    assert experiments(["stack"], fact("stack", "rag")) == []
