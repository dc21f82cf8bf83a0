#!/usr/bin/env python3
"""Holds a run's tensorboard/ against its metrics.jsonl, both as TensorBoard and as the run read them.

    python3 -m venv venv && venv/bin/pip install -r scripts/reference/requirements-tensorboard.txt
    venv/bin/python scripts/reference/tensorboard_files.py runs/NAME

Ends with 1 and names the first figure that differs.
"""
import json
import math
import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

TAGS = {
    "loss/total": "loss",
    "loss/kl": "kl",
    "sparsity/expected": "sparsity",
    "sparsity/target": "sparsityTarget",
    "optimizer/rate": "rate",
    "optimizer/gradient-norm": "gradNorm",
    "speed/pairs-per-second": "pairsPerSecond",
}


def main(run: Path) -> int:
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    steps = []
    tags = dict(TAGS)
    for line in lines:
        if "judged" not in line:
            steps.append(line)
            continue
        # What was judged stands behind the line of its step.
        for name, value in line["judged"].items():
            tags["judged/" + name] = "judged " + name
            steps[-1]["judged " + name] = value
    events = EventAccumulator(str(run / "tensorboard"), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    points = 0
    for tag, name in tags.items():
        wanted = {i: step[name] for i, step in enumerate(steps) if name in step}
        read = {}
        if tag in events.Tags()["scalars"]:
            read = {event.step: event.value for event in events.Scalars(tag)}
        elif tag in events.Tags()["tensors"]:
            read = {event.step: float(event.tensor_proto.float_val[0]) for event in events.Tensors(tag)}
        if read.keys() != wanted.keys():
            print(f"{tag}: TensorBoard has {len(read)} steps, metrics.jsonl {len(wanted)}")
            return 1
        for step, value in wanted.items():
            if not math.isclose(read[step], value, rel_tol=1e-6, abs_tol=1e-12):
                print(f"{tag} at step {step}: TensorBoard has {read[step]}, metrics.jsonl {value}")
                return 1
        points += len(wanted)
    print(f"{points} points of {len(tags)} curves over {len(steps)} steps are those of metrics.jsonl")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
