"""A low-rank adapter of the sentence encoder (LoRA): trained with the reader's heads, folded into a copy of the weights to read."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

RANK = 8
SCALE = 2.0
ADAPTED = ("query", "key", "value", "dense")
FIRST_ADAPTED = 2
"""Encoder layers below stay as they are, which makes training a third cheaper."""


class LowRank(nn.Module):
    """A linear layer plus a trained low-rank change of it."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(RANK, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, inputs: Tensor) -> Tensor:
        """The layer's output plus the change, same shape."""
        change = nn.functional.linear(nn.functional.linear(inputs, self.down), self.up)
        result: Tensor = self.base(inputs) + SCALE * change
        return result


def adapt(model: Any) -> None:
    """Freeze a sentence model and put a trainable adapter on each of its encoder's linear layers."""
    for parameter in model.parameters():
        parameter.requires_grad = False
    for parent, name, layer in list(_layers(model)):
        setattr(parent, name, LowRank(layer))


def adapter_tensors(model: Any) -> dict[str, Tensor]:
    """The trained tensors, by name."""
    return {
        f"adapter.{number}.{part}": getattr(module, part)
        for number, module in enumerate(m for m in model.modules() if isinstance(m, LowRank))
        for part in ("down", "up")
    }


def resume(model: Any, tensors: Mapping[str, Tensor]) -> None:
    """Put trained tensors back into the adapters of an adapted model, to train on."""
    with torch.no_grad():
        for name, own in adapter_tensors(model).items():
            own.copy_(tensors[name].float())


def fold(model: Any, tensors: Mapping[str, Tensor]) -> None:
    """Add trained changes to the weights of a sentence model, in place."""
    with torch.no_grad():
        for number, (_, _, layer) in enumerate(list(_layers(model))):
            down, up = (tensors[f"adapter.{number}.{part}"].float() for part in ("down", "up"))
            layer.weight += SCALE * (up @ down)


def _layers(model: Any) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    """The adapted layers in a fixed order, each with its parent and its name there."""
    for path, parent in model.named_modules():
        number = re.search(r"\.encoder\.layer\.(\d+)\.", path)
        if number and int(number[1]) >= FIRST_ADAPTED:
            for name, child in parent.named_children():
                if name in ADAPTED and isinstance(child, nn.Linear):
                    yield parent, name, child
