"""Scenario files: every fault told with file and field; and the scripted user, who answers what is asked, by fact."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import DONT_KNOW, LEVERS, PRIMARIES, Advisor, fact_kinds
from evals import Result, Scenario, ScenarioError, load_scenarios, run, run_all
from knowledge import dissent_ledger, load_corpus

SOUND = """
- id: stale-prices
  purpose: prices change faster than any training run
  user: {opening: "it quotes last year's prices", answers: {volatility: "every other Tuesday"}}
  expect: {primary: knowledge, first_step: rag}
"""
SHIPPED = Path(__file__).resolve().parents[2] / "evals" / "scenarios"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / f"scenarios-{len(list(tmp_path.iterdir()))}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


class ScriptedAdvisor:
    """Stands in for the advisor: asks for the facts given, in order, then recommends. Keeps what it heard."""

    def __init__(self, facts: Sequence[str | None], *, advises: bool = True) -> None:
        self.facts = list(facts)
        self.advises = advises
        self.heard: list[list[str]] = []

    def start(self) -> str:
        self.heard.append([])
        return str(len(self.heard) - 1)

    def reply(self, conversation: str, text: str, turn_id: str | None = None) -> dict[str, Any]:
        heard = self.heard[int(conversation)]
        heard.append(text)
        line: dict[str, Any] = {
            "question": None,
            "recommendation": None,
            "citations": [],
            "diagnosis": {"primary": "knowledge"},
        }
        if len(heard) <= len(self.facts):
            fact = self.facts[len(heard) - 1]
            return {**line, "kind": "question" if fact else "notice", "question": {"fact": fact} if fact else None}
        if not self.advises:
            return {**line, "kind": "notice"}
        return {
            **line,
            "kind": "recommendation",
            "recommendation": {"first_step": "rag", "plan": [], "avoid": [], "disagreements": []},
        }


def scenario(**user: Any) -> Scenario:
    return Scenario.model_validate({"id": "a", "purpose": "b", "user": user, "expect": {"primary": "knowledge"}})


def talk(advisor: ScriptedAdvisor, of: Scenario) -> Result:
    return run(cast(Advisor, advisor), of)


def test_a_sound_file_is_read(write: Write) -> None:
    (found,) = load_scenarios([write(SOUND)])
    assert (found.id, found.user.answers["volatility"], found.expect.first_step) == (
        "stale-prices",
        "every other Tuesday",
        "rag",
    )


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("purpose: prices change faster than any training run", "", "purpose"),
        ("primary: knowledge", "primary: [knowledge]", "expect.primary"),
        ("primary: knowledge", "prinary: knowledge", "expect.prinary"),
        ("first_step: rag", "max_questions: many", "expect.max_questions"),
        ('opening: "it quotes last year\'s prices", ', "", "user"),
        ("{volatility: ", "{volatility: [1], x: ", "user.answers.volatility"),
        ("id: stale-prices", "id: stale-prices\n  author: me", "author"),
    ],
)
def test_a_fault_names_file_scenario_and_field(write: Write, before: str, after: str, field: str) -> None:
    assert before in SOUND
    path = write(SOUND.replace(before, after))
    with pytest.raises(ScenarioError) as caught:
        load_scenarios([path])
    assert f"{path}: scenario 1: {field}:" in str(caught.value)


def test_faults_of_all_files_are_told_at_once(write: Write, tmp_path: Path) -> None:
    paths = [write("just words"), write("a: ["), write(SOUND.replace("purpose", "porpoise")), tmp_path / "absent.yaml"]
    with pytest.raises(ScenarioError) as caught:
        load_scenarios(paths)
    assert [path for path in paths if f"{path}: " not in str(caught.value)] == []


def test_an_id_is_used_once(write: Write) -> None:
    with pytest.raises(ScenarioError, match="'stale-prices' is used twice"):
        load_scenarios([write(SOUND), write(SOUND)])


def test_a_folder_means_all_of_its_files(write: Write) -> None:
    folder = write(SOUND).parent
    write(SOUND.replace("stale-prices", "other"))
    assert [s.id for s in load_scenarios([folder])] == ["stale-prices", "other"]


@pytest.mark.parametrize("text", ["[]", None])
def test_no_scenarios_at_all_are_an_error(write: Write, tmp_path: Path, text: str | None) -> None:
    with pytest.raises(ScenarioError, match="no scenarios"):
        load_scenarios([write(text) if text else tmp_path])


@pytest.mark.parametrize(("opening", "script"), [(None, []), ("hello", ["hello"]), ("", [])])
def test_a_user_has_either_an_opening_or_a_script(opening: str | None, script: list[str]) -> None:
    with pytest.raises(ValueError, match="either an opening or a script"):
        scenario(opening=opening, script=script)


def test_the_user_answers_each_question_by_its_fact() -> None:
    advisor = ScriptedAdvisor(["volatility", "stack", "volume"])
    result = talk(advisor, scenario(opening="help", answers={"stack": "a RAG", "volatility": "daily"}))
    assert advisor.heard == [["help", "daily", "a RAG", DONT_KNOW]]
    assert result.asked == ("volatility", "stack", "volume")
    assert result.passed


@given(
    facts=st.lists(st.sampled_from(sorted(fact_kinds())), max_size=8),
    known=st.sets(st.sampled_from(sorted(fact_kinds()))),
)
@settings(max_examples=100, deadline=None)
def test_any_order_of_questions_gets_the_same_answer_for_the_same_fact(facts: list[str], known: set[str]) -> None:
    advisor = ScriptedAdvisor(facts)
    talk(advisor, scenario(opening="help", answers={fact: f"about {fact}" for fact in known}))
    assert advisor.heard == [["help", *(f"about {fact}" if fact in known else DONT_KNOW for fact in facts)]]


def test_a_line_without_a_question_is_followed_by_a_nudge_and_not_by_an_answer() -> None:
    advisor = ScriptedAdvisor([None, "stack"])
    talk(advisor, scenario(opening="help", answers={"stack": "a RAG"}))
    ((_, nudge, answer),) = advisor.heard
    assert nudge not in ("a RAG", DONT_KNOW)
    assert answer == "a RAG"


def test_a_script_is_said_to_its_end_whatever_is_asked() -> None:
    advisor = ScriptedAdvisor(["stack"])
    result = talk(advisor, scenario(script=["help", "a RAG", "why?", "thanks"]))
    assert advisor.heard == [["help", "a RAG", "why?", "thanks"]]
    assert [exchange.reply["kind"] for exchange in result.exchanges] == ["question", *["recommendation"] * 3]


def test_an_advisor_that_never_advises_is_left_and_not_passed() -> None:
    advisor = ScriptedAdvisor(["stack"], advises=False)
    result = talk(advisor, scenario(opening="help"))
    assert len(advisor.heard[0]) < 20
    assert not result.passed


def test_an_advisor_that_asks_without_end_is_left_and_not_passed() -> None:
    result = talk(ScriptedAdvisor(["stack", "volume"] * 50), scenario(opening="help"))
    assert len(result.exchanges) < 20
    assert not result.passed


def test_questions_after_the_recommendation_do_not_count_as_asked() -> None:
    class Curious(ScriptedAdvisor):
        def reply(self, conversation: str, text: str, turn_id: str | None = None) -> dict[str, Any]:
            line = super().reply(conversation, text, turn_id)
            later = len(self.heard[int(conversation)]) > 2
            return {**line, "kind": "question", "question": {"fact": "team"}} if later else line

    result = talk(Curious(["stack"]), scenario(script=["help", "a RAG", "thanks"]))
    assert result.asked == ("stack",)


def test_every_scenario_has_a_conversation_of_its_own() -> None:
    advisor = ScriptedAdvisor([])
    results = run_all(cast(Advisor, advisor), [scenario(opening="one"), scenario(opening="two")])
    assert advisor.heard == [["one"], ["two"]]
    assert [result.exchanges[0].text for result in results] == ["one", "two"]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_scenario_answers_as_a_person_types_and_not_with_a_button(path: Path) -> None:
    kinds = fact_kinds()
    buttons = {option for kind in kinds.values() for wording in kind.all_wordings for option in wording.options}
    for shipped in load_scenarios([path]):
        assert set(shipped.user.answers) <= set(kinds), shipped.id
        assert set(shipped.user.answers.values()) & (buttons - {DONT_KNOW}) == set(), shipped.id


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_scenario_expects_only_what_can_be_reached(path: Path) -> None:
    sources = {source.id for source in load_corpus().sources}
    quarrels = {quarrel.id for quarrel in dissent_ledger()}
    for wanted in (shipped.expect for shipped in load_scenarios([path])):
        levers = {*wanted.not_lever, *wanted.avoid, *wanted.now, *wanted.later, wanted.first_step or "rag"}
        assert levers <= set(LEVERS)
        assert wanted.primary in (None, *PRIMARIES)
        assert set(wanted.cites) <= sources
        assert set(wanted.discloses) <= quarrels
