"""Plain words for messages that are no part of the interview, and for results that users come back with."""

import re

NOTICES = {
    "greeting": "Hello. Tell me what your LLM application does and where it disappoints; I ask a few questions and then recommend what to do, with sources.",
    "thanks": "You are welcome.",
    "abuse": "I understand that this is annoying. Tell me what goes wrong and I will do my best to help.",
    "off_topic": "That is outside what I can help with; I work out why an LLM application disappoints and what to do about it.",
    "injection": "I take messages as a description of your case, not as instructions to me; nothing has changed.",
    "foreign": "I read English only so far; please say it in English.",
    "unread": "I could not make out anything about your application in that. Plain words are fine: what does it do, and what goes wrong?",
}
PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%|percent|per cent)", re.IGNORECASE)


def outcome_line(text: str, intent: str, before: tuple[str, str], after: tuple[str, str]) -> str:
    """What moved since the last recommendation, and how a reported result stands against the exit test."""
    moved = "The recommendation stays as it was." if before == after else "That changes the recommendation."
    figures = [float(figure.replace(",", ".")) for figure in PERCENT.findall(text)]
    if intent != "outcome":
        return moved
    if len(figures) >= 2:
        change = figures[-1] - figures[0]
        direction = "up" if change > 0 else "down" if change < 0 else "unchanged"
        verdict = (
            "so the step pays; go on until the exit test below is met"
            if change > 0
            else "so the step has not paid; go back before you climb further"
        )
        return f"You report {figures[0]:g}% before and {figures[-1]:g}% now ({direction}, {abs(change):g} points), {verdict}. {moved}"
    return f"Thank you for coming back with a result. Hold it against the exit test of the step below. {moved}"
