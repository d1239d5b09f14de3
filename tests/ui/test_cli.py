import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent import Advisor, answer_from_sources
from agent.testing import ScriptedReader, Store
from knowledge import Library
from ui.cli import app

runner = CliRunner()


def is_sentence(text: str) -> bool:
    """One line that ends in a stop, and no traceback."""
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


COMMANDS = (
    "chat", "record", "ui", "search", "ask", "passages", "doctor", "index", "index build", "index check", "index add", "index list",
    "index remove", "eval", "eval run", "eval library", "eval ablation",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_help(command: str) -> None:
    assert runner.invoke(app, [*command.split(), "--help"]).exit_code == 0


def test_misuse_exits_with_two() -> None:
    assert runner.invoke(app, ["no-such-command"]).exit_code == 2
    assert runner.invoke(app, ["search"]).exit_code == 2
    assert runner.invoke(app, ["eval", "run"]).exit_code == 2


def test_passages_lists_every_passage_as_json() -> None:
    rows = json.loads(runner.invoke(app, ["passages", "--json"]).stdout)
    assert len(rows) > 400
    assert all(set(row) == {"passage_id", "source", "section", "text"} for row in rows)
    assert all(row["passage_id"].startswith(row["source"] + "/") for row in rows)


def test_passages_of_all_documents_are_the_shipped_where_there_are_no_others(library: Library) -> None:
    result = runner.invoke(app, ["passages", "--json", "--all"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert [row["passage_id"] for row in json.loads(result.stdout)] == [p.id for p in library.corpus.passages]


def test_passages_in_the_terminal_are_named_with_their_sections(library: Library) -> None:
    shown = runner.invoke(app, ["passages"]).stdout
    assert all(f"{p.id}  ({p.section})\n      {p.text}\n" in shown for p in library.corpus.passages)


@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_command_without_words_is_misuse_that_says_what_to_give(command: str) -> None:
    result = runner.invoke(app, [command])
    assert result.exit_code == 2
    assert is_sentence(result.stderr)
    assert "--jsonl" in result.stderr


def test_ask_in_the_terminal_prints_the_answer_and_where_it_stands(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.cli.open_library", lambda *_, **__: library)
    result = runner.invoke(app, ["ask", "what", "does", "LoRA", "training", "cost?"])
    answer = answer_from_sources("what does LoRA training cost?", library)
    assert result.exit_code == 0
    assert result.stdout.startswith(answer.text)
    assert all(f"[{c.n}] {c.source}, {c.section}\n" in result.stdout for c in answer.citations)


def test_search_in_the_terminal_says_where_the_sources_do_not(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.cli.open_library", lambda *_, **__: library)
    result = runner.invoke(app, ["search", "how do I prune an apple tree"])
    assert result.exit_code == 0
    assert result.stdout.startswith("The sources don't say")


OPENING = "It does not know our manuals."


@pytest.fixture
def advised(library: Library, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A conversation that was recommended something, and then something else, in the file that the command opens."""
    file = tmp_path / "conversations.sqlite"
    monkeypatch.setenv("GAPWISE_HOME", str(home))
    monkeypatch.setenv("GAPWISE_DATABASE_URL", f"sqlite:///{file}")
    reader = ScriptedReader()
    advisor = Advisor(library, reader, reader, Store(file), "embedded")
    conversation = advisor.start()
    reply = advisor.reply(conversation, OPENING)
    while reply["kind"] != "recommendation":
        reply = advisor.reply(conversation, "the first answer")
    advisor.correct(conversation, "knowledge_kind", ("live_records",))
    advisor.close()
    return conversation


def test_a_record_is_printed_as_a_document_and_as_one_json_object(advised: str) -> None:
    page = runner.invoke(app, ["record", advised])
    data = runner.invoke(app, ["record", advised, "--json"])
    assert (page.exit_code, data.exit_code) == (0, 0)
    assert page.stdout.startswith("# Decision record\n")
    assert OPENING in page.stdout
    recorded = json.loads(data.stdout)
    assert recorded["conversation"] == advised
    assert recorded["verdict"]["first_step"] == "tool_use"
    assert recorded["facts"]["symptom"]["text"] == OPENING
    assert recorded["date"]


def test_a_record_is_compared_with_another_turn_or_another_conversation(advised: str) -> None:
    last = json.loads(runner.invoke(app, ["record", advised, "--json"]).stdout)["turn"]
    moved = json.loads(runner.invoke(app, ["record", advised, "--against", str(last - 1), "--json"]).stdout)
    same = runner.invoke(app, ["record", advised, "--against", advised])
    assert (moved["before"]["turn"], moved["after"]["turn"]) == (last - 1, last)
    assert "knowledge_kind" in [fact["fact"] for fact in moved["facts"]]
    assert moved["verdict"]["to"]["first_step"] == "tool_use"
    assert "The verdict is the same." in same.stdout


@pytest.mark.parametrize("more", [["--turn", "1"], ["--turn", "99"], ["--against", "99"], ["--against", "nobody"]])
def test_a_record_of_what_there_is_not_is_misuse_in_one_sentence(more: list[str], advised: str) -> None:
    result = runner.invoke(app, ["record", advised, *more])
    assert result.exit_code == 2
    assert is_sentence(result.stderr)


@pytest.mark.parametrize("unknown", ["nobody", "-an-id-that-begins-with-a-dash", "--two-of-them"])
def test_an_unknown_conversation_has_no_record(unknown: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPWISE_HOME", str(home))
    result = runner.invoke(app, ["record", unknown])
    assert result.exit_code == 2
    assert "no conversation" in result.stderr
    assert is_sentence(result.stderr)


@pytest.mark.parametrize("command", ["library", "ablation"])
@pytest.mark.parametrize("half", ["held_out", "both", ""])
def test_a_half_that_there_is_not_is_misuse_that_names_the_two(command: str, half: str) -> None:
    result = runner.invoke(app, ["eval", command, "--half", half])
    assert result.exit_code == 2
    assert is_sentence(result.stderr)
    assert "tuning" in result.stderr
    assert "held-out" in result.stderr


@pytest.mark.parametrize("command", ["library", "ablation"])
def test_a_folder_without_the_articles_is_misuse_told_before_anything_is_measured(
    command: str, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(*_: object, **__: object) -> None:
        raise AssertionError("measured first")

    monkeypatch.setattr("ui.cli.open_library", lambda *_, **__: library)
    monkeypatch.setattr("evals.library.find", measured)
    monkeypatch.setattr("evals.ablation.part_rows", measured)
    monkeypatch.setattr("evals.ablation.open_index", lambda *_, **__: library.retriever.index)
    result = runner.invoke(app, ["eval", command, "--half", "tuning", "--originals", str(tmp_path)])
    assert result.exit_code == 2
    assert is_sentence(result.stderr)
    assert str(tmp_path) in result.stderr


def test_search_in_the_terminal_prints_passages(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPWISE_HOME", str(home))
    result = runner.invoke(app, ["search", "how many examples does fine-tuning need"])
    assert result.exit_code == 0
    assert "three-levers-lesson/" in result.stdout


def test_a_home_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GAPWISE_HOME", str(tmp_path / "file" / "home"))
    result = runner.invoke(app, ["chat", "--jsonl"], input='{"text": "hello"}\n')
    assert result.exit_code == 3
    assert "GAPWISE_HOME" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = runner.invoke(app, ["ui", "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 3
    assert "in use" in result.stderr


def test_a_bad_setting_is_misuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPWISE_ENGINE", "magic")
    result = runner.invoke(app, ["doctor"])
    assert result.exit_code == 2
    assert "GAPWISE_ENGINE" in result.stderr


def test_index_check_fails_where_there_is_none_and_passes_where_there_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = runner.invoke(app, ["index", "check"])
    monkeypatch.setenv("GAPWISE_HOME", str(home))
    built = runner.invoke(app, ["index", "check"])
    assert (missing.exit_code, built.exit_code) == (1, 0)


def test_the_doctor_says_which_engine_answers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPWISE_HOME", str(home))
    result = runner.invoke(app, ["doctor"])
    assert result.exit_code == 0
    assert "nothing that you type leaves this machine" in result.stdout


def test_a_stray_key_sends_nobodys_text_away(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPWISE_HOME", str(home))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    result = runner.invoke(app, ["doctor"])
    assert "engine: embedded" in result.stdout
    assert "sk-canary" not in result.output
