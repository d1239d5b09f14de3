"""The embedded reader: trained heads over clauses, a grammar for numbers, and the rules that make facts of both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.facts import Fact, Facts
from agent.reading.clauses import clauses
from agent.reading.counting import counted, counts, is_numeric, priced, values_and_unknown, weighed
from agent.reading.heads import Array, ReaderModel, answer_probabilities, intent_probabilities, volunteered
from agent.reading.language import has_words, is_foreign, is_interrogative, speaks_of_us
from agent.reading.layout import OFF, layout
from agent.reading.protocol import OpenQuestion, Reading
from agent.reading.quantities import quantities
from agent.reading.repair import repaired, takes_back
from agent.reading.spelling import Speller, as_typed
from agent.reading.utterances import INTERVIEW
from agent.vocabulary import DONT_KNOW, GIVES_WAY, UNKNOWN, fact_kinds

EXACT = 0.99
"""Confidence of an answer that was clicked, or sent back word for word."""
VOLUNTEERED_FROM = 0.7
"""Least probability, over the message and its likeliest clause, at which something counts as said unasked."""
DECIDES_FROM = 0.8
"""The same for facts of which a misreading turns the verdict; below, they are asked for."""
DECIDING = frozenset({"prompting", "context_test", "stack", "works_today"})
SIDE_FROM = 0.5
"""The same for facts that only add something to the plan."""
SIDE = frozenset({"regulated", "consistency", "deadline", "team", "eval_set"})
ABOUT_THE_TRIAL = {
    "prompting": frozenset({"examples", "corpus_size"}),
    "cost": frozenset({"works_today", "prompting"}),
    "context_test": frozenset({"works_today"}),
}
"""What the answer to a question seems to say and does not: examples in a prompt are no training data, a smaller model's quality is not today's."""
OPENING_FROM = 0.5
"""Least probability, over the message and its likeliest clause, of what goes wrong in an opening."""
NO_MODEL_FROM = 0.7
"""The same of an opening about no language model at all, which ends the interview."""
INTERVIEW_ODDS = 40.0
"""How much likelier talk about the case has to be than something else, where nothing was read of it."""
IMPATIENT_ODDS = 20.0
"""How much more a wish to be told at once weighs there: to be asked on is dearer than a recommendation too soon."""
TELLS_FROM = 0.5
"""Least probability of something said unasked from which a paragraph is no small talk."""
PARAGRAPHS = re.compile(r"\n\s*\n")
ASKS_FROM = 0.5
"""Least probability of a question about the subject at which a message that speaks of nobody is taken for one."""
EXCLUSIVE = frozenset({"rag", "prompt_only"})
"""What cannot both be in place: a search over documents, and nothing but a model and a prompt."""
UNREAD = "unread"
UNCOUNTED_OFF, COUNTS_ELSE_OFF = 0.35, 0.03
"""Probability of `off` from which a text does not answer a question about a number: where it has none, and where it has one of something else."""
NOT_LABELLED = 0.5
"""Probability of `none` from which a clause's number counts no examples."""
ENDING = frozenset({"works_fine", "not_llm"})
ENDS_FROM = 0.4
"""What ends the interview, and its least probability: it is not taken for the likeliest of unlikely answers."""
NUMBERED_FROM = 0.25
"""Least probability of a fact beside a number that counts it."""
ANSWERED_FROM = 0.35
"""Least probability of the best answer, below which the question counts as not answered."""
MANY_FROM, SHARE_FROM = 0.5, 0.25
"""Least probability of a value that may stand beside others; else the least share of the likeliest one."""
TOLD_APART = 0.02
"""Least probability at which another meaning of an answer is kept."""
CLAUSE_FROM, HINTED = 0.8, 0.2
"""A clause adds a value to an answer from the first, where the whole message has at least the second."""


@dataclass(frozen=True, slots=True)
class EmbeddedReader:
    """Reads without any service. The same message in the same situation is always read in the same way."""

    model: ReaderModel
    speller: Speller

    def read(self, text: str, question: OpenQuestion | None, facts: Facts, turn: int) -> Reading:
        """Read a message in the light of the open question and of what is known."""
        if question and (chosen := exact_answer(text, question, turn)):
            return Reading(INTERVIEW, (chosen,), (), None)
        if is_foreign(text):
            return Reading("foreign", (), (), None)
        if not has_words(text):
            return Reading(UNREAD, (), (), None)
        meant = self.speller.corrected(text)
        reading = self._read(meant, question, facts, turn)
        return replace(
            reading, facts=tuple(replace(fact, quote=as_typed(fact.quote, meant, text)) for fact in reading.facts)
        )

    def _read(self, text: str, question: OpenQuestion | None, facts: Facts, turn: int) -> Reading:
        parts = clauses(text)
        whole = self._without_small_talk(text)
        texts = [text] if parts == (text,) else [whole, *parts]
        rows = self.model.logits(texts)
        if _only_asks(text, rows[0]):
            return Reading("question", (), (), text)
        asking = question is not None and is_interrogative(text)
        found = self._facts(texts, rows, len(parts), None if asking else question, facts, turn)
        intent = "question" if asking else _intent(rows[0], any(fact.known for fact in found.values()))
        if intent == "tell_me_now":  # who will not answer has not said that they don't know
            found = {name: fact for name, fact in found.items() if fact.known}
        return Reading(
            intent=intent,
            facts=tuple(found[name] for name in fact_kinds() if name in found),
            wants=_wants(rows[0], rows[-len(parts) :]),
            asks=_asks(texts[-len(parts) :], rows[-len(parts) :], intent, text),
            takes_back=takes_back(text),
        )

    def _without_small_talk(self, text: str) -> str:
        """A message from the first paragraph on that says something of the case, so that what stands before it colours nothing."""
        paragraphs = PARAGRAPHS.split(text)
        if len(paragraphs) == 1:
            return text
        telling = [max(volunteered(row).values()) >= TELLS_FROM for row in self.model.logits(paragraphs)]
        return "\n\n".join(paragraphs[telling.index(True) :]) if any(telling) else text

    def _facts(
        self, texts: list[str], rows: Array, parts: int, question: OpenQuestion | None, facts: Facts, turn: int
    ) -> dict[str, Fact]:
        """What is volunteered, what is said to go wrong as long as nobody has said it, and the answer to the open question."""
        misleading = ABOUT_THE_TRIAL.get(question.fact, frozenset()) if question else frozenset()
        found = {
            fact.name: fact
            for fact in _volunteered(texts[-parts:], rows[0], rows[-parts:], turn)
            if fact.name not in misleading
        }
        if _no_symptom_yet(facts) and (question is None or question.fact != "symptom"):
            opening = _opening_symptom(texts, rows, parts, turn)
            if opening:
                found["symptom"] = _joined(found.get("symptom"), opening)
        answer = self._answer(texts, rows, question.fact, turn) if question else None
        if answer:
            found[answer.name] = answer if not answer.known else _kept(found.get(answer.name), answer)
        return {name: priced(fact, texts[0]) for name, fact in found.items()}

    def _answer(self, texts: list[str], rows: Array, name: str, turn: int) -> Fact | None:
        """The answer to the open question; where the message takes something back, what comes after that counts."""
        after = repaired(texts[0])
        if after != texts[0]:
            left = self.model.logits([after])
            answer = _answer([after], left, name, turn)
            if answer:
                return replace(answer, quote=texts[0])
        return _answer(texts, rows, name, turn)


def _no_symptom_yet(facts: Facts) -> bool:
    """Whether nothing is known that goes wrong: nothing was said, or only that it is bad."""
    return "symptom" not in facts or facts["symptom"].values == ("unclear",)


def _only_asks(text: str, row: Array) -> bool:
    """Whether a message is a question about the subject and nothing else, so that no fact of the case is in it."""
    if not text.rstrip().endswith("?") or speaks_of_us(text):
        return False
    return is_interrogative(text) or intent_probabilities(row)["question"] >= ASKS_FROM


def _intent(row: Array, something_read: bool) -> str:
    """What a message is for. Training is mostly talk about the case, so more has to speak for it where nothing was read of it."""
    odds = intent_probabilities(row)
    if not something_read:
        odds[INTERVIEW] /= INTERVIEW_ODDS
        odds["tell_me_now"] *= IMPATIENT_ODDS
    return max(odds, key=lambda name: odds[name])


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


def _answer(texts: list[str], rows: Array, name: str, turn: int) -> Fact | None:
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
    said = _compatible(tuple(v for v in values if top[v] >= MANY_FROM))
    if set(said) >= EXCLUSIVE:
        less = min(EXCLUSIVE, key=lambda v: top[v])
        said = tuple(v for v in said if v != less)
    if said:
        return Fact(name, said, texts[0], turn, round(min(top[v] for v in said), 3))
    share = top[likeliest] / sum(top.values())
    return Fact(name, (likeliest,), texts[0], turn, round(share, 3)) if share >= SHARE_FROM else None


def _opening_symptom(texts: list[str], rows: Array, parts: int, turn: int) -> Fact | None:
    """What goes wrong, read from a message that nobody asked for it: the whole and its likeliest clause have to say so."""
    options = [answer_probabilities(row, "symptom", asked=False) for row in rows]
    top: dict[str, tuple[float, str]] = {}
    for value in fact_kinds()["symptom"].values:
        scores = [o[value] * (1.0 - o[OFF]) for o in options]
        best = max(range(len(texts) - parts, len(texts)), key=lambda i: scores[i])
        top[value] = ((scores[0] + scores[best]) / 2, texts[best])
    least = {"not_llm": NO_MODEL_FROM}
    said = _compatible(tuple(v for v, (score, _) in top.items() if score >= least.get(v, OPENING_FROM)))
    if not said:
        return None
    quote = " … ".join(dict.fromkeys(top[v][1] for v in said))
    return Fact("symptom", said, quote, turn, round(min(top[v][0] for v in said), 3))


def _volunteered(parts: list[str], whole: Array, rows: Array, turn: int) -> Iterator[Fact]:
    """What a message says unasked, by the message and by the clause that says it most clearly."""
    clearest = rows.argmax(axis=0)
    scores = volunteered((whole + rows.max(axis=0)) / 2)
    for name, kind in fact_kinds().items():
        said = {v: scores[name, v] for v in kind.values if scores[name, v] >= _least(name)}
        ranked = sorted(said, key=lambda v: -said[v])
        values = _compatible(tuple(ranked)) if kind.many else tuple(ranked[:1])
        if set(values) >= EXCLUSIVE:  # a search somewhere else, or one that is only planned: this is asked
            continue
        likeliest = max(kind.values, key=lambda v: scores[name, v])
        part = parts[clearest[layout().volunteered[name, values[0] if values else likeliest]]]
        number = counted(name, part, turn, asked=False)
        if number and (values or scores[name, likeliest] >= NUMBERED_FROM):
            yield number
        elif values:
            quote = " … ".join(dict.fromkeys(parts[clearest[layout().volunteered[name, v]]] for v in values))
            yield Fact(name, values, quote, turn, round(min(said[v] for v in values), 3))


def _least(name: str) -> float:
    return DECIDES_FROM if name in DECIDING else SIDE_FROM if name in SIDE else VOLUNTEERED_FROM


def _compatible(values: tuple[str, ...]) -> tuple[str, ...]:
    """Drops what says nothing beside something: "unclear" beside a named symptom, "fine" beside "too high"."""
    telling = tuple(v for v in values if v not in GIVES_WAY)
    return telling or values


def _joined(earlier: Fact | None, later: Fact) -> Fact:
    """Two clauses of one message on one fact: values that can hold together are kept, else the later clause counts."""
    if earlier is None or not fact_kinds()[later.name].many:
        return later
    values = _compatible(tuple(dict.fromkeys((*earlier.values, *later.values))))
    quote = earlier.quote if set(values) <= set(earlier.values) else f"{earlier.quote} … {later.quote}"
    return replace(later, values=values, quote=quote, confidence=max(earlier.confidence, later.confidence))


def _kept(volunteer: Fact | None, answer: Fact) -> Fact:
    """The answer to the question, joined with what the same message volunteers on the same fact."""
    if volunteer is None or volunteer.values == answer.values or not fact_kinds()[answer.name].many:
        return answer
    return _joined(volunteer, answer)


def _wants(whole: Array, rows: Array) -> tuple[str, ...]:
    scores = volunteered((whole + rows.max(axis=0)) / 2)
    return tuple(v for (name, v), p in scores.items() if name == "wants" and p >= VOLUNTEERED_FROM)


def _asks(parts: list[str], rows: Array, intent: str, text: str) -> str | None:
    """The question about the subject that a message puts, if it puts one."""
    if intent == "question":
        return " ".join(part for part in parts if part.rstrip().endswith("?")) or text
    asking = [
        part
        for part, row in zip(parts, rows, strict=True)
        if part.rstrip().endswith("?") and intent_probabilities(row)["question"] >= 0.8
    ]
    return asking[-1] if asking else None
