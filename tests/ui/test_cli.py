import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui.cli import app

runner = CliRunner()


@pytest.mark.parametrize(
    "command",
    ["chat", "ui", "search", "ask", "passages", "doctor", "index", "index build", "index check", "eval", "eval run"],
)
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
