#!/usr/bin/env python3
"""Hands a run's curves to MLflow or Weights & Biases, while it trains or afterwards.

python -m venv v && v/bin/pip install mlflow-skinny==3.17.2     # or wandb==0.31.0
v/bin/python track.py runs/my mlflow [--follow]                 # MLFLOW_TRACKING_URI says where
v/bin/python track.py runs/my wandb [--follow]                  # WANDB_PROJECT says where; WANDB_MODE=offline writes files

Reads metrics.jsonl, run.json and effective.conf of the run folder and writes nothing there. A figure's step is the number of steps
that were committed before it, over all stages. A run that goes back to a checkpoint cuts its lines: the steps that are trained again
are handed over again. With --follow it goes on until the run is finished; started again, it makes a new run there.
"""
import argparse
import json
import math
import time
from pathlib import Path

LOOK_EVERY = 2
PLACE = ("stage", "phase", "step")


class Mlflow:
    def __init__(self, name, settings):
        import mlflow

        self.mlflow = mlflow
        mlflow.start_run(run_name=name)
        mlflow.log_text(settings, "effective.conf")

    def log(self, step, figures):
        self.mlflow.log_metrics(figures, step=step)

    def end(self, summary):
        self.mlflow.log_dict(summary, "run.json")
        self.mlflow.set_tag("digest", summary.get("digest", ""))
        self.mlflow.end_run()


class Wandb:
    def __init__(self, name, settings):
        import wandb

        self.run = wandb.init(name=name, config={"effective.conf": settings})
        self.run.define_metric("*", step_metric="steps")

    def log(self, step, figures):
        self.run.log({"steps": step, **figures})

    def end(self, summary):
        self.run.summary["digest"] = summary.get("digest", "")
        self.run.finish()


def numbers(line):
    """Figures of a line by name: of a step as they are called there, of what was judged as judged.NAME."""
    judged = line.get("judged")
    figures = {f"judged.{name}": value for name, value in judged.items()} if judged is not None else {
        name: value for name, value in line.items() if name not in PLACE}
    figures["stage"] = line["stage"] + 1
    return {name: float(value) for name, value in figures.items()
            if isinstance(value, (int, float)) and math.isfinite(value)}


def whole_lines(file):
    """Lines that are written to their end; the run may be writing the next one."""
    text = file.read_text() if file.exists() else ""
    return text[:text.rfind("\n") + 1].splitlines()


def record(folder):
    file = folder / "run.json"
    return json.loads(file.read_text()) if file.exists() else {}


def hand_over(folder, tracker, follow):
    known = []
    while True:
        finished = record(folder).get("finished", False)
        lines = whole_lines(folder / "metrics.jsonl")
        same = next((i for i, (old, new) in enumerate(zip(known, lines)) if old != new), min(len(known), len(lines)))
        steps = sum('"judged":' not in line for line in lines[:same])
        for line in map(json.loads, lines[same:]):
            tracker.log(steps, numbers(line))
            steps += "judged" not in line
        known = lines
        if finished or not follow:
            return steps
        time.sleep(LOOK_EVERY)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the run folder")
    parser.add_argument("to", choices=["mlflow", "wandb"])
    parser.add_argument("--follow", action="store_true", help="until the run is finished")
    arguments = parser.parse_args()
    settings = arguments.folder / "effective.conf"
    if not settings.exists():
        parser.error(f"[{arguments.folder}] is no run folder: it has no effective.conf")
    tracker = {"mlflow": Mlflow, "wandb": Wandb}[arguments.to](arguments.folder.name, settings.read_text())
    steps = hand_over(arguments.folder, tracker, arguments.follow)
    tracker.end(record(arguments.folder))
    print(f"handed over {steps} steps of {arguments.folder}")


if __name__ == "__main__":
    main()
