"""What simpler advisors say to the same people: a fixed questionnaire, questions in random order, and the nearest passage.

The first two read with the advisor's own reader and judge with its own decision model, so that only the choice of questions differs.
"""

import random
from collections.abc import Callable, Sequence

import numpy as np

from agent import DONT_KNOW, GAPS, Advisor, Reader, open_question
from agent.testing import DecisionModel, Facts, compose, judge, known_values, merge, next_question, reader_of
from evals.checks import HARMFUL_TIMES
from evals.given import Given
from evals.scenario import Scenario
from knowledge import Encoder, Passage, SentenceEncoder

IN_ORDER = (
    "prompting",
    "knowledge_kind",
    "stack",
    "volatility",
    "corpus_size",
    "citations",
    "consistency",
    "context_test",
    "examples",
    "works_today",
    "cost",
    "volume",
)
"""The facts in the order of a four-step tree: prompting, what it must know, how it must behave, whether it is fast and cheap enough."""
MOST_QUESTIONS = 8
SEED = 11
LEVER_OF = {
    "instruction": "prompt_engineering",
    "knowledge": "rag",
    "behavior": "fine_tuning",
    "efficiency": "distillation",
}
"""What the tree pulls for each gap."""
QUESTIONNAIRE, RANDOM, NEAREST = "fixed questionnaire", "questions in random order", "nearest passage to the opening"

Choose = Callable[[Facts, frozenset[str]], str | None]
"""The next fact to ask for, given what is known and what was asked; None to stop."""


def baselines(advisor: Advisor, scenarios: Sequence[Scenario]) -> dict[str, tuple[Given, ...]]:
    """What each baseline gives everybody who has an opening, by its name."""
    people = [scenario for scenario in scenarios if scenario.user.opening]
    reader, model = reader_of(advisor), advisor.model
    return {
        QUESTIONNAIRE: tuple(interviewed(person, reader, model, in_order) for person in people),
        RANDOM: tuple(interviewed(person, reader, model, shuffled(person.id, model)) for person in people),
        NEAREST: nearest(people, advisor.library.corpus.passages, SentenceEncoder()),
    }


def interviewed(person: Scenario, reader: Reader, model: DecisionModel, choose: Choose) -> Given:
    """Read the opening, ask what is chosen until nothing is or eight were asked, and judge.

    Args:
        person: who answers.
        reader: the reader of the answers.
        model: the decision model.
        choose: picks each question.
    """
    heard = reader.read(person.user.opening or "", None, {}, 1)
    facts, wants = merge({}, heard, None, False), heard.wants
    asked: list[str] = []
    while len(asked) < MOST_QUESTIONS and (fact := choose(facts, frozenset(asked))):
        asked.append(fact)
        question = open_question(fact, known_values(facts))
        heard = reader.read(person.user.answers.get(fact, DONT_KNOW), question, facts, len(asked) + 1)
        facts, wants = merge(facts, heard, fact, "symptom" in asked), (*wants, *heard.wants)
    verdict = judge(facts, frozenset(asked), model)
    plan = compose(verdict, facts, tuple(dict.fromkeys(wants)), model)
    pulled = tuple(step.lever for step in plan.steps if step.when in HARMFUL_TIMES)
    return Given(person, verdict.primary, verdict.first_step, pulled, len(asked))


def in_order(facts: Facts, asked: frozenset[str]) -> str | None:
    """The next question of the fixed list about which nothing is known."""
    return next((fact for fact in IN_ORDER if fact not in facts and fact not in asked), None)


def shuffled(name: str, model: DecisionModel) -> Choose:
    """The questions of the policy in an order drawn for one person; stops where the policy would."""
    order = sorted(model.question_cost)
    random.Random(f"{SEED} {name}").shuffle(order)

    def choose(facts: Facts, asked: frozenset[str]) -> str | None:
        if next_question(facts, asked, judge(facts, asked, model), model) is None:
            return None
        return next((fact for fact in order if fact not in facts and fact not in asked), None)

    return choose


def nearest(people: Sequence[Scenario], passages: Sequence[Passage], encoder: Encoder) -> tuple[Given, ...]:
    """The gap of the passage whose text is nearest to the opening, of those about exactly one gap; the first of equals."""
    about = [(passage.text, gap) for passage in passages if (gap := _gap(passage))]
    rows = np.asarray(encoder.encode([text for text, _ in about]))
    openings = np.asarray(encoder.encode([person.user.opening or "" for person in people]))
    chosen = [about[int(best)][1] for best in (openings @ rows.T).argmax(axis=1)]
    return tuple(
        Given(person, gap, LEVER_OF[gap], (LEVER_OF[gap],), 0) for person, gap in zip(people, chosen, strict=True)
    )


def _gap(passage: Passage) -> str | None:
    gaps = [topic for topic in passage.topics if topic in GAPS]
    return gaps[0] if len(gaps) == 1 else None
