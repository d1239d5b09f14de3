"""How gaps, levers, times and values are called in front of people."""

from collections.abc import Mapping, Sequence

from agent.judgement.outcomes import Lever, Primary
from agent.vocabulary import UNKNOWN

LEVERS = {
    "prompt_engineering": "Prompt engineering",
    "full_context": "The whole text in the prompt",
    "rag": "Retrieval (RAG)",
    "improve_retrieval": "Mend the retrieval",
    "fine_tuning": "Fine-tuning",
    "distillation": "Distillation",
    "right_size": "A smaller model or setting",
    "measure_first": "Measure first",
    "tool_use": "Calls to live systems",
    "human_review": "A verifier and a person in the loop",
    "out_of_scope": "Leave it as it is",
}
PRIMARIES = {
    "instruction": "an instruction gap",
    "knowledge": "a knowledge gap",
    "behavior": "a behaviour gap",
    "efficiency": "an efficiency gap",
    "knowledge+behavior": "a knowledge gap and a behaviour gap",
    "none": "no gap that one of these tools would close",
}
GAPS = {
    "instruction": "Instruction",
    "knowledge": "Knowledge",
    "behavior": "Behaviour",
    "efficiency": "Efficiency",
}
TIMES = {"now": "Now", "next": "Next", "later": "Later"}


def gap_in_words(primary: Primary, first_step: Lever | None) -> str:
    """A verdict's gap as it is called within a sentence; `first_step` is None before there is a recommendation."""
    return "no gap can be named yet" if first_step == "measure_first" else PRIMARIES[primary]


def lever_in_words(lever: Lever) -> str:
    """A lever as it is called within a sentence."""
    return LEVERS[lever].lower().replace("(rag)", "(RAG)")


def value_in_words(meanings: Mapping[str, str], value: str | float | Sequence[str], unit: str | None) -> str:
    """A fact's value as people say it: their own number, or the meaning of its values."""
    if value == UNKNOWN:
        return "not known"
    if isinstance(value, int | float):
        return f"{value:,} {unit or ''}".strip()
    values = [value] if isinstance(value, str) else value
    return ", ".join(meanings.get(one, one) for one in values)


def capitalised(text: str) -> str:
    """A text with its first letter in capital, the rest as it is."""
    return text[:1].upper() + text[1:]
