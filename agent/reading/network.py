"""The trained part of the reader: for every fact a look at the words that bear on it, and linear heads. Used to train and to read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from agent.reading.layout import BUCKETS, layout

DIMENSIONS = 384
VECTOR_SCALE, WORD_SCALE = 8.0, 3.0
LONGEST = 256
"""Word pieces read of one text."""


class Heads(nn.Module):
    """Linear heads over the mean of a text's word vectors, over the words that each head attends to, and over hashed words."""

    def __init__(self) -> None:
        super().__init__()
        width = layout().width
        self.groups: Tensor
        self.register_buffer("groups", torch.tensor(layout().groups), persistent=False)
        self.mean = nn.Linear(DIMENSIONS, width)
        self.queries = nn.Parameter(torch.zeros(max(layout().groups) + 1, DIMENSIONS))
        self.attended = nn.Parameter(torch.zeros(width, DIMENSIONS))
        self.words = nn.EmbeddingBag(BUCKETS, width, mode="sum")
        nn.init.zeros_(self.words.weight)

    def forward(self, states: Tensor, mask: Tensor, features: Sequence[Sequence[int]]) -> Tensor:
        """Scores of every head.

        Args:
            states: word vectors of each text, shape (texts, length, 384).
            mask: 1 where there is a word, shape (texts, length).
            features: the word features of each text.

        Returns:
            Shape (texts, width).
        """
        here = mask.unsqueeze(-1).to(states.dtype)
        mean = nn.functional.normalize((states * here).sum(dim=1) / here.sum(dim=1), dim=-1)
        looks = (states @ self.queries.T).masked_fill(here == 0, -1e4).softmax(dim=1)
        seen = nn.functional.normalize(looks.transpose(1, 2) @ states, dim=-1)
        attended = (seen[:, self.groups] * self.attended).sum(dim=-1)
        flat = torch.tensor([f for row in features for f in row], dtype=torch.long)
        offsets = torch.tensor(np.cumsum([0, *map(len, features)])[:-1], dtype=torch.long)
        scale = torch.tensor([WORD_SCALE / max(1, len(row)) ** 0.5 for row in features])[:, None]
        result: Tensor = self.mean(mean * VECTOR_SCALE) + attended * VECTOR_SCALE + self.words(flat, offsets) * scale
        return result


def encode(model: Any, texts: Sequence[str], longest: int = LONGEST) -> tuple[Tensor, Tensor]:
    """The word vectors of some texts and their mask, shapes (texts, length, 384) and (texts, length)."""
    tokens = model.tokenizer(list(texts), padding=True, truncation=True, max_length=longest, return_tensors="pt")
    return model(dict(tokens))["token_embeddings"], tokens["attention_mask"]
