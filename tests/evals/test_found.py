"""What counts as found, answered and declined, on rankings and answers made by hand; and how shares are told."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import Answer
from agent.reply import Citation
from evals import part_rows, table
from evals.ablation import HEAD, PARTS, WHOLE, row
from evals.answered import answer_all
from evals.asked import Asked
from evals.found import Found, find
from evals.shares import share, wilson
from knowledge import Library

IDS = list("abcdefgh")
WITHOUT = ("without the questions that passages answer", "without the trained map")
"""Parts that are taken out of the index, not out of the score."""


def asked(*groups: str, text: str = "?") -> Asked:
    """A question whose answer needs one passage of each group of letters."""
    return Asked(text, "me", "lookup" if groups else "none", tuple(frozenset(group) for group in groups))


def found(question: Asked, ranking: str) -> tuple[bool, bool, bool]:
    held = find([question], lambda _: list(ranking))
    return held.first[0], held.among_five[0], held.all_sides[0]


def answer(cited: str, *, abstained: bool = False, text: str = "So it is.") -> Answer:
    return Answer(text, tuple(Citation(n, i, "s", "S", "t") for n, i in enumerate(cited, 1)), abstained)


@pytest.mark.parametrize(
    ("groups", "ranking", "held"),
    [
        (["a"], "abcde", (True, True, True)),
        (["ab"], "bcdef", (True, True, True)),
        (["a"], "bcdea", (False, True, True)),
        (["a"], "bcdefa", (False, False, False)),
        (["a", "b"], "abcde", (True, True, True)),
        (["a", "b"], "bcdef", (True, True, False)),
        (["a", "b"], "cdefb", (False, True, False)),
        (["a", "b"], "cadebf", (False, True, True)),
        (["a", "b"], "cdefgab", (False, False, False)),
        (["a", "a"], "acdef", (True, True, True)),
        (["a"], "", (False, False, False)),
    ],
)
def test_what_counts_as_found(groups: list[str], ranking: str, held: tuple[bool, bool, bool]) -> None:
    assert found(asked(*groups), ranking) == held


def test_each_answerable_question_is_ranked_for_itself_in_order() -> None:
    rankings = {"one": "abc", "two": "cba", "three": "bcd"}
    questions = [asked("a", text="one"), asked(text="none"), asked("a", text="two"), asked("a", text="three")]
    held = find(questions, lambda text: list(rankings[text]))
    assert (held.first, held.among_five) == ((True, False, False), (True, True, False))


def test_nothing_asked_is_nothing_found() -> None:
    assert find([asked()], lambda text: [text]) == Found((), (), ())


GROUPS = st.lists(st.sets(st.sampled_from(IDS), min_size=1), min_size=1, max_size=3)


@given(GROUPS, st.permutations(IDS))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_comes_first_is_among_five_and_so_is_every_side(groups: list[set[str]], ranking: list[str]) -> None:
    first, among_five, all_sides = found(asked(*("".join(sorted(g)) for g in groups)), "".join(ranking))
    assert among_five or not (first or all_sides)


@given(GROUPS, st.permutations(IDS), st.permutations(range(5, 8)))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_comes_after_the_fifth_counts_for_nothing(
    groups: list[set[str]], ranking: list[str], later: list[int]
) -> None:
    question = asked(*("".join(sorted(g)) for g in groups))
    other = [*ranking[:5], *(ranking[n] for n in later)]
    assert found(question, "".join(ranking)) == found(question, "".join(other))


@pytest.mark.parametrize(
    ("groups", "given_", "right"),
    [
        (["a"], answer("a"), True),
        (["ab"], answer("xb"), True),
        (["a"], answer("x"), False),
        (["a"], answer(""), False),
        (["a"], answer("a", abstained=True), False),
        (["a", "b"], answer("ba"), True),
        (["a", "b"], answer("ax"), False),
    ],
)
def test_what_counts_as_answered_rightly(groups: list[str], given_: Answer, right: bool) -> None:
    assert answer_all([asked(*groups)], lambda _: given_).right == (right,)


def test_declining_is_right_where_the_sources_do_not_say_and_wrong_where_they_do() -> None:
    said = {"yes": answer("a"), "declined": answer("a", abstained=True)}
    questions = [asked("a", text="yes"), asked("a", text="declined"), asked(text="yes"), asked(text="declined")]
    held = answer_all(questions, said.__getitem__)
    assert (held.right, held.wrongly_declined) == ((True, False), (False, True))
    assert held.declined == (False, True)


def test_only_answers_that_were_given_have_a_length() -> None:
    said = {"long": answer("a", text="a b c"), "no": answer("", abstained=True, text="no"), "x": answer("a", text="x")}
    questions = [asked("a", text="long"), asked("a", text="no"), asked(text="x")]
    assert answer_all(questions, said.__getitem__).words == (3,)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (8, 10, 0.490, 0.943), (81, 263, 0.255, 0.366), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=0.001)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_an_interval_holds_its_share_and_narrows_with_more_questions(counted: tuple[int, int]) -> None:
    hits, total = counted
    low, high = wilson(hits, total)
    lower, upper = wilson(4 * hits, 4 * total)
    assert 0 <= low <= high <= 1
    assert low - 1e-9 <= hits / total <= high + 1e-9
    assert upper - lower < high - low


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ([True] * 8 + [False] * 2, "8 of 10 (80%, 95% interval 49% to 94%)"),
        ([], "0 of 0 (0%, 95% interval 0% to 100%)"),
    ],
)
def test_a_share_is_told_with_its_interval(held: Sequence[bool], told: str) -> None:
    assert share(held) == told


def test_a_row_of_the_table_has_a_cell_for_each_column() -> None:
    held = Found((True, False), (True, True), (False, False))
    cells = [cell.strip() for cell in row("mine", held).strip("|").split("|")]
    assert cells == ["mine", "50% (9% to 91%)", "100% (34% to 100%)", "0% (0% to 66%)"]
    assert all(line.count("|") == len(cells) + 1 for line in HEAD.splitlines())


def test_the_table_measures_the_search_that_is_shipped_first(library: Library) -> None:
    text = library.corpus.passages[0].questions[0]
    best = library.search(text, 1).hits[0].passage.id
    questions = [asked(text=""), Asked(text, "me", "lookup", (frozenset({best}),))]
    first = next(part_rows(questions, library.corpus, library.encoder, library.retriever.index))
    assert first.startswith("| the whole search | 100% (")


def test_the_table_has_a_row_with_and_without_each_part(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.ablation._find", lambda *_: Found((True,), (True,), (True,)))
    monkeypatch.setattr("evals.ablation.open_index", lambda *_: library.retriever.index)
    monkeypatch.setattr("evals.ablation.Retriever", lambda *_: library.retriever)
    lines = list(table([asked("a")], library.corpus, library.encoder, tmp_path, None))
    assert lines[0] == HEAD
    assert [line.split("|")[1].strip() for line in lines[1:]] == [*PARTS, *WITHOUT]


@pytest.mark.parametrize("signal", ["statement", "sisters", "words"])
def test_a_part_that_is_taken_away_counts_for_nothing_in_one_row(signal: str) -> None:
    without = [weights for name, weights in PARTS.items() if name.startswith("without")]
    assert getattr(WHOLE, signal) > 0
    assert sum(getattr(weights, signal) == 0 for weights in without) == 1
