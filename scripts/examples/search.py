#!/usr/bin/env python3
"""Searches a folder of pictures by words, with a model that was exported as ONNX. Neither PyTorch nor Java is needed.

java -jar coordinator.jar export MODEL --format onnx --weights int8 --out exported
python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python search.py exported PICTURES "a dog on a beach" "a red bus"
"""
import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image
from tokenizers import Tokenizer

BATCH = 32
FILTERS = {"bicubic": Image.BICUBIC, "bilinear": Image.BILINEAR}


class Clip:
    def __init__(self, folder):
        config = json.loads((folder / "onnx_config.json").read_text())
        self.image, self.text = config["image"], config["text"]
        self.encoders = {part["file"]: onnxruntime.InferenceSession(folder / part["file"], providers=["CPUExecutionProvider"])
                         for part in (self.image, self.text)}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def encode(self, part, array):
        return self.encoders[part["file"]].run([part["output"]], {part["input"]: array})[0]

    def texts(self, texts):
        """(N, E), each row of unit length."""
        tokens = np.zeros((len(texts), self.text["contextLength"]), np.int64)
        for row, text in zip(tokens, texts):
            ids = self.tokenizer.encode(text).ids
            if len(ids) > len(row):
                ids = ids[: len(row) - 1] + [self.text["endToken"]]
            row[: len(ids)] = ids
        return self.encode(self.text, tokens)

    def pictures(self, pictures):
        """(N, E), each row of unit length."""
        return self.encode(self.image, np.stack([self.pixels(picture) for picture in pictures]))

    def pixels(self, picture):
        """(3, S, S): resized, cut to the square in the middle, normalised."""
        size = self.image["size"]
        picture = picture.convert("RGB")
        sides = (size, size)
        if self.image.get("resizeMode", "shortest") != "squash":
            short = min(picture.size)
            sides = [int(self.image.get("resize", size) * side / short) for side in picture.size]
        picture = picture.resize(sides, FILTERS[self.image["interpolation"]])
        left, top = round((picture.width - size) / 2), round((picture.height - size) / 2)
        square = np.asarray(picture.crop((left, top, left + size, top + size)), np.float32) / 255
        return ((square - self.image["mean"]) / self.image["std"]).transpose(2, 0, 1).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("words", nargs="+")
    parser.add_argument("--count", type=int, default=3)
    arguments = parser.parse_args()
    clip = Clip(arguments.model)
    files = sorted(file for file in arguments.pictures.rglob("*") if file.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
    if not files:
        parser.error(f"{arguments.pictures} holds no picture")
    rows = []
    for start in range(0, len(files), BATCH):
        rows.append(clip.pictures([Image.open(file) for file in files[start : start + BATCH]]))
    scores = clip.texts(arguments.words) @ np.concatenate(rows).T
    for words, row in zip(arguments.words, scores):
        print(words)
        for place in np.argsort(-row)[: arguments.count]:
            print(f"  {row[place]:.3f}  {files[place].relative_to(arguments.pictures)}")


if __name__ == "__main__":
    main()
