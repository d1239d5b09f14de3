"""The answer to the open question: clicked, or read by the heads from the message or from the clause that answers it."""

from agent.facts import Fact
from agent.reading.counting import counted, counts, is_numeric, values_and_unknown, weighed
from agent.reading.heads import Array, answer_probabilities
from agent.reading.layout import OFF
from agent.reading.protocol import OpenQuestion
from agent.reading.quantities import quantities
from agent.vocabulary import DONT_KNOW, EXCLUSIVE, UNKNOWN, fact_kinds, telling

EXACT = 0.99
"""Confidence of an answer that was clicked, or sent back word for word."""
UNCOUNTED_OFF, COUNTS_ELSE_OFF = 0.35, 0.03
"""Probability of `off` from which a text does not answer a question about a number: where it has none, and where it has one of something else."""
NOT_LABELLED = 0.5
"""Probability of `none` from which a clause's number counts no examples."""
ENDING = frozenset({"works_fine", "not_llm"})
ENDS_FROM = 0.4
"""What ends the interview, and its least probability: it is not taken for the likeliest of unlikely answers."""
ANSWERED_FROM = 0.35
"""Least probability of the best answer, below which the question counts as not answered."""
MANY_FROM, SHARE_FROM = 0.5, 0.25
"""Least probability of a value that may stand beside others; else the least share of the likeliest one."""
TOLD_APART = 0.02
"""Least probability at which another meaning of an answer is kept."""
CLAUSE_FROM, HINTED = 0.8, 0.2
"""A clause adds a value to an answer from the first, where the whole message has at least the second."""


def exact_answer(text: str, question: OpenQuestion, turn: int) -> Fact | None:
    """The fact that a one-click answer states, where the text is one."""
    said = text.strip().casefold()
    if said == DONT_KNOW.casefold():
        return Fact(question.fact, (UNKNOWN,), text.strip(), turn, EXACT)
    for wording in fact_kinds()[question.fact].all_wordings:
        for option, values in wording.answers:
            if option.casefold() == said and option in question.options:
                return Fact(question.fact, values, text.strip(), turn, EXACT)
    return None


def answer(texts: list[str], rows: Array, name: str, turn: int) -> Fact | None:
    """The answer to the open question: of the whole message, or of the clause that answers it where the whole does not."""
    options = [answer_probabilities(row, name, asked=True) for row in rows]
    if fact_kinds()[name].many:
        return _answer_of_many(options, texts, name, turn)
    best = 0 if options[0][OFF] < 0.5 else min(range(len(texts)), key=lambda i: options[i][OFF])
    if is_numeric(name):
        return _number(name, best, options, texts, turn)
    scores, quote = options[best], texts[best]
    if scores[OFF] >= 0.5:
        return None
    value = max((*fact_kinds()[name].values, UNKNOWN), key=lambda v: scores[v])
    confidence = scores[value] / (1.0 - scores[OFF])
    others = {v: round(p / (1.0 - scores[OFF]), 3) for v, p in scores.items() if v not in (value, OFF)}
    otherwise = tuple((v, p) for v, p in others.items() if p >= TOLD_APART)
    return (
        Fact(name, (value,), quote, turn, round(confidence, 3), otherwise=otherwise)
        if confidence >= ANSWERED_FROM
        else None
    )


def _number(name: str, best: int, options: list[dict[str, float]], texts: list[str], turn: int) -> Fact | None:
    """The answer of a fact that may be a number, read from the text at `best`: the whole message, or the clause that answers it."""
    if options[best][OFF] >= _off_from(name, texts[best]):
        return counted(name, texts[0], turn, asked=True)
    counting = [texts[best]]
    if name == "examples" and best == 0:  # what is said to lack its label counts for nothing
        labelled = [t for t, o in zip(texts[1:], options[1:], strict=True) if o["none"] < NOT_LABELLED]
        counting = labelled or counting
    return weighed(name, texts[best], counting, turn, values_and_unknown(options[best], fact_kinds()[name].values))


def _off_from(name: str, text: str) -> float:
    """From which probability of `off` a text does not answer a question about a number: the less its numbers count, the sooner."""
    if counts(name, text, asked=True):
        return 0.5
    return COUNTS_ELSE_OFF if quantities(text) else UNCOUNTED_OFF


def _answer_of_many(options: list[dict[str, float]], texts: list[str], name: str, turn: int) -> Fact | None:
    """All values that the message states, or that a clause states clearly and the message does not rule out; else the likeliest."""
    values = fact_kinds()[name].values
    whole = options[0]
    top = {
        v: max([whole[v], *(o[v] for o in options[1:] if o[v] >= CLAUSE_FROM and whole[v] >= HINTED)]) for v in values
    }
    likeliest = max(values, key=lambda v: top[v])
    most = max(whole[UNKNOWN], top[likeliest])
    if most < min(MANY_FROM, whole[OFF]) or (most < ENDS_FROM and likeliest in ENDING):
        return None
    if whole[UNKNOWN] > top[likeliest]:
        return Fact(name, (UNKNOWN,), texts[0], turn, round(whole[UNKNOWN], 3))
    said = telling(tuple(v for v in values if top[v] >= MANY_FROM))
    if set(said) >= EXCLUSIVE:
        less = min(EXCLUSIVE, key=lambda v: top[v])
        said = tuple(v for v in said if v != less)
    if said:
        return Fact(name, said, texts[0], turn, round(min(top[v] for v in said), 3))
    share = top[likeliest] / sum(top.values())
    return Fact(name, (likeliest,), texts[0], turn, round(share, 3)) if share >= SHARE_FROM else None
