"""Judges a model by CLIP_benchmark on small sets in its layout, and compares with what our commands say of the same.

python -m venv v && v/bin/pip install -r requirements-benchmark.txt
v/bin/python benchmark.py draw sets [--coco coco-mini.tar]
java -jar coordinator.jar export MODEL --format openclip --out model
java -jar coordinator.jar zero-shot model sets/shapes --json ours.json
java -jar coordinator.jar linear-probe model sets/probe --json ours.json
java -jar coordinator.jar retrieval model sets/captions [sets/coco] --json ours.json
v/bin/python benchmark.py compare model ours.json

draw makes sets by whole numbers alone, so that they are the same everywhere: shapes, ten classes of which two pairs share
their name and their pictures, so that ties occur; captions, the same pictures with one to three captions, some of them the
same; and probe, each of the eight shapes once, to learn from and to tell. A WebDataset of pairs becomes sets/coco.

compare prints every figure, a line each, and ends with 1 where two differ by more than 0.1 point. topk leaves open which of
equal values come first, and a product may round equal classes apart, so a figure of CLIP_benchmark's on a set with ties is one of
several: ours is compared with that in which they tie and come in the order of the set, and CLIP_benchmark's own is printed as well. CLIP_benchmark's linear probe needs a
GPU and has no penalty like ours, so scikit-learn fits ours with our penalty. Mixed precision is off: on a processor it would
mean bfloat16.
"""
import argparse
import io
import json
import sys
import tarfile
from contextlib import contextmanager
from pathlib import Path

TOLERANCE = 0.001
WIDTH, HEIGHT = 40, 36
COLORS = {
    "red": (220, 30, 40), "green": (30, 150, 60), "blue": (40, 70, 210), "yellow": (240, 210, 40),
    "black": (10, 10, 10), "white": (250, 250, 250), "purple": (130, 40, 160), "orange": (250, 130, 20)}
NAMES = ["circle", "square", "triangle", "plus", "ring", "circle", "minus", "square", "diamond", "half circle"]
SHAPES = [0, 1, 2, 3, 4, 0, 5, 1, 6, 7]
TEMPLATES = ["an icon of a {c}.", "a {c}", "{c} icon"]
LEAST = 4
TO_LEARN, TO_TELL = range(100, 120), range(10)


def mixed(number):
    for _ in range(3):
        number = (number * 1103515245 + 12345) % 2**31
    return number // 256


def inside(shape, dx, dy, r):
    across, down = abs(dx), abs(dy)
    return (
        dx * dx + dy * dy <= r * r,
        max(across, down) <= r,
        down <= r and 2 * across <= dy + r,
        (3 * across <= r and down <= r) or (3 * down <= r and across <= r),
        (r - 3) * (r - 3) <= dx * dx + dy * dy <= r * r,
        across <= r and 3 * down <= r,
        across + down <= r,
        dx * dx + dy * dy <= r * r and dy >= 0,
    )[shape]


def colors(shape, number):
    """What is drawn, and on what."""
    names = list(COLORS)
    at = mixed(shape * 1000 + number)
    return names[at % 8], names[(at % 8 + 1 + at // 8 % 7) % 8]


def picture(shape, number):
    """Bytes (HEIGHT, WIDTH, 3)."""
    at = mixed(shape * 1000 + number + 500)
    x, y, r = 16 + at % 8, 14 + at // 8 % 8, 8 + at // 64 % 5
    front, back = (COLORS[name] for name in colors(shape, number))
    return bytes(
        channel for j in range(HEIGHT) for i in range(WIDTH)
        for channel in (front if inside(shape, i - x, j - y, r) else back))


def png(pixels):
    from PIL import Image

    out = io.BytesIO()
    Image.frombytes("RGB", (WIDTH, HEIGHT), pixels).save(out, "png")
    return out.getvalue()


def pictures():
    """(label, number) of all, the classes in turn."""
    most = LEAST + len(NAMES)
    return [(label, n) for n in range(most) for label in range(len(NAMES)) if n < LEAST + label]


def captions(label, number):
    front, back = colors(SHAPES[label], number)
    all_of_it = [f"a {front} {NAMES[label]}", f"{NAMES[label]} icon in {front} on {back}", f"a {NAMES[label]}."]
    return all_of_it[: 1 + (label + number) % 3]


class Tars:
    """A split in several tars."""

    def __init__(self, folder, each):
        self.folder, self.each, self.count, self.shards = folder, each, 0, 0
        folder.mkdir(parents=True)

    def add(self, members):
        if self.count % self.each == 0:
            self.close()
            self.tar = tarfile.open(self.folder / f"{self.shards}.tar", "w", format=tarfile.USTAR_FORMAT)
            self.shards += 1
        for ending, content in members.items():
            member = tarfile.TarInfo(f"s{self.count:07d}.{ending}")
            member.size = len(content)
            self.tar.addfile(member, io.BytesIO(content))
        self.count += 1

    def close(self):
        if self.shards:
            self.tar.close()
        (self.folder / "nshards.txt").write_text(f"{self.shards}\n")


def draw_shapes(folder):
    folder.mkdir(parents=True)
    (folder / "classnames.txt").write_text("\n".join(NAMES) + "\n")
    (folder / "zeroshot_classification_templates.txt").write_text("\n".join(TEMPLATES) + "\n")
    tars = Tars(folder / "test", 40)
    for label, number in pictures():
        tars.add({"png": png(picture(SHAPES[label], number)), "cls": str(label).encode()})
    tars.close()


def draw_probe(folder):
    folder.mkdir(parents=True)
    names = [NAMES[SHAPES.index(shape)] for shape in range(max(SHAPES) + 1)]
    (folder / "classnames.txt").write_text("\n".join(names) + "\n")
    (folder / "zeroshot_classification_templates.txt").write_text("\n".join(TEMPLATES) + "\n")
    for split, numbers in (("train", TO_LEARN), ("test", TO_TELL)):
        tars = Tars(folder / split, 40)
        for number in numbers:
            for shape in range(max(SHAPES) + 1):
                tars.add({"png": png(picture(shape, number)), "cls": str(shape).encode()})
        tars.close()


def draw_captions(folder):
    tars = Tars(folder / "test", 40)
    (folder / "dataset_type.txt").write_text("retrieval\n")
    for label, number in pictures():
        text = "\n".join(captions(label, number)).encode()
        tars.add({"png": png(picture(SHAPES[label], number)), "txt": text})
    tars.close()


def copy_pairs(source, folder):
    tars = Tars(folder / "test", 100)
    (folder / "dataset_type.txt").write_text("retrieval\n")
    samples = {}
    with tarfile.open(source) as tar:
        for member in tar:
            key, ending = member.name.split(".", 1)
            if ending in ("jpg", "txt", "json"):
                samples.setdefault(key, {})[ending] = tar.extractfile(member).read()
    for sample in samples.values():
        lines = json.loads(sample["json"]).get("captions") or sample["txt"].decode().splitlines()
        text = "\n".join(" ".join(line.split()) for line in lines if line.strip())
        tars.add({"jpg": sample["jpg"], "txt": text.encode()})
    tars.close()


@contextmanager
def ties_in_order():
    """Of equal values topk takes the first ones, and classes of one embedding tie: products round a column by where it stands."""
    import torch
    from clip_benchmark.metrics import zeroshot_classification

    def topk(values, k, dim=-1, largest=True, sorted=True):
        ordered, places = torch.sort(values, dim=dim, descending=largest, stable=True)
        return ordered.narrow(dim, 0, k), places.narrow(dim, 0, k)

    def classified(model, classifier, *rest, **options):
        logits, target = run_classification(model, classifier, *rest, **options)
        alike = (classifier.T[:, None] == classifier.T[None]).all(dim=2)
        return logits[:, alike.int().argmax(dim=1)], target

    usual = torch.topk, torch.Tensor.topk
    run_classification = zeroshot_classification.run_classification
    torch.topk = torch.Tensor.topk = topk
    zeroshot_classification.run_classification = classified
    try:
        yield
    finally:
        torch.topk, torch.Tensor.topk = usual
        zeroshot_classification.run_classification = run_classification


def probed(model, loaders, penalty):
    """scikit-learn's LIBLINEAR on the embeddings of two splits."""
    import numpy as np
    import torch
    from clip_benchmark.metrics.zeroshot_classification import accuracy
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.multiclass import OneVsRestClassifier

    with torch.no_grad():
        splits = [
            [np.concatenate(each) for each in zip(*((model.encode_image(x, normalize=True), y) for x, y in loader))]
            for loader in loaders]
    (learned, labels), (asked, right) = splits
    regression = LogisticRegression(solver="liblinear", C=1 / penalty, tol=1e-4, max_iter=1000)
    scores = OneVsRestClassifier(regression).fit(learned, labels).decision_function(asked)
    first, five = accuracy(torch.from_numpy(scores), torch.from_numpy(right), topk=(1, 5))
    mean = balanced_accuracy_score(right, scores.argmax(axis=1))
    return {"lp_acc1": first, "lp_acc5": five, "lp_mean_per_class_recall": mean, "lp_penalty": penalty}


def theirs(model_folder, row):
    import open_clip
    import torch
    from clip_benchmark.datasets.builder import build_dataset
    from clip_benchmark.metrics import zeroshot_classification, zeroshot_retrieval

    name = f"local-dir:{model_folder}"
    model, transform = open_clip.create_model_from_pretrained(name)
    model.eval()
    task, root = row["task"], row["dataset"]

    def open_split(split):
        dataset = build_dataset(dataset_name="wds/any", root=root, transform=transform, split=split, task=task)
        return dataset, torch.utils.data.DataLoader(dataset.batched(64), batch_size=None, shuffle=False, num_workers=0)

    dataset, loader = open_split(row["split"])
    tokens = open_clip.get_tokenizer(name)
    if task == "linear_probe":
        return probed(model, [open_split("train")[1], loader], row["metrics"]["lp_penalty"])
    if task == "zeroshot_classification":
        return zeroshot_classification.evaluate(
            model, loader, tokens, dataset.classes, dataset.templates, "cpu", amp=False)
    return zeroshot_retrieval.evaluate(model, loader, tokens, "cpu", amp=False, recall_k_list=[1, 5, 10])


def compare(model_folder, file):
    worst = 0.0
    for row in json.loads(Path(file).read_text()):
        usual = theirs(model_folder, row)
        with ties_in_order():
            ordered = theirs(model_folder, row)
        for name, ours in row["metrics"].items():
            worst = max(worst, abs(ordered[name] - ours))
            print(f"{row['dataset']:16} {name:26} theirs {usual[name]:.4f}, ties in order {ordered[name]:.4f}, ours {ours:.4f}")
    print(f"largest difference {100 * worst:.3f} points: {'ok' if worst <= TOLERANCE else 'too large'}")
    return 0 if worst <= TOLERANCE else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("out", type=Path)
    drawing.add_argument("--coco", type=Path)
    comparing = commands.add_parser("compare")
    comparing.add_argument("model")
    comparing.add_argument("ours")
    given = parser.parse_args()
    if given.command == "compare":
        return compare(given.model, given.ours)
    draw_shapes(given.out / "shapes")
    draw_captions(given.out / "captions")
    draw_probe(given.out / "probe")
    if given.coco:
        copy_pairs(given.coco, given.out / "coco")
    return 0


sys.exit(main())
