"""Coming back with a result: how it is read, judged against the exit test, and what it opens."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.facts import Fact, Facts
from agent.judgement.outcome import Figure, Judged, Report, Standing, judge_outcome
from agent.judgement.outcomes import Lever
from agent.judgement.plan import compose
from agent.judgement.tables import decision_model
from agent.judgement.verdict import judge
from agent.reading.reported import reported
from agent.writing.compose import Case, write
from agent.writing.results import outcome_line
from knowledge import Library

MODEL = decision_model()
NOBODY: frozenset[str] = frozenset()
steady = settings(deadline=None, max_examples=200, derandomize=True, database=None)
SCRAPS = [
    "62%", "71", "0.8", "1,200", "1.2.3", "7/0", "5 of 3", "zero", "9 out of 10", "$4k", "3 sec", "F1", "was", "now", "from", "to", "before,",
    "after", "instead of", "and", "target", "need", "wrong", "right", "worse", "works", "no change", "cheaper", "bill", "up", ".", "!?", "→",
]  # fmt: skip


def known(**values: str) -> dict[str, Fact]:
    return {name: Fact(name, tuple(v.split("|")), "", 1, 0.97) for name, v in values.items()}


def share(value: float) -> Figure:
    return Figure(value, f"{value:.0%}", True)


PROMPT = known(symptom="wrong_tone", prompting="basic", works_today="partly")
PAIRLESS = known(
    symptom="wrong_tone", prompting="exhausted", context_test="still_wrong", consistency="tone", examples="none"
)
TRAIN = PAIRLESS | known(examples="thousands")
BARRED = TRAIN | known(citations="required")
RETRIEVE = known(
    symptom="missing_facts", prompting="basic", stack="prompt_only", context_test="fixes_it",
    knowledge_kind="own_documents", corpus_size="large", volatility="weekly", citations="required",
)  # fmt: skip
BOTH = RETRIEVE | known(symptom="missing_facts|wrong_tone", prompting="exhausted", context_test="unknown") | known(
    examples="thousands", citations="not_needed", consistency="tone"
)  # fmt: skip
SMALL = RETRIEVE | known(corpus_size="small", volatility="rarely", citations="not_needed", access_control="same")
SLOW = known(symptom="too_slow", works_today="yes", volume="low", cost="smaller_model_untried")
UNMEASURED = known(symptom="unclear", works_today="not_measured")

BETTER = Report(before=share(0.62), now=share(0.71))
SAME = Report(before=share(0.7), now=share(0.7))
WORSE = Report(before=share(0.69), now=share(0.66))
ENOUGH = Report(before=share(0.62), now=share(0.91), target=share(0.9))
SHORT = Report(before=share(0.62), now=share(0.71), target=share(0.9))


def judged(report: Report, facts: Facts, step: Lever | None = None) -> Judged:
    verdict = judge(facts, NOBODY, MODEL)
    plan = compose(verdict, facts, (), MODEL)
    return judge_outcome(report, Standing(step or verdict.first_step, plan.steps, verdict, facts, MODEL))


def rung(found: Judged) -> tuple[str, bool, str] | None:
    return (found.rung.lever, found.rung.is_open, found.rung.why) if found.rung else None


@pytest.mark.parametrize(
    ("facts", "first_step"),
    [
        (PROMPT, "prompt_engineering"), (PAIRLESS, "prompt_engineering"), (TRAIN, "fine_tuning"), (BARRED, "prompt_engineering"),
        (RETRIEVE, "rag"), (BOTH, "rag"), (SMALL, "full_context"), (SLOW, "right_size"), (UNMEASURED, "measure_first"),
    ],
)  # fmt: skip
def test_the_cases_below_are_the_steps_that_they_stand_for(facts: Facts, first_step: Lever) -> None:
    assert judge(facts, NOBODY, MODEL).first_step == first_step


@pytest.mark.parametrize(
    ("report", "result", "met", "course"),
    [
        (BETTER, "better", None, "go_on"),
        (SHORT, "better", False, "go_on"),
        (ENOUGH, "reached", True, "stop"),
        (Report(word="works"), "reached", True, "stop"),
        (Report(before=share(0.62), now=share(1.0)), "reached", True, "stop"),
        (SAME, "same", False, "go_on"),
        (WORSE, "worse", False, "back"),
        (Report(now=share(0.68)), "measured", None, "go_on"),
        (Report(), "unclear", None, "tell_more"),
    ],
    ids=[
        "rose", "rose, short of the target", "target reached", "works", "nothing left", "no change", "fell", "one number",
        "nothing said",
    ],
)  # fmt: skip
def test_a_result_is_held_against_the_exit_test(report: Report, result: str, met: bool | None, course: str) -> None:
    found = judged(report, PROMPT)
    assert (found.result, found.met, found.course) == (result, met, course)


def test_fewer_failures_are_better() -> None:
    fewer = Report(before=share(0.3), now=share(0.08), less_is_better=True)
    assert judged(fewer, RETRIEVE).result == "better"
    assert judged(Report(before=share(0.3), now=share(0.0), less_is_better=True), RETRIEVE).met


@pytest.mark.parametrize("report", [SHORT, Report(now=share(0.71), target=share(0.9), word="works")])
def test_a_word_does_not_reach_a_target_that_the_number_misses(report: Report) -> None:
    assert judged(report, PROMPT).met is not True


@pytest.mark.parametrize(
    ("facts", "report", "why"),
    [
        (PROMPT, BETTER, "still_paying"),
        (PROMPT, WORSE, "undo_first"),
        (PROMPT, Report(now=share(0.7)), "no_comparison"),
        (PROMPT, Report(word="same"), "no_number"),
        (PROMPT, SAME, "prompt_first"),
        (PAIRLESS, SAME, "pairs"),
        (BARRED, SAME, "duty"),
        (RETRIEVE, SAME, "facts_first"),
        (BOTH, SAME, "exit_first"),
    ],
)
def test_training_stays_shut_until_every_part_of_its_gate_is_shown(facts: Facts, report: Report, why: str) -> None:
    assert rung(judged(report, facts)) == ("fine_tuning", False, why)


def test_training_opens_where_a_number_shows_that_the_exhausted_prompt_falls_short_and_the_pairs_are_there() -> None:
    verdict = judge(PROMPT, NOBODY, MODEL)
    steps = compose(verdict, PROMPT, (), MODEL).steps
    facts = PROMPT | known(prompting="exhausted", examples="thousands")
    found = judge_outcome(SAME, Standing("prompt_engineering", steps, verdict, facts, MODEL))
    assert (rung(found), found.course) == (("fine_tuning", True, "falls_short"), "climb")


def test_the_next_rung_opens_once_the_step_before_it_has_passed() -> None:
    found = judged(ENOUGH, BOTH)
    assert (rung(found), found.course) == (("fine_tuning", True, "exit_met"), "climb")


def test_a_text_in_the_prompt_gives_way_to_retrieval_by_its_size_and_not_by_a_result() -> None:
    assert rung(judged(SAME, SMALL)) == ("rag", False, "growth")


@pytest.mark.parametrize(("cost", "opens"), [("fine", False), ("too_high", True)])
def test_shrinking_opens_after_the_quality_is_reached_only_where_cost_or_speed_hurts(cost: str, opens: bool) -> None:
    found = judged(ENOUGH, TRAIN | known(cost=cost))
    assert found.rung is not None
    assert (found.rung.lever in ("right_size", "distillation"), found.rung.is_open) == (True, opens)


@pytest.mark.parametrize(
    ("report", "met", "course"),
    [
        (Report(word="same", thrift="better"), True, "stop"),
        (Report(before=share(0.97), now=share(0.96), word="works", thrift="better"), True, "stop"),
        (Report(thrift="better"), None, "tell_more"),
        (Report(word="same"), None, "go_on"),
        (Report(word="same", thrift="worse"), False, "go_on"),
        (Report(before=share(0.92), now=share(0.81), thrift="better"), False, "back"),
    ],
    ids=["held and cheaper", "held by the user's judgement", "cheaper", "held", "held and slower", "lost"],
)
def test_a_smaller_model_passes_where_the_quality_holds_and_cost_or_speed_improves(
    report: Report, met: bool | None, course: str
) -> None:
    found = judged(report, SLOW)
    assert (found.met, found.course) == (met, course)


@pytest.mark.parametrize(("volume", "opens"), [("low", False), ("massive", True)])
def test_distilling_opens_where_no_small_model_holds_the_quality_and_the_volume_is_massive(
    volume: str, opens: bool
) -> None:
    verdict = judge(SLOW, NOBODY, MODEL)
    steps = compose(verdict, SLOW, (), MODEL).steps
    found = judge_outcome(WORSE, Standing("right_size", steps, verdict, SLOW | known(volume=volume), MODEL))
    assert found.rung is not None
    assert (found.rung.lever, found.rung.is_open) == ("distillation", opens)


def test_facts_that_move_the_plan_open_its_new_first_step() -> None:
    assert rung(judged(BETTER, RETRIEVE, step="full_context")) == ("rag", True, "revised")


def test_nothing_opens_where_nothing_is_left_to_do() -> None:
    content = known(symptom="works_fine", works_today="yes")
    assert judged(Report(word="works"), content, step="prompt_engineering").rung is None


def test_a_first_number_is_not_yet_a_measured_and_sorted_failure() -> None:
    assert judged(Report(now=share(0.44)), UNMEASURED).met is None


@pytest.mark.parametrize(
    ("text", "before", "now", "fewer"),
    [
        ("we did it, 62% became 71%", 0.62, 0.71, False),
        ("we did it, it went from 62 to 71%", 0.62, 0.71, False),
        ("44 out of 50 are right now, was 29", 0.58, 0.88, False),
        ("9 of 30 right before, 27 after", 0.3, 0.9, False),
        ("41% instead of 46%", 0.46, 0.41, False),
        ("it's now 88 out of 100 where it was 70", 0.7, 0.88, False),
        ("71% after, 62% before", 0.62, 0.71, False),
        ("the error rate fell from 19 to 6 percent", 0.19, 0.06, True),
        ("the XML errors fell from one in twelve to one in four hundred", 1 / 12, 1 / 400, True),
        ("broken files dropped from one in eight to none in four hundred", 1 / 8, 0, True),
        ("with 900 pairs, F1 0.81 to 0.90", 0.81, 0.9, False),
        ("before 12 errors, now 3 errors", 12, 3, True),
    ],
)
def test_before_and_now_are_read_from_the_words_that_say_which_is_which(
    text: str, before: float, now: float, fewer: bool
) -> None:
    report = reported(text)
    assert report.before is not None
    assert report.now is not None
    assert [report.before.value, report.now.value] == pytest.approx([before, now])
    assert report.less_is_better == fewer


@pytest.mark.parametrize(
    "text", ["62% in March and 71% in May", "We fine-tuned on 800 pairs. It took 3 weeks.", "same score, bill down 80%"]
)
def test_figures_that_nothing_sets_against_each_other_are_no_comparison(text: str) -> None:
    assert reported(text).before is None


def test_a_mere_gain_or_a_saving_is_no_level() -> None:
    assert reported("small gain, +3 points").now is None
    assert reported("the bill is down 80%").now is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("tried the few examples you suggested, no change whatsoever", "same"),
        ("it made no difference", "same"),
        ("your plan didn't work for us", "same"),
        ("so I did what you said and it got worse", "worse"),
        ("the complaints stopped", "works"),
        ("it works now", "works"),
        ("users are happier, but the tone is still off", "better"),
        ("the answers are still wrong", "same"),
        ("the users are not happy", "same"),
        ("it is done", None),
    ],
)
def test_a_word_on_how_it_went_is_read(text: str, word: str | None) -> None:
    assert reported(text).word == word


@pytest.mark.parametrize(
    ("text", "thrift"),
    [
        ("bill fell from 11k to 1.9k, quality same", "better"),
        ("latency from 6 s to 0.7 s", "better"),
        ("made it slower, no better", "worse"),
        ("62% became 71%", None),
    ],
)
def test_cost_and_speed_are_read_apart_from_quality(text: str, thrift: str | None) -> None:
    assert reported(text).thrift == thrift


@steady
@given(st.lists(st.sampled_from(SCRAPS), max_size=12).map(" ".join))
def test_whatever_is_written_is_read_as_figures_that_stand_in_it(text: str) -> None:
    report = reported(text)
    for figure in (report.before, report.now, report.target):
        assert figure is None or figure.text.rstrip("%").split()[0] in text.lower()
    assert (report.before is None) or (report.now is not None)


def test_a_message_full_of_figures_is_read_at_once() -> None:
    started = time.process_time()
    reported(("62 to 71% wrong, " * 600)[:8000])
    assert time.process_time() - started < 5


def test_a_target_is_no_result() -> None:
    report = reported("we need 90%, we are at 70%, was 60%")
    assert [f.text if f else None for f in (report.target, report.before, report.now)] == ["90%", "60%", "70%"]


def told(
    text: str, facts: Facts, library: Library, intent: str = "outcome", before: tuple[str, str] | None = None
) -> str:
    verdict = judge(facts, NOBODY, MODEL)
    case = Case(verdict, facts, NOBODY, (), MODEL, library)
    return outcome_line(text, intent, before or (verdict.primary, verdict.first_step), case, write(case).recommendation)


def test_the_reply_says_what_moved_against_which_exit_test_and_why_the_next_rung_is_shut(library: Library) -> None:
    verdict = judge(PROMPT, NOBODY, MODEL)
    until = write(Case(verdict, PROMPT, NOBODY, (), MODEL, library)).recommendation.plan[0].until
    line = told("62% became 71%", PROMPT, library)
    assert "62% before and 71% now: 9 points better" in line
    assert until in line
    assert "Fine-tuning stays shut" in line
    assert "stays as it was" in line


def test_a_result_that_nobody_can_read_is_asked_for(library: Library) -> None:
    assert "tell me the number before" in told("Done.", PROMPT, library)


def test_a_plan_that_left_the_step_quotes_no_exit_test_of_it(library: Library) -> None:
    line = told("62% became 71%", RETRIEVE, library, before=("knowledge", "full_context"))
    assert "Exit test" not in line
    assert "Retrieval (RAG) is open now" in line
    assert "changes the recommendation" in line


def test_only_a_result_is_judged(library: Library) -> None:
    assert told("62% became 71%", PROMPT, library, intent="interview") == "The recommendation stays as it was."


@pytest.mark.parametrize(
    "text",
    [
        "on our 30 test questions it went from 12 right to 26",
        "over 30 cases we went from 12 to 26",
        "it went from 12 to 26 of the 40 that we check",
    ],
)
def test_the_number_of_cases_is_no_level(text: str) -> None:
    report = reported(text)
    assert report.before is not None
    assert report.now is not None
    assert report.now.text.startswith("26")
    assert report.before.text.startswith("12")
