"""Trains the map of the search encoder on the questions of the corpus, and computes the shipped vectors anew. `make library`, a minute."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn

from knowledge.corpus import Corpus, load_corpus
from knowledge.embedding import SentenceEncoder
from knowledge.entries import under
from knowledge.search_encoder import MAP_FILE, SearchEncoder
from knowledge.shipped import save_shipped, shipped_texts

SEED = 20261121
EPOCHS, BATCH = 6, 256
RATE, DECAY = 1e-3, 1e-2
TEMPERATURE = 0.05
AMONG_QUESTIONS = 0.5
"""Weight of "questions of one passage lie near each other" beside "a question lies near its statement"."""


def train(statements: Tensor, questions: Tensor, answered_by: Tensor) -> Tensor:
    """Fit the map, shape (dimensions, dimensions).

    Args:
        statements: vectors of the passages, shape (passages, dimensions).
        questions: vectors of the questions, shape (questions, dimensions).
        answered_by: the passage that answers each question, shape (questions,).
    """
    torch.manual_seed(SEED)
    matrix = nn.Parameter(torch.zeros(statements.shape[1], statements.shape[1]))
    optimizer = torch.optim.AdamW([matrix], lr=RATE, weight_decay=DECAY)
    for _ in range(EPOCHS):
        order = torch.randperm(len(questions))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            asked, told = _turned(questions[rows], matrix), _turned(statements, matrix)
            loss = nn.functional.cross_entropy(asked @ told.T / TEMPERATURE, answered_by[rows])
            loss = loss + AMONG_QUESTIONS * _among(asked, answered_by[rows])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # untyped in torch
            optimizer.step()
    return matrix.detach()


def _turned(vectors: Tensor, matrix: Tensor) -> Tensor:
    return nn.functional.normalize(vectors + vectors @ matrix, dim=-1)


def _among(asked: Tensor, passages: Tensor) -> Tensor:
    """Loss of picking a question of the same passage among all others of the batch."""
    itself = torch.eye(len(asked), dtype=torch.bool)
    log_share = (asked @ asked.T / TEMPERATURE).masked_fill(itself, -1e4).log_softmax(dim=1)
    sister = (passages[:, None] == passages[None, :]) & ~itself
    picked = torch.where(sister, log_share, torch.full_like(log_share, -1e9)).logsumexp(dim=1)
    return -picked[sister.any(dim=1)].mean()


def _vectors(corpus: Corpus) -> tuple[Tensor, Tensor, Tensor]:
    encoder = SentenceEncoder()
    rows = [row for row, passage in enumerate(corpus.passages) for _ in passage.questions]
    questions = [question for passage in corpus.passages for question in passage.questions]
    statements = encoder.encode([under(passage, passage.text) for passage in corpus.passages])
    return torch.tensor(statements), torch.tensor(encoder.encode(questions)), torch.tensor(rows)


def main() -> None:
    """Train, then write the map and the vectors of the corpus."""
    folder = Path(__file__).parent / "corpus"
    with torch.enable_grad():
        matrix = train(*_vectors(load_corpus()))
    save_file({"map": np.ascontiguousarray(matrix.numpy().astype(np.float16))}, str(folder / MAP_FILE))
    save_shipped(shipped_texts(), SearchEncoder(), folder)


if __name__ == "__main__":
    main()
