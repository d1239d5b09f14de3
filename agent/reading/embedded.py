"""The embedded reader: trained heads over clauses, a grammar for numbers, and the rules that make facts of both."""

import re
from dataclasses import dataclass, replace

from agent.facts import Fact, Facts
from agent.reading.answers import MANY_FROM, answer, exact_answer
from agent.reading.clauses import clauses
from agent.reading.counting import priced
from agent.reading.heads import Array, ReaderModel, intent_probabilities, volunteered
from agent.reading.language import agrees, asks_back, has_words, is_foreign, is_interrogative, speaks_of_us
from agent.reading.protocol import OpenQuestion, Reading
from agent.reading.repair import repaired, takes_back
from agent.reading.spelling import Speller, as_typed
from agent.reading.unasked import in_passing, named_tools, opening_symptom
from agent.reading.utterances import INTERVIEW
from agent.vocabulary import fact_kinds, telling

ABOUT_THE_TRIAL = {
    "prompting": frozenset({"examples", "corpus_size"}),
    "cost": frozenset({"works_today", "prompting"}),
    "context_test": frozenset({"works_today"}),
}
"""What the answer to a question seems to say and does not: examples in a prompt are no training data, a smaller model's quality is not today's."""
INTERVIEW_ODDS = 40.0
"""How much likelier talk about the case has to be than something else, where nothing was read of it."""
IMPATIENT_ODDS = 20.0
"""How much more a wish to be told at once weighs there: to be asked on is dearer than a recommendation too soon."""
TELLS_FROM = 0.5
"""Least probability of something said unasked from which a paragraph is no small talk."""
PARAGRAPHS = re.compile(r"\n\s*\n")
ASKS_FROM = 0.5
"""Least probability of a question about the subject at which a message that speaks of nobody is taken for one."""
UNREAD = "unread"


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
        answered = None if asking or asks_back(text) else question
        found = self._facts(texts, rows, len(parts), answered, facts, turn)
        intent = "question" if asking else _intent(rows[0], any(fact.known for fact in found.values()))
        if intent == INTERVIEW and answered and answered.fact == "symptom" and _half_heard(facts):
            found["symptom"] = _further(found.get("symptom"), facts["symptom"], text, turn)
        if intent == "tell_me_now":  # who will not answer has not said that they don't know
            found = {name: fact for name, fact in found.items() if fact.known}
        return Reading(
            intent=intent,
            facts=tuple(found[name] for name in fact_kinds() if name in found),
            wants=named_tools(rows[0], rows[-len(parts) :]),
            asks=_asks(texts[-len(parts) :], rows[-len(parts) :], intent, text),
            takes_back=takes_back(text),
        )

    def _without_small_talk(self, text: str) -> str:
        """A message from the first paragraph on that says something of the case, so that what stands before it colours nothing."""
        paragraphs = PARAGRAPHS.split(text)
        if len(paragraphs) == 1:
            return text
        tells = [max(volunteered(row).values()) >= TELLS_FROM for row in self.model.logits(paragraphs)]
        return "\n\n".join(paragraphs[tells.index(True) :]) if any(tells) else text

    def _facts(
        self, texts: list[str], rows: Array, parts: int, question: OpenQuestion | None, facts: Facts, turn: int
    ) -> dict[str, Fact]:
        """What is volunteered, what is said to go wrong as long as nobody has said it, and the answer to the open question."""
        misleading = ABOUT_THE_TRIAL.get(question.fact, frozenset()) if question else frozenset()
        found = {
            fact.name: fact
            for fact in in_passing(texts[-parts:], rows[0], rows[-parts:], turn)
            if fact.name not in misleading
        }
        if _no_symptom_yet(facts) and (question is None or question.fact != "symptom"):
            opening = opening_symptom(texts, rows, parts, turn)
            if opening:
                found["symptom"] = _joined(found.get("symptom"), opening)
        given = self._answer(texts, rows, question.fact, turn) if question else None
        if given:
            found[given.name] = _kept(found.get(given.name), given) if given.known else given
        return {name: priced(fact, texts[0]) for name, fact in found.items()}

    def _answer(self, texts: list[str], rows: Array, name: str, turn: int) -> Fact | None:
        """The answer to the open question; where the message takes something back, what comes after that counts."""
        after = repaired(texts[0])
        if after != texts[0]:
            left = self.model.logits([after])
            found = answer([after], left, name, turn)
            if found:
                return replace(found, quote=texts[0])
        return answer(texts, rows, name, turn)


def _no_symptom_yet(facts: Facts) -> bool:
    """Whether nothing is known that goes wrong: nothing was said, or only that it is bad."""
    return "symptom" not in facts or facts["symptom"].values == ("unclear",)


def _half_heard(facts: Facts) -> bool:
    """Whether more may go wrong than what is known, so that the question about it asks for that."""
    return "symptom" in facts and bool(facts["symptom"].half_heard)


def _further(named: Fact | None, so_far: Fact, text: str, turn: int) -> Fact:
    """What goes wrong besides: what is plainly named, or what was half heard where somebody just agrees; else nothing more."""
    if named and named.known and named.confidence >= MANY_FROM:
        return named
    values = so_far.half_heard if agrees(text) else so_far.values
    return replace(so_far, values=values, quote=text, turn=turn, half_heard=())


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


def _joined(earlier: Fact | None, later: Fact) -> Fact:
    """Two clauses of one message on one fact: values that can hold together are kept, else the later clause counts."""
    if earlier is None or not fact_kinds()[later.name].many:
        return later
    values = telling(tuple(dict.fromkeys((*earlier.values, *later.values))))
    quote = earlier.quote if set(values) <= set(earlier.values) else f"{earlier.quote} … {later.quote}"
    return replace(later, values=values, quote=quote, confidence=max(earlier.confidence, later.confidence))


def _kept(volunteer: Fact | None, answer: Fact) -> Fact:
    """The answer to the question, joined with what the same message volunteers on the same fact."""
    if volunteer is None or volunteer.values == answer.values or not fact_kinds()[answer.name].many:
        return answer
    return _joined(volunteer, answer)


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
