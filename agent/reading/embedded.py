"""The embedded reader: trained heads over clauses, a grammar for numbers, and the rules that make facts of both."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.facts import Fact, Facts
from agent.judgement.tables import decision_model
from agent.reading.clauses import clauses
from agent.reading.heads import Array, ReaderModel, answer_probabilities, intent_probabilities, volunteered
from agent.reading.language import has_words, is_foreign, is_interrogative, speaks_of_us
from agent.reading.layout import OFF
from agent.reading.protocol import OpenQuestion, Reading
from agent.reading.quantities import EXAMPLES, Quantity, a_day, interval_days, quantities, tokens
from agent.reading.utterances import INTERVIEW
from agent.vocabulary import DONT_KNOW, UNKNOWN, fact_kinds

EXACT = 0.99
"""Confidence of an answer that was clicked, or sent back word for word."""
COUNTED = 0.95
"""Confidence of a value that follows from a number and its unit."""
VOLUNTEERED_FROM = 0.7
"""Least probability at which a clause counts as saying something unasked."""
DECIDES_FROM = 0.8
"""The same for facts of which a misreading turns the verdict."""
DECIDING = frozenset({"works_today", "context_test", "cost", "latency", "prompting"})
SIDE_FROM = 0.35
"""The same for facts that only add something to the plan."""
SIDE = frozenset({"regulated", "consistency", "deadline", "team", "eval_set"})
OPENING_FROM = 0.5
INTERVIEW_ODDS = 40.0
"""How much likelier talk about the case has to be than something else, where nothing was read of it."""
ASKS_FROM = 0.5
"""Least probability of a question about the subject at which a message that speaks of nobody is taken for one."""
UNREAD = "unread"
ANSWERED_FROM = 0.35
"""Least probability of the best answer, below which the question counts as not answered."""
MANY_FROM, SHARE_FROM = 0.5, 0.5
"""Least probability of a value that may stand beside others; else the least share of the likeliest one."""
CLAUSE_FROM, HINTED = 0.8, 0.2
"""A clause adds a value to an answer from the first, where the whole message has at least the second."""


@dataclass(frozen=True, slots=True)
class EmbeddedReader:
    """Reads without any service. The same message in the same situation is always read in the same way."""

    model: ReaderModel

    def read(self, text: str, question: OpenQuestion | None, facts: Facts, turn: int) -> Reading:
        """Read a message in the light of the open question and of what is known."""
        if question and (chosen := exact_answer(text, question, turn)):
            return Reading(INTERVIEW, (chosen,), (), None)
        parts = clauses(text)
        texts = [text] if parts == (text,) else [text, *parts]
        rows = self.model.logits(texts)
        if is_foreign(text):
            return Reading("foreign", (), (), None)
        if not has_words(text):
            return Reading(UNREAD, (), (), None)
        if _only_asks(text, rows[0]):
            return Reading("question", (), (), text)
        asking = question is not None and is_interrogative(text)
        found = self._facts(texts, rows, len(parts), None if asking else question, facts, turn)
        intent = "question" if asking else _intent(rows[0], bool(found))
        return Reading(
            intent=intent,
            facts=tuple(found[name] for name in fact_kinds() if name in found),
            wants=_wants(rows[-len(parts) :]),
            asks=_asks(texts[-len(parts) :], rows[-len(parts) :], intent, text),
        )

    def _facts(
        self, texts: list[str], rows: Array, parts: int, question: OpenQuestion | None, facts: Facts, turn: int
    ) -> dict[str, Fact]:
        """What is volunteered clause by clause, what an opening says goes wrong, and the answer to the open question."""
        found: dict[str, Fact] = {}
        for part, row in zip(texts[-parts:], rows[-parts:], strict=True):
            for fact in _volunteered(part, row, turn):
                if fact.name == "examples" and question and question.fact == "prompting":
                    continue  # examples inside the prompt are no training data
                found[fact.name] = _joined(found.get(fact.name), fact)
        if "symptom" not in facts and (question is None or question.fact != "symptom"):
            opening = _opening_symptom(texts, rows, turn)
            if opening:
                found["symptom"] = _joined(found.get("symptom"), opening)
        answer = _answer(texts[0], texts, rows, question.fact, turn) if question else None
        if answer:
            found[answer.name] = answer if not answer.known else _kept(found.get(answer.name), answer)
        return found


def _only_asks(text: str, row: Array) -> bool:
    """Whether a message is a question about the subject and nothing else, so that no fact of the case is in it."""
    if not text.rstrip().endswith("?") or speaks_of_us(text):
        return False
    return is_interrogative(text) or intent_probabilities(row)["question"] >= ASKS_FROM


def _intent(row: Array, something_read: bool) -> str:
    """What a message is for. Training is mostly talk about the case, so more has to speak for it where nothing was read of it."""
    odds = {
        name: p / (INTERVIEW_ODDS if name == INTERVIEW and not something_read else 1.0)
        for name, p in intent_probabilities(row).items()
    }
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


def _answer(text: str, texts: list[str], rows: Array, name: str, turn: int) -> Fact | None:
    """The answer to the open question: of the whole message, or of the clause that answers it where the whole does not."""
    if number := counted(name, text, turn, asked=True):
        return number
    options = [answer_probabilities(row, name, asked=True) for row in rows]
    if fact_kinds()[name].many:
        return _answer_of_many(options, texts, name, turn)
    best = 0 if options[0][OFF] < 0.5 else min(range(len(texts)), key=lambda i: options[i][OFF])
    scores, quote = options[best], texts[best]
    if scores[OFF] >= 0.5:
        return None
    value = max((*fact_kinds()[name].values, UNKNOWN), key=lambda v: scores[v])
    confidence = scores[value] / (1.0 - scores[OFF])
    return Fact(name, (value,), quote, turn, round(confidence, 3)) if confidence >= ANSWERED_FROM else None


def _answer_of_many(options: list[dict[str, float]], texts: list[str], name: str, turn: int) -> Fact | None:
    """All values that the message states, or that a clause states clearly and the message does not rule out; else the likeliest."""
    values = fact_kinds()[name].values
    whole = options[0]
    top = {
        v: max([whole[v], *(o[v] for o in options[1:] if o[v] >= CLAUSE_FROM and whole[v] >= HINTED)]) for v in values
    }
    if whole[UNKNOWN] > max(top.values()):
        return Fact(name, (UNKNOWN,), texts[0], turn, round(whole[UNKNOWN], 3))
    said = _compatible(tuple(v for v in values if top[v] >= MANY_FROM))
    if said:
        return Fact(name, said, texts[0], turn, round(min(top[v] for v in said), 3))
    likeliest = max(values, key=lambda v: top[v])
    share = top[likeliest] / sum(top.values())
    return Fact(name, (likeliest,), texts[0], turn, round(share, 3)) if share >= SHARE_FROM else None


def _opening_symptom(texts: list[str], rows: Array, turn: int) -> Fact | None:
    """What goes wrong, read from a message that nobody asked for it: more has to speak for it than for an answer."""
    options = [answer_probabilities(row, "symptom", asked=False) for row in rows]
    top = {
        v: max((o[v] * (1.0 - o[OFF]), t) for o, t in zip(options, texts, strict=True))
        for v in fact_kinds()["symptom"].values
    }
    said = _compatible(tuple(v for v, (score, _) in top.items() if score >= OPENING_FROM))
    if not said:
        return None
    quote = " … ".join(dict.fromkeys(top[v][1] for v in said))
    return Fact("symptom", said, quote, turn, round(min(top[v][0] for v in said), 3))


def _volunteered(part: str, row: Array, turn: int) -> list[Fact]:
    scores = volunteered(row)
    by_fact: Mapping[str, list[tuple[float, str]]] = defaultdict(list)
    for (name, value), score in scores.items():
        if score >= _least(name) and value != UNKNOWN and name in fact_kinds():
            by_fact[name].append((score, value))
    facts = []
    for name, said in by_fact.items():
        number = counted(name, part, turn, asked=False)
        ranked = sorted(said, reverse=True)
        values = _compatible(tuple(v for _, v in ranked)) if fact_kinds()[name].many else (ranked[0][1],)
        facts.append(number or Fact(name, values, part, turn, round(ranked[0][0], 3)))
    for name in ("corpus_size", "examples", "volume"):
        unit = any(_counts_for(name, q, asked=False) for q in quantities(part))
        likely = max(scores[name, v] for v in fact_kinds()[name].values) >= 0.25
        if name not in by_fact and unit and likely and (number := counted(name, part, turn, asked=False)):
            facts.append(number)
    return facts


def _least(name: str) -> float:
    return DECIDES_FROM if name in DECIDING else SIDE_FROM if name in SIDE else VOLUNTEERED_FROM


def counted(name: str, text: str, turn: int, *, asked: bool) -> Fact | None:
    """The fact that follows from a number in the text, where it counts what the fact is about; None where none does."""
    match name:
        case "corpus_size":
            sized = tokens(text)
            if sized and (asked or sized[1].unit in ("page", "token", "word", "document", "doc", "pdf", "mb", "gb")):
                value = "small" if sized[0] < decision_model().full_context_tokens else "large"
                return Fact(name, (value,), text, turn, COUNTED, sized[1].number, f"{sized[1].unit}s")
        case "examples":
            counts = [q for q in quantities(text) if _counts_for(name, q, asked=asked)]
            if counts:
                number = max(q.number for q in counts)
                value = (
                    "none" if number < 1 else "dozens" if number < 100 else "hundreds" if number < 1000 else "thousands"
                )
                return Fact(name, (value,), text, turn, COUNTED, number, "examples")
        case "volume":
            rates = [q for q in quantities(text) if _counts_for(name, q, asked=asked)]
            if rates:
                number = round(max(a_day(q) for q in rates), 1)
                value = "low" if number < 100_000 else "high" if number < 1_000_000 else "massive"
                return Fact(name, (value,), text, turn, COUNTED, number, "calls a day")
        case "volatility":
            days = interval_days(text)
            if days is not None and days >= 1 / 24:
                value = (
                    "live"
                    if days < 0.2
                    else "daily"
                    if days < 4
                    else "weekly"
                    if days < 20
                    else "monthly"
                    if days < 200
                    else "rarely"
                )
                return Fact(name, (value,), text, turn, COUNTED)
    return None


def _counts_for(name: str, quantity: Quantity, *, asked: bool) -> bool:
    """Whether a quantity counts what a fact is about; a bare number does so only in answer to its question."""
    if name == "volume":
        return (quantity.per_days is not None and quantity.unit != "time") or (asked and quantity.unit is None)
    if name == "examples":
        return quantity.per_days is None and (quantity.unit in EXAMPLES or (asked and quantity.unit != "time"))
    return quantity.unit is not None


def _compatible(values: tuple[str, ...]) -> tuple[str, ...]:
    """Drops what says nothing beside something: "unclear" beside a named symptom, "fine" beside "too high"."""
    empty = {"unclear", "works_fine", "not_llm", "none", "nothing", "fine"}
    telling = tuple(v for v in values if v not in empty)
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


def _wants(rows: Array) -> tuple[str, ...]:
    wanted = [
        v for row in rows for (name, v), p in volunteered(row).items() if name == "wants" and p >= VOLUNTEERED_FROM
    ]
    return tuple(dict.fromkeys(wanted))


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
