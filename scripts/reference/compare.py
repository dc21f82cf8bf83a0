"""Runs both sides of scripts/compare in turn, each piece in a process of its own, and prints a table."""

import argparse
import io
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
LIMITS = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS")
TURNS = 2
PARTS = ("step", "loss", "data", "end-to-end")


def ended(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] == "Z"


def resident(pid):
    """Bytes of a process and of those it started, each page that they share once."""
    total = 0
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            total += 1024 * int(re.search(r"Pss:\s*(\d+)", file.read()).group(1))
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                total += sum(resident(int(child)) for child in file.read().split())
    except (OSError, AttributeError):
        return total  # it has just ended
    return total


class Side:
    """One program's rounds over all turns."""

    def __init__(self, family=False):
        """family: whether memory of the processes that it starts counts as well, such as PyTorch's loaders."""
        self.rounds = []
        self.peak = 0
        self.family = family

    def call(self, command):
        output = tempfile.TemporaryFile()
        errors = tempfile.TemporaryFile()
        child = subprocess.Popen(command, stdout=output, stderr=errors)
        if self.family:
            while not ended(child.pid):
                self.peak = max(self.peak, resident(child.pid))
                time.sleep(0.5)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        errors.seek(0)
        if status != 0:
            sys.exit("compare: " + " ".join(command) + " ended with " + str(status) + "\n" + errors.read().decode()[-2000:])
        self.peak = max(self.peak, usage.ru_maxrss * 1024)
        output.seek(0)
        return output.read().decode()

    def add(self, command):
        answer = json.loads(self.call(command).strip().splitlines()[-1])
        self.rounds += answer["rounds"]
        return answer

    def median(self, key):
        return statistics.median(r[key] for r in self.rounds)


def row(name, ours, theirs):
    wall = theirs.median("seconds") / ours.median("seconds")
    cpu = theirs.median("processorSeconds") / ours.median("processorSeconds")
    cells = [name]
    for side in (ours, theirs):
        cells += [f"{side.median('seconds'):.3f}", f"{side.median('processorSeconds'):.3f}"]
    cells += [f"**{wall:.2f}**", f"{cpu:.2f}", f"{ours.peak / 1e6:.0f} / {theirs.peak / 1e6:.0f}"]
    print("| " + " | ".join(cells) + " |", flush=True)


def heading():
    with open("/proc/cpuinfo") as info:
        text = info.read()
    model = re.search(r"model name\s*:\s*(.*)", text)
    flags = set(re.search(r"flags\s*:\s*(.*)", text).group(1).split()) if "flags" in text else set()
    known = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    limited = [f"{name}={os.environ[name]}" for name in LIMITS if name in os.environ]
    print(f"{model.group(1) if model else platform.machine()}, {len(os.sched_getaffinity(0))} cores, {' '.join(known)}"
          + (f"; limited by {' '.join(limited)}" if limited else "") + "\n")
    print("| work | ours s | ours CPU s | PyTorch s | PyTorch CPU s | ours faster, wall | CPU | peak MB |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    return ("avx512_bf16" in known or "amx_bf16" in known) and not limited


class Comparison:
    def __init__(self, args, narrow):
        self.args = args
        self.precisions = ["fp32", "bf16"] if narrow else ["fp32"]
        self.folder = tempfile.mkdtemp(prefix="tinyclip-compare-")

    def ours(self, *words):
        return [self.args.java, "-jar", self.args.jar, "repeat", *words, "--rounds", str(self.args.rounds)]

    def theirs(self, *words):
        return [sys.executable, os.path.join(HERE, "rival.py"), *words, "--rounds", str(self.args.rounds)]

    def step(self):
        for shape, batch, name in (("small", 128, "small model, 128 pairs"), ("40m", 32, "ViT-B/32 -> 40M/19M, 32 pairs")):
            for precision in self.precisions:
                self.steps(shape, batch, name, precision, False)
                if self.args.compiled:
                    self.steps(shape, batch, name, precision, True)

    def steps(self, shape, batch, name, precision, compiled):
        ours, theirs = Side(), Side()
        for _ in range(TURNS):
            answer = ours.add(self.ours("step", "--shape", shape, "--precision", precision, "--batch", str(batch), "--partitions", "2"))
            words = ["step", "--shape", shape, "--precision", precision, "--batch", str(batch), "--tokens", str(answer["tokens"])]
            theirs.add(self.theirs(*words, *(["--compiled"] if compiled else [])))
        kind = "compiled" if compiled else "eager"
        row(f"step: {name} of {answer['tokens']} tokens, {precision}, {kind}", ours, theirs)

    def loss(self):
        for pairs in [1024, 4096] + ([16384] if self.args.large else []):
            ours, theirs = Side(), Side()
            for _ in range(TURNS):
                ours.add(self.ours("loss", "--pairs", str(pairs), "--partitions", "4"))
                theirs.add(self.theirs("loss", "--pairs", str(pairs)))
            row(f"loss: {pairs} pairs", ours, theirs)

    def data(self):
        for name, size, count in (("0.1", (366, 275), 100), ("2", (1640, 1230), 16)):
            folder = os.path.join(self.folder, name)
            os.mkdir(folder)
            for i in range(count):
                with open(os.path.join(folder, f"{i:05d}.jpg"), "wb") as out:
                    out.write(photo(i, size))
            for reduced in (False, True):
                ours, theirs = Side(), Side()
                for _ in range(TURNS):
                    ours.add(self.ours("pictures", "--folder", folder, *(["--reduced"] if reduced else [])))
                    theirs.add(self.theirs("pictures", "--folder", folder))
                row(f"data: {count} JPEGs of {name} megapixels" + (", reduced scale" if reduced else ""), ours, theirs)

    def end_to_end(self):
        import rival
        import torch

        batch, steps = 32, 8
        tar = os.path.join(self.folder, "pairs.tar")
        words = "a photo of the small old red house by the river in summer with two dogs".split()
        with tarfile.open(tar, "w") as out:
            for i in range(320):
                text = " ".join(words[(i + j) % len(words)] for j in range(6 + i % 9))
                for ending, content in (("jpg", photo(i, (500, 375))), ("txt", text.encode())):
                    member = tarfile.TarInfo(f"{i:05d}.{ending}")
                    member.size = len(content)
                    out.addfile(member, io.BytesIO(content))
        teacher = os.path.join(self.folder, "teacher.pt")
        torch.manual_seed(0)
        torch.save(rival.clip(rival.VIT_B32, 77).state_dict(), teacher)
        conf = os.path.join(self.folder, "run.conf")
        with open(conf, "w") as out:
            out.write(rival.recipe(teacher, tar, batch, steps))
        ours, full, cut = Side(True), Side(True), Side(True)
        runs = os.path.join(self.folder, "run")
        ours.call([self.args.java, "-jar", self.args.jar, "run", conf, f"-Dtinyclip.run.folder={runs}"])
        with open(os.path.join(runs, "metrics.jsonl")) as lines:
            seconds = [step["seconds"] for step in map(json.loads, lines) if "judged" not in step][rival.WARMING :]
        for side, tokens in ((full, 77), (cut, 0)):
            command = self.theirs("trainer", "--folder", tar, "--teacher", teacher, "--batch", str(batch), "--tokens", str(tokens))
            command[-1] = str(steps - rival.WARMING)
            side.add(command)
        for name, side in (("full length", full), ("cut length", cut)):
            wall = side.median("seconds")
            own = statistics.median(seconds)
            print(f"| end to end: ViT-B/32 -> 40M/19M, {batch} pairs, PyTorch at {name} | {own:.3f} | | {wall:.3f} | "
                  f"{side.median('processorSeconds'):.3f} | **{wall / own:.2f}** | | {ours.peak / 1e6:.0f} / {side.peak / 1e6:.0f} |",
                  flush=True)


def photo(seed, size):
    """A JPEG with about as many bytes a pixel as a photo: smooth colours, edges, grain."""
    from PIL import Image, ImageDraw, ImageFilter

    draw = np.random.default_rng(seed)
    small = Image.fromarray(draw.integers(0, 256, (12, 16, 3), dtype=np.uint8))
    picture = small.resize(size, Image.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(30):
        x, y, w, h = draw.random(4) * (size[0], size[1], size[0] / 4, size[1] / 4)
        pen.ellipse((x, y, x + w, y + h), fill=tuple(int(c) for c in draw.integers(0, 256, 3)))
    picture = picture.filter(ImageFilter.GaussianBlur(1))
    grain = draw.normal(0, 6, (size[1], size[0], 1))
    picture = Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def main():
    parser = argparse.ArgumentParser(prog="scripts/compare")
    parser.add_argument("--java", required=True)
    parser.add_argument("--jar", required=True)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--compiled", action="store_true")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    asked = args.only.split(",")
    unknown = set(asked) - set(PARTS)
    if unknown or args.rounds < 1:
        sys.exit(f"compare: --only takes {', '.join(PARTS)}, and --rounds 1 or more")
    comparison = Comparison(args, heading())
    for part in PARTS:
        if part in asked:
            getattr(comparison, part.replace("-", "_"))()


main()
