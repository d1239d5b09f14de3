"""What is said to somebody who comes back with a result: what moved, against which exit test, and which rung is open now."""

from collections.abc import Mapping

from agent.judgement.outcome import (
    FACTS,
    THRIFT,
    Judged,
    Movement,
    Reason,
    Report,
    Result,
    Standing,
    Word,
    judge_outcome,
    moved,
)
from agent.judgement.outcomes import OUTCOMES, Lever
from agent.judgement.plan import PlannedStep
from agent.reading.reported import reported
from agent.reply import Recommendation
from agent.writing.compose import Case
from agent.writing.names import LEVERS, lever_in_words

WENT: Mapping[Word, str] = {
    "works": "it works",
    "better": "it got better",
    "same": "it did not change",
    "worse": "it got worse",
}
THRIFT_WENT: Mapping[Movement, str] = {
    "better": "Cost or speed improved.",
    "same": "Cost and speed are as they were.",
    "worse": "Cost or speed got worse.",
}
MET: Mapping[bool | None, str] = {True: "Met", False: "Not met", None: "Open"}
SEEN: Mapping[Result, str] = {
    "reached": "the quality is there",
    "better": "it moved the right way",
    "same": "it did not move",
    "worse": "it went the wrong way",
    "measured": "there is one number, and nothing to compare it with",
    "unclear": "I could not read a result out of that",
}
SO: Mapping[Result, str] = {
    "better": "go on with this step until it meets the number that you need",
    "same": "this step has not paid so far",
    "worse": "undo the change before you try anything else",
    "measured": "tell me the number before it, or the one that you need",
    "unclear": "tell me the number before and the number now, on the same cases",
}
STUCK: Mapping[Lever, str] = {
    "prompt_engineering": "go on to the next means that this step names",
    **dict.fromkeys(FACTS, "first see whether the right facts reach the model at all"),
}
"""What follows from a number that did not move, by the step that did not move it."""
WHY: Mapping[Reason, str] = {
    "revised": "what you told me moves the plan there",
    "exit_met": "the step before it has passed its exit test",
    "strained": "the quality is there, and you said that cost or speed hurts",
    "falls_short": "a number on your cases shows that the prompt has been taken to its end, and the pairs are there",
    "not_held": "the smaller model did not hold the quality, and your volume is massive",
    "not_needed": "nothing that you told me calls for it",
    "no_strain": "nobody has said that cost or speed hurts",
    "exit_first": "the step before it has not passed its exit test",
    "still_paying": "the step before it still moves the result",
    "undo_first": "what made it worse has to be undone first",
    "no_comparison": "nothing shows so far that the step before it falls short",
    "no_number": "a result by word is no number; measure it on your cases first",
    "facts_first": "nothing shows so far that the facts arrive and the behaviour fails all the same",
    "prompt_first": "I do not know that the prompt was taken to its end; if a structured prompt with examples or a schema was measured, say so",
    "pairs": "you told me of fewer clean pairs than its gate asks for",
    "duty": "your duties, sources shown or permissions that differ, rule it out",
    "growth": "the size of the text, its pace of change or a duty opens it, and not this result",
    "volume": "you told me of no volume that its gate asks for",
}


def outcome_line(text: str, intent: str, before: tuple[str, str], case: Case, told: Recommendation) -> str:
    """What moved since the last recommendation, and how a reported result stands against the exit test.

    Args:
        text: what the user wrote.
        intent: what it is for; only an `outcome` is judged.
        before: primary and first step of the last recommendation.
        case: what the recommendation was written from that is given now.
        told: that recommendation; its exit tests are quoted with their marks.
    """
    stays = before == (case.verdict.primary, case.verdict.first_step)
    moves = "The recommendation stays as it was." if stays else "That changes the recommendation."
    if intent != "outcome":
        return moves
    report = reported(text)
    step = next(outcome.first_step for outcome in OUTCOMES if outcome.first_step == before[1])
    steps = tuple(PlannedStep(planned.lever, planned.when) for planned in told.plan)
    judged = judge_outcome(report, Standing(step, steps, case.verdict, case.facts, case.model))
    lines = [_against_exit_test(step, judged, report, told)]
    if judged.rung:
        state = "is open now" if judged.rung.is_open else "stays shut"
        lines.append(f"- **{LEVERS[judged.rung.lever]} {state}:** {WHY[judged.rung.why]}.")
    return "\n\n".join([_what_moved(report), "\n".join(lines), moves])


def _against_exit_test(step: Lever, judged: Judged, report: Report, told: Recommendation) -> str:
    """The exit test as the plan has it and how the result stands to it; only what was seen where the plan has left the step."""
    if told.first_step != step:
        return f"- **The step until now, {lever_in_words(step)}:** {SEEN[judged.result]}."
    until = told.plan[0].until
    return f"- **Exit test of {lever_in_words(step)}:** {until} *{MET[judged.met]}:* {_why_met(step, judged, report)}."


def _what_moved(report: Report) -> str:
    parts = [_figures_said(report)]
    if report.word and not moved(report):
        parts.append(f"You {'also say' if parts[0] else 'report'} that {WENT[report.word]}.")
    if report.target:
        parts.append(f"The number that you need is {report.target.text}.")
    if report.thrift:
        parts.append(THRIFT_WENT[report.thrift])
    return " ".join(filter(None, parts)) or "Thank you for coming back."


def _figures_said(report: Report) -> str:
    before, now, movement = report.before, report.now, moved(report)
    if now is None:
        return ""
    if before is None or movement is None:
        return f"You report {now.text} now."
    by = f"{round(100 * abs(now.value - before.value), 1):g}"
    points = f"{by} {'point' if by == '1' else 'points'} " if now.is_share and movement != "same" else ""
    return f"You report {before.text} before and {now.text} now: {points}{'no change' if movement == 'same' else movement}."


def _why_met(step: Lever, judged: Judged, report: Report) -> str:
    seen = SEEN[judged.result]
    if step == "measure_first" and judged.by_number:
        return "there is a first measured result; sort what fails by its kind, and tell me what you find"
    if step in THRIFT:
        return _why_thrift(judged, report)
    if step == "fine_tuning" and judged.met and judged.result == "better":
        return "it beats what you had; whether by enough to carry its cost is yours to weigh"
    if judged.result == "reached":
        return _why_reached(judged, report)
    if judged.rung and judged.rung.why == "pairs":
        return f"{seen}, and it is the pairs that this stage waits for"
    if judged.result == "better" and report.target:
        return f"{seen} and falls short of {report.target.text}, so go on with this step"
    return f"{seen}; {STUCK.get(step, SO['same']) if judged.result == 'same' else SO[judged.result]}"


def _why_reached(judged: Judged, report: Report) -> str:
    if report.target:
        return "the number reaches the target that you name"
    if judged.by_number and report.word is None:
        return "on these cases nothing is left to wish for"
    return "by your word; a number on the cases that used to fail would show it"


def _why_thrift(judged: Judged, report: Report) -> str:
    if judged.met:
        return "the quality held, and cost or speed improved"
    if judged.met is None:
        missing = (
            "what became of cost or speed" if report.thrift is None else "whether the quality held on the same cases"
        )
        return f"tell me {missing}"
    lost = report.thrift == "better" or judged.result == "worse"
    return "the quality did not hold, so keep what you had" if lost else "neither cost nor speed improved"
