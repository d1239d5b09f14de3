"""The decision model as tables that an expert can read and sign."""

from collections.abc import Iterator, Mapping

from agent.judgement.outcomes import OUTCOMES
from agent.judgement.tables import DecisionModel, decision_model
from agent.vocabulary import fact_kinds


def decision_model_markdown() -> str:
    """The whole model, printed from the data that the advisor runs on."""
    model = decision_model()
    return "\n".join(
        [
            "# The decision model",
            "",
            f"Version `{model.version}`, printed by `make docs` from `agent/judgement/model.yaml`; a test compares the two.",
            "",
            *_hidden(model),
            *_gaps(model),
            *_evidence(model),
            *_circumstances(model),
            *_floors(model),
            *_losses(model),
            *_questions(model),
        ]
    )


def _hidden(model: DecisionModel) -> Iterator[str]:
    yield from ("## What can be the matter", "", "| hidden variable | level | beforehand |", "| --- | --- | --- |")
    for name, levels in model.hidden.items():
        for level in levels:
            share = sum(p for p, s in zip(model.prior, model.states, strict=True) if s[name] == level)
            yield f"| {name} | {level} | {share:.2f} |"
    yield ""


def _gaps(model: DecisionModel) -> Iterator[str]:
    yield from ("Verdicts that follow from them, each with the first step that the circumstances decide:", "")
    yield from (f"- {outcome.primary} / {outcome.first_step}" for outcome in OUTCOMES)
    yield ""


def _evidence(model: DecisionModel) -> Iterator[str]:
    scale = ", ".join(f"{name} {weight:g}" for name, weight in model.steps.items())
    yield from ("## How an answer moves the belief", "", f"Five steps ({scale}); what is not named is even.", "")
    for fact, rows in model.effects.items():
        yield from (
            f"### {fact_kinds()[fact].title} (`{fact}`)",
            "",
            "| answer | how often it is heard |",
            "| --- | --- |",
        )
        yield from (f"| {value} | {_cells(row) or 'even everywhere'} |" for value, row in rows.items())
        because = model.because.get(fact, ())
        yield from ("", *([f"Direction after: {', '.join(f'`{p}`' for p in because)}.", ""] if because else []))


def _cells(row: Mapping[str, Mapping[str, str]]) -> str:
    return "; ".join(f"{name} {level}: **{step}**" for name, levels in row.items() for level, step in levels.items())


def _circumstances(model: DecisionModel) -> Iterator[str]:
    yield from (
        "## What decides the first step",
        "",
        "| circumstance | fact | holds for | does not for | implied by | beforehand |",
    )
    yield "| --- | --- | --- | --- | --- | --- |"
    for c in model.circumstances:
        cells = (
            c.name,
            c.fact,
            ", ".join(sorted(c.yes)),
            ", ".join(sorted(c.no)),
            _values(c.implied),
            f"{c.prior:.2f}",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _floors(model: DecisionModel) -> Iterator[str]:
    yield from ("## Least number of examples for training", "", "| what must hold | pairs |", "| --- | --- |")
    yield from (f"| {task} | {floor:,} |" for task, floor in model.floors.items())
    yield from ("", f"Below {model.cautious_floor} the disagreement of the sources is shown.", "")


def _losses(model: DecisionModel) -> Iterator[str]:
    yield from ("## What a wrong recommendation costs", "", "| mistake | loss |", "| --- | --- |")
    yield from (f"| {name.replace('_', ' ')} | {loss:g} |" for name, loss in model.loss.items())
    yield ""


def _questions(model: DecisionModel) -> Iterator[str]:
    yield from ("## Questions", "", f"At most {model.most_questions} before the first recommendation.", "")
    yield from ("| fact | cost of asking |", "| --- | --- |")
    yield from (f"| {fact} | {cost:g} |" for fact, cost in model.question_cost.items())
    yield from ("", "| first step | known or asked for before it is settled |", "| --- | --- |")
    yield from (f"| {step} | {', '.join(facts)} |" for step, facts in model.preconditions.items())
    yield from ("", "| verdict | fact | where |", "| --- | --- | --- |")
    yield from (f"| {c.verdict} | {c.fact} is not required | {_values(c.when)} |" for c in model.moot)
    yield from (f"| {c.verdict} | {c.fact} is required besides | {_values(c.when)} |" for c in model.besides)
    yield from (
        "",
        f"Said in passing, these leave open what decides: {_values(model.halfway)}. Where the quality is not said to be right, the symptom is asked for",
    )
    yield f"once more if nothing but these was said of it: {', '.join(sorted(model.silent_on_quality))}. A trouble that was half heard beside another is"
    yield from ("asked about last, where it would change the verdict or call for one more answer.", "")


def _values(by_fact: Mapping[str, frozenset[str]]) -> str:
    return "; ".join(f"{fact}: {', '.join(sorted(values))}" for fact, values in by_fact.items())


def facts_markdown() -> str:
    """Every fact of the interview with its values, its question and the answers on its buttons."""
    lines = ["# Facts", "", "Printed by `make docs` from `agent/vocabulary.yaml`; a test compares the two.", ""]
    for name, kind in fact_kinds().items():
        lines += [f"## {kind.title} (`{name}`{', several values may hold' if kind.many else ''})", ""]
        lines += [f"- `{value}`: {meaning}" for value, meaning in kind.values.items()]
        lines += ["- `unknown`: the user does not know", ""]
        for wording in kind.all_wordings:
            lines += [f"> {wording.question} *{wording.why}*", ">", f"> {' · '.join(wording.options)}", ""]
    lines += [
        "A quantity is given as a number with its unit (`corpus_size` in pages, words, tokens or documents, `volume` in calls a day,",
        "`examples` in examples); without one the value is a word of the lists above.",
    ]
    return "\n".join(lines) + "\n"
