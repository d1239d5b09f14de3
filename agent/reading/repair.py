"""Self-repair in speech: what a speaker takes back within a message, and at its beginning of an earlier one."""

import re

REPAIR = re.compile(
    r"\b(?:no,? wait|wait,? no|scratch that|correction(?=\s*[:,])|i meant?|make (?:that|it)(?=\s+(?:about\s+)?\d)|or rather|actually,? no|"
    r"my mistake|let me correct)\b",
    re.IGNORECASE,
)
"""What people say before they take back what they just said."""
OBJECTION = re.compile(
    rf"(?:(?:sorry|oh|ah|hm+|no|well)[,. ]+)*(?:{REPAIR.pattern}|(?:you(?:'re| are)|that(?:'s| is| was)|i was) (?:wrong|mistaken|not (?:right|true|correct)))",
    re.IGNORECASE,
)
"""How a message begins that takes back what was said, or understood, before it."""
FEWEST = 4
"""Words that must follow."""


def repaired(text: str) -> str:
    """What is left of a text where its speaker takes something back: what comes after, if that says something of its own."""
    first, *later = REPAIR.split(text)
    rest = later[-1].strip(" ,.;:-–") if later else first
    return rest if len(rest.split()) >= FEWEST else text


def takes_back(text: str) -> bool:
    """Whether a text begins by taking back what was said before it."""
    return bool(OBJECTION.match(text.lstrip()))
