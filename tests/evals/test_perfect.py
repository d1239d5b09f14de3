"""Perfect reading: the decision model names what the labelled facts amount to."""

from agent.testing import decision_model, load_people
from evals.perfect import heard, judged

LEAST = 0.97


def test_on_facts_as_labelled_the_decision_model_is_right_and_asks_little() -> None:
    people = load_people()
    verdicts = [judged(person, decision_model()) for person in people]
    assert sum(v[0] == p.primary for p, v in zip(people, verdicts, strict=True)) >= LEAST * len(people)
    assert sum(v[1] == p.first_step for p, v in zip(people, verdicts, strict=True)) >= LEAST * len(people)
    assert max(v[2] for v in verdicts) <= decision_model().most_questions


def test_what_is_labelled_is_what_is_heard() -> None:
    person = load_people()[0]
    for name, answer in person.answers.items():
        facts = {fact.name: fact.values for fact in heard(answer).facts}
        assert facts[name] == (answer.labels[name] or ("unknown",))
