"""Trains the reader: a low-rank adapter of the sentence encoder and linear heads over its vectors and over words.

Run `python -m agent.reading.train` to train on all authors and write `weights/`, or with `--hold-out AUTHORS` to train on the
others and print how well those authors are read; `--start` goes on from weights of an earlier run, `--average` takes the mean of several.
Everything is seeded; the same data gives the same weights on the same machine.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

from agent.reading.adapter import RANK, adapt, adapter_tensors, resume
from agent.reading.layout import OFF, layout, word_features
from agent.reading.network import Heads, encode
from agent.reading.utterances import Utterance, load_utterances
from agent.reading.variation import Variation
from agent.vocabulary import fact_kinds
from knowledge import SentenceEncoder

WEIGHTS = Path(__file__).parent / "weights" / "reader.safetensors"
SEED = 7
BATCH = 48
EPOCHS = 5
GENTLER = 0.4
"""Share of the usual step sizes where training goes on from earlier weights."""
AVERAGED_FROM = 0.6
"""Share of the steps after which the weights are averaged; the mean is what is written."""
OFF_SHARE = 0.15
"""Share of the other questions that each text is shown to as no answer, each time it is seen."""
OFF_WEIGHT = 0.15
"""What such a text counts, beside 1 for an answer."""
WORDS_DROPPED = 0.3
"""Share of the word features left out of a text each time it is seen."""
LONGEST_TRAINED = 96
"""Word pieces of a training text."""
SHORT = 4
"""An answer of fewer words says nothing without its question."""


def train(
    utterances: Sequence[Utterance],
    epochs: int = EPOCHS,
    start: Mapping[str, Tensor] | None = None,
    dropout: bool = False,
) -> tuple[Any, Heads]:
    """Train adapter and heads; returns the adapted sentence model and the heads.

    Args:
        utterances: what is learned.
        epochs: how often each is seen.
        start: weights to go on from, with gentler steps; None begins anew.
        dropout: whether the encoder drops out a tenth, as it did when it was first trained.
    """
    random.seed(SEED)
    torch.manual_seed(SEED)
    torch.set_flush_denormal(True)  # the optimizer's decaying moments would slow every step down
    model = SentenceEncoder().load()
    adapt(model)
    model.train(dropout)
    heads = Heads()
    if start:
        heads.load_state_dict({name: start[name].float() for name in heads.state_dict()})
        resume(model, start)
    variation = Variation.over(utterances, random.Random(SEED))
    adapter = [p for p in model.parameters() if p.requires_grad]
    looks = [heads.queries]
    linear = [p for name, p in heads.named_parameters() if name != "queries"]
    trained = [*adapter, *looks, *linear]
    mean = [parameter.detach().clone() for parameter in trained]
    steps = epochs * len(range(0, len(utterances), BATCH))
    averaged = 0
    rates = [rate * (GENTLER if start else 1.0) for rate in (2e-3, 1.5e-2, 1.5e-2)]
    optimizer = torch.optim.AdamW(
        [{"params": p, "lr": rate} for p, rate in zip((adapter, looks, linear), rates, strict=True)], weight_decay=0.01
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps, pct_start=0.1)
    with torch.enable_grad(), tqdm(total=steps, desc="training", mininterval=20) as bar:
        for _ in range(epochs):
            for batch in _batches([variation.of(u) for u in utterances]):
                states, mask = encode(model, [u.text for u in batch], LONGEST_TRAINED)
                loss = _loss(heads(states, mask, [_kept_words(u.text) for u in batch]), batch)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # untyped in torch
                nn.utils.clip_grad_norm_(adapter, 1.0)
                optimizer.step()
                schedule.step()
                if bar.n >= AVERAGED_FROM * steps:
                    averaged += 1
                    _take_in(mean, trained, averaged)
                bar.update()
                bar.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
    with torch.no_grad():
        for parameter, value in zip(trained, mean, strict=True):
            parameter.copy_(value)
    return model.eval(), heads


def _take_in(mean: Sequence[Tensor], parameters: Sequence[nn.Parameter], number: int) -> None:
    """Take one more state of the weights into their mean (stochastic weight averaging)."""
    for value, parameter in zip(mean, parameters, strict=True):
        value.lerp_(parameter.detach(), 1.0 / number)


def _batches(utterances: Sequence[Utterance]) -> Iterator[list[Utterance]]:
    """Batches of texts of like length, in random order."""
    order = sorted(utterances, key=lambda u: len(u.text) + random.random() * 20)
    groups = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    random.shuffle(groups)
    yield from groups


def _kept_words(text: str) -> list[int]:
    """The word features of a text, some of them dropped."""
    return [feature for feature in word_features(text) if random.random() >= WORDS_DROPPED]


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
        if utterance.answers:  # without its question an answer may or may not say the fact
            weight[row, [c - first for (name, _), c in columns.items() if name == utterance.answers]] = 0.0
        for name, values in utterance.labels.items():
            for value in values:
                if (name, value) in columns and not (short and utterance.answers):
                    target[row, columns[name, value] - first] = 1.0
                    weight[row, columns[name, value] - first] = (
                        1.0 if utterance.complete and name != utterance.answers else 0.5
                    )
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
            heads(*encode(model, [u.text for u in part]), [word_features(u.text) for u in part])
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
    parser.add_argument("--hold-out", help="authors to leave out and measure on, with commas between")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument(
        "--average", type=Path, nargs="+", help="weights of earlier runs whose mean is written; nothing is trained"
    )
    parser.add_argument("--dropout", action="store_true", help="let the encoder drop out while it is trained")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument(
        "--into",
        type=Path,
        help="file for the weights; by default the shipped ones, or none where authors are left out",
    )
    arguments = parser.parse_args()
    if arguments.average:
        _write(average([load_file(path) for path in arguments.average]), arguments.into or WEIGHTS)
        return
    utterances = load_utterances()
    left_out = set((arguments.hold_out or "").split(","))
    kept = [u for u in utterances if u.author not in left_out]
    model, heads = train(
        kept, arguments.epochs, load_file(arguments.start) if arguments.start else None, arguments.dropout
    )
    if arguments.hold_out:
        with torch.no_grad():
            evaluate(model, heads, [u for u in utterances if u.author in left_out])
    path = arguments.into or (None if arguments.hold_out else WEIGHTS)
    if path:
        _write({**heads.state_dict(), **adapter_tensors(model)}, path)


def average(runs: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of the weights of runs that went on from one another: better calibrated than each."""
    return {name: torch.stack([run[name].float() for run in runs]).mean(dim=0) for name in runs[0]}


def _write(tensors: Mapping[str, Tensor], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    save_file({name: t.detach().half().contiguous() for name, t in tensors.items()}, str(path), {"rank": str(RANK)})
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
