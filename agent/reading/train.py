"""Trains the reader: a low-rank adapter of the sentence encoder and linear heads over its vectors and over words.

Run `python -m agent.reading.train` to train on all authors and write `weights/`, or with `--hold-out AUTHOR` to train on the
others and print how well that author is read. Everything is seeded; the same data gives the same weights on the same machine.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from agent.reading.adapter import RANK, adapt, adapter_tensors
from agent.reading.layout import BUCKETS, OFF, layout, word_features
from agent.reading.utterances import Utterance, load_utterances
from agent.vocabulary import fact_kinds
from knowledge import SentenceEncoder

SEED = 7
BATCH = 48
EPOCHS = 10
OFF_SHARE = 0.15
"""Share of the other questions that each text is shown to as no answer, each time it is seen."""
OFF_WEIGHT = 0.15
WORD_SCALE = 3.0
SHORT = 4
"""An answer of fewer words says nothing without its question."""


class Heads(nn.Module):
    """Linear heads over a sentence vector and over hashed words."""

    def __init__(self) -> None:
        super().__init__()
        width = layout().width
        self.dense = nn.Linear(384, width)
        self.words = nn.EmbeddingBag(BUCKETS, width, mode="sum")
        nn.init.zeros_(self.words.weight)

    def forward(self, vectors: Tensor, features: Sequence[Sequence[int]], drop: float = 0.0) -> Tensor:
        """Scores of every head, shape (texts, width); `drop` is the share of words left out."""
        kept = [[f for f in row if random.random() >= drop] for row in features]
        flat = torch.tensor([f for row in kept for f in row], dtype=torch.long)
        offsets = torch.tensor(np.cumsum([0, *map(len, kept)])[:-1], dtype=torch.long)
        scale = torch.tensor([WORD_SCALE / max(1, len(row)) ** 0.5 for row in features])[:, None]
        result: Tensor = self.dense(vectors * 8.0) + self.words(flat, offsets) * scale
        return result


def train(utterances: Sequence[Utterance], epochs: int = EPOCHS) -> tuple[Any, Heads]:
    """Train adapter and heads; returns the adapted sentence model and the heads."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    torch.set_flush_denormal(True)  # the optimizer's decaying moments would slow every step down
    model = SentenceEncoder().load()
    adapt(model)
    model.train()
    heads = Heads()
    adapter = [p for p in model.parameters() if p.requires_grad]
    steps = epochs * (len(utterances) // BATCH + 1)
    optimizer = torch.optim.AdamW(
        [{"params": adapter, "lr": 2e-3}, {"params": heads.parameters(), "lr": 1.5e-2}], weight_decay=0.01
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [2e-3, 1.5e-2], total_steps=steps, pct_start=0.1)
    with torch.enable_grad(), tqdm(total=steps, desc="training") as bar:
        for _ in range(epochs):
            for batch in _batches(utterances):
                loss = _loss(heads(vectors(model, [u.text for u in batch]), _features(batch), drop=0.3), batch)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # untyped in torch
                nn.utils.clip_grad_norm_(adapter, 1.0)
                optimizer.step()
                schedule.step()
                bar.update()
                bar.set_postfix(loss=f"{loss.item():.3f}")
    return model, heads


def vectors(model: Any, texts: Sequence[str]) -> Tensor:
    """Embed texts with gradients, shape (texts, 384)."""
    tokens = model.tokenizer(list(texts), padding=True, truncation=True, max_length=96, return_tensors="pt")
    result: Tensor = nn.functional.normalize(model(dict(tokens))["sentence_embedding"], dim=-1)
    return result


def _batches(utterances: Sequence[Utterance]) -> Iterator[list[Utterance]]:
    """Batches of texts of like length, in random order."""
    order = sorted(utterances, key=lambda u: len(u.text) + random.random() * 40)
    groups = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(groups)
    yield from groups


def _features(batch: Sequence[Utterance]) -> list[list[int]]:
    return [word_features(u.text) for u in batch]


def _loss(logits: Tensor, batch: Sequence[Utterance]) -> Tensor:
    parts = [_volunteered_loss(logits, batch), _intent_loss(logits, batch), _answer_loss(logits, batch)]
    return torch.stack(parts).sum()


def _volunteered_loss(logits: Tensor, batch: Sequence[Utterance]) -> Tensor:
    columns = layout().volunteered
    target = torch.zeros(len(batch), len(columns))
    weight = torch.zeros(len(batch), len(columns))
    first = min(columns.values())
    for row, utterance in enumerate(batch):
        short = len(utterance.text.split()) < SHORT
        if utterance.complete:
            weight[row] = 1.0
        elif utterance.answers and not short:
            weight[row] = 0.15
        for name, values in utterance.labels.items():
            for value in values:
                if (name, value) in columns and not (short and utterance.answers):
                    target[row, columns[name, value] - first] = 1.0
                    weight[row, columns[name, value] - first] = 1.0 if utterance.complete else 0.5
    raw = nn.functional.binary_cross_entropy_with_logits(
        logits[:, first : first + len(columns)], target, weight=weight, reduction="sum"
    )
    return raw / len(batch)


def _intent_loss(logits: Tensor, batch: Sequence[Utterance]) -> Tensor:
    columns = list(layout().intents.values())
    rows = [row for row, u in enumerate(batch) if u.intent]
    target = torch.tensor([list(layout().intents).index(batch[row].intent or "") for row in rows])
    return nn.functional.cross_entropy(logits[rows][:, columns], target)


def _answer_loss(logits: Tensor, batch: Sequence[Utterance]) -> Tensor:
    losses: list[Tensor] = []
    for name, kind in fact_kinds().items():
        start, classes = layout().answers[name]
        shown = [(row, w, said) for row, u in enumerate(batch) for w, said in [_shown(u, name)] if w]
        if not shown:
            continue
        target = torch.zeros(len(shown), len(classes))
        for row, (_, _, said) in enumerate(shown):
            target[row, [classes.index(value) for value in said]] = 1.0
        own = logits[[row for row, _, _ in shown], start : start + len(classes)]
        weight = torch.tensor([w for _, w, _ in shown])
        if kind.many:
            loss = nn.functional.binary_cross_entropy_with_logits(own, target, reduction="none").sum(dim=1)
        else:
            loss = -(target / target.sum(dim=1, keepdim=True) * own.log_softmax(dim=1)).sum(dim=1)
        losses.append((loss * weight).sum())
    return torch.stack(losses).sum() / len(batch) if losses else logits.sum() * 0.0


def _shown(utterance: Utterance, name: str) -> tuple[float, tuple[str, ...]]:
    """How much a text counts for the head of one question, and the classes that it should get there."""
    classes = layout().answers[name][1]
    said = tuple(value for value in utterance.labels.get(name, ()) if value in classes)
    if said:
        return (1.0 if utterance.answers == name else 0.5 if utterance.complete else 0.0), said
    whole_message = utterance.answers is None and not utterance.complete
    if name in utterance.labels or utterance.intent == "dont_know" or whole_message or random.random() > OFF_SHARE:
        return 0.0, ()
    return OFF_WEIGHT, (OFF,)


def evaluate(model: Any, heads: Heads, utterances: Sequence[Utterance]) -> None:
    """Print accuracy of answers by fact, and precision and recall of what is volunteered."""
    model.eval()
    logits = torch.cat(
        [
            heads(vectors(model, [u.text for u in part]), _features(part))
            for part in (utterances[i : i + 64] for i in range(0, len(utterances), 64))
        ]
    )
    right: dict[str, list[bool]] = defaultdict(list)
    taken: list[bool] = []
    for row, utterance in enumerate(utterances):
        if utterance.answers in fact_kinds():
            start, classes = layout().answers[str(utterance.answers)]
            own = logits[row, start : start + len(classes)]
            said = utterance.labels[str(utterance.answers)]
            right[str(utterance.answers)].append(classes[int(own[:-1].argmax())] in said)
            taken.append(classes[int(own.argmax())] != OFF)
    for name, hits in right.items():
        print(f"{name:15s} answers {np.mean(hits):.3f} of {len(hits)}")
    print(f"all answers     {np.mean([h for hits in right.values() for h in hits]):.3f}")
    print(f"taken as answers {np.mean(taken):.3f}")
    _print_volunteered(logits, utterances)
    rows = [row for row, u in enumerate(utterances) if u.intent and not u.answers]
    intents = list(layout().intents)
    hit = [intents[int(logits[r, list(layout().intents.values())].argmax())] == utterances[r].intent for r in rows]
    print(f"intents {np.mean(hit):.3f} of {len(hit)}")


def _print_volunteered(logits: Tensor, utterances: Sequence[Utterance]) -> None:
    rows = [row for row, u in enumerate(utterances) if u.complete]
    for threshold in (0.3, 0.5, 0.7, 0.9):
        found = wrong = missed = 0
        for row in rows:
            said = {(n, v) for n, vs in utterances[row].labels.items() for v in vs if (n, v) in layout().volunteered}
            read = {key for key, c in layout().volunteered.items() if torch.sigmoid(logits[row, c]) >= threshold}
            found, wrong, missed = (
                found + len(said & read),
                wrong + len(read - said),
                missed + len(said - read),
            )
        print(
            f"volunteered at {threshold}: precision {found / max(1, found + wrong):.3f} recall {found / max(1, found + missed):.3f}"
        )


def main() -> None:
    """Train, and write the weights or measure on a held-out author."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hold-out", help="author to leave out and measure on")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    arguments = parser.parse_args()
    utterances = load_utterances()
    kept = [u for u in utterances if u.author != arguments.hold_out]
    model, heads = train(kept, arguments.epochs)
    if arguments.hold_out:
        with torch.no_grad():
            evaluate(model, heads, [u for u in utterances if u.author == arguments.hold_out])
        return
    path = Path(__file__).parent / "weights" / "reader.safetensors"
    path.parent.mkdir(exist_ok=True)
    tensors = {
        "dense.weight": heads.dense.weight,
        "dense.bias": heads.dense.bias,
        "words": heads.words.weight,
        **adapter_tensors(model),
    }
    save_file({name: t.detach().half().contiguous() for name, t in tensors.items()}, str(path), {"rank": str(RANK)})
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
