"""The simpler advisors: what they ask, when they stop, and that they judge with the advisor's own model."""

from collections.abc import Sequence

import numpy as np
import pytest

from agent import Advisor, OpenQuestion, fact_kinds
from agent.testing import Fact, Facts, Reading, ScriptedReader, judge, next_question
from evals import Scenario, baselines
from evals.baselines import (
    IN_ORDER,
    MOST_QUESTIONS,
    NEAREST,
    QUESTIONNAIRE,
    RANDOM,
    in_order,
    interviewed,
    nearest,
    shuffled,
)
from knowledge import Passage, Source, Vectors

SOURCE = Source("s", "t", "p", None, "undated")
HEARD = Fact("symptom", ("missing_facts",), "it knows nothing", 1, 0.95)


def person(name: str = "a", opening: str = "it knows nothing of ours", **answers: str) -> Scenario:
    user = {"opening": opening, "answers": answers}
    return Scenario.model_validate({"id": name, "purpose": "b", "user": user, "expect": {}})


def button(fact: str, number: int = 0) -> str:
    return fact_kinds()[fact].wording.options[number]


class Listening(ScriptedReader):
    """Keeps which fact was asked for with each message."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str | None] = []

    def read(self, text: str, question: OpenQuestion | None, facts: Facts, turn: int) -> Reading:
        self.asked.append(question.fact if question else None)
        return super().read(text, question, facts, turn)


def test_the_questionnaire_asks_eight_in_its_order_and_then_judges(advisor: Advisor) -> None:
    reader = Listening()
    given = interviewed(person(), reader, advisor.model, in_order)
    assert reader.asked == [None, *IN_ORDER[:MOST_QUESTIONS]]
    assert given.asked == MOST_QUESTIONS
    assert given.primary == "knowledge"
    assert given.first_step in given.pulled


def test_the_questionnaire_leaves_out_what_was_said(advisor: Advisor) -> None:
    reader = Listening()
    said = Fact("prompting", ("basic",), "x", 1, 0.95)
    reader.script = {"it knows nothing of ours": Reading("interview", (HEARD, said), (), None)}
    interviewed(person(), reader, advisor.model, in_order)
    assert reader.asked[1] == IN_ORDER[1]
    assert "prompting" not in reader.asked


def test_a_person_who_has_no_answer_says_so(advisor: Advisor) -> None:
    reader = Listening()
    interviewed(person(prompting="we tweaked it"), reader, advisor.model, in_order)
    assert reader.heard[1:4] == ["we tweaked it", "I don't know", "I don't know"]


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_random_questions_stop_where_the_policy_would_and_never_after_eight(advisor: Advisor, name: str) -> None:
    model = advisor.model
    reader = Listening()
    given = interviewed(person(name), reader, model, shuffled(name, model))
    assert 0 < given.asked <= MOST_QUESTIONS
    assert len(set(reader.asked)) == len(reader.asked), "nothing is asked twice"
    nothing_wrong = {"symptom": Fact("symptom", ("not_llm",), "x", 1, 0.99)}
    assert shuffled(name, model)(nothing_wrong, frozenset()) is None


def test_the_random_order_is_drawn_for_each_person_and_stays(advisor: Advisor) -> None:
    def firsts(names: Sequence[str]) -> list[str | None]:
        return [shuffled(name, advisor.model)({}, frozenset()) for name in names]

    names = [str(n) for n in range(20)]
    assert firsts(names) == firsts(names)
    assert len(set(firsts(names))) > 5


def test_the_policy_itself_would_have_asked_something_else_at_times(advisor: Advisor) -> None:
    facts: Facts = {"symptom": HEARD}
    drawn = {shuffled(str(n), advisor.model)(facts, frozenset()) for n in range(40)}
    asked_by_policy = next_question(facts, frozenset(), judge(facts, frozenset(), advisor.model), advisor.model)
    assert drawn - {asked_by_policy}


class Letters:
    """Embeds a text as its share of two letters."""

    name = "letters"

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.array([[text.count("x") + 0.01, text.count("y") + 0.01] for text in texts], dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def passage(name: str, text: str, *topics: str) -> Passage:
    return Passage(name, SOURCE, "section", None, "1", text, topics, (), False, None)


def test_the_nearest_passage_about_one_gap_names_it() -> None:
    passages = [
        passage("none", "xxxx", "cost"),
        passage("both", "xxxx", "knowledge", "behavior"),
        passage("one", "xxxy", "cost", "efficiency"),
        passage("other", "yyyy", "behavior"),
    ]
    near_x, near_y = nearest([person("a", "xx"), person("b", "yy")], passages, Letters())
    assert (near_x.primary, near_x.first_step, near_x.pulled) == ("efficiency", "distillation", ("distillation",))
    assert (near_y.primary, near_y.first_step, near_y.asked) == ("behavior", "fine_tuning", 0)


def test_all_three_judge_everybody_who_has_an_opening(advisor: Advisor) -> None:
    scripted = Scenario.model_validate({"id": "s", "purpose": "b", "user": {"script": ["hi"]}, "expect": {}})
    sizes = person("sizes", stack=button("stack", 1), prompting=button("prompting", 1))
    found = baselines(advisor, [sizes, scripted])
    assert list(found) == [QUESTIONNAIRE, RANDOM, NEAREST]
    assert [[given.scenario.id for given in givens] for givens in found.values()] == [["sizes"]] * 3
