"""What the decision model makes of perfect reading: every answer of the training data's people taken as its author labelled it.

`python -m evals.perfect` prints how often the verdict is the one that the author reasoned, and who is judged otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence

from agent import UNKNOWN
from agent.testing import (
    DecisionModel,
    Fact,
    Person,
    Reading,
    Utterance,
    counted,
    decision_model,
    judge,
    load_people,
    merge,
    next_question,
)
from evals.conduct import questions
from evals.shares import share

SURE = 0.97
"""Confidence of a labelled fact."""


def main() -> None:
    """Judge everybody and print the shares."""
    model, people = decision_model(), load_people()
    verdicts = [judged(person, model) for person in people]
    for person, (primary, first_step, _) in zip(people, verdicts, strict=True):
        if (primary, first_step) != (person.primary, person.first_step):
            print(f"{person.name}: {person.primary}/{person.first_step} judged as {primary}/{first_step}")
    print(f"right gap: {share([v[0] == p.primary for p, v in zip(people, verdicts, strict=True)])}")
    print(f"right first step: {share([v[1] == p.first_step for p, v in zip(people, verdicts, strict=True)])}")
    print(f"questions: {questions([v[2] for v in verdicts])}")


def judged(person: Person, model: DecisionModel) -> tuple[str, str, int]:
    """Primary, first step, and how many questions it took."""
    facts = merge({}, heard(*person.opening), None, False)
    asked: list[str] = []
    while len(asked) < model.most_questions:
        verdict = judge(facts, frozenset(asked), model)
        name = next_question(facts, frozenset(asked), verdict, model)
        if name is None:
            break
        asked.append(name)
        facts = merge(facts, heard(person.answers[name]), name, "symptom" in asked)
    verdict = judge(facts, frozenset(asked), model)
    return verdict.primary, verdict.first_step, len(asked)


def heard(*utterances: Utterance) -> Reading:
    """Utterances read as they are labelled; a number is taken from the text where it agrees with the label."""
    return Reading("interview", tuple(fact for u in utterances for fact in _facts(u.text, u.labels)), (), None)


def _facts(text: str, labels: Mapping[str, Sequence[str]]) -> Iterator[Fact]:
    for name, values in labels.items():
        if name == "wants":
            continue
        number = counted(name, text, 1, asked=True) if values else None
        agrees = number is not None and number.values == tuple(values)
        yield number if number and agrees else Fact(name, tuple(values) or (UNKNOWN,), text, 1, SURE)


if __name__ == "__main__":
    main()
