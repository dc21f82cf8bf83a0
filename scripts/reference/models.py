"""Writes small CLIP models with random weights in the formats that people have them in, and what they compute.

python -m venv v && v/bin/pip install -r requirements.txt
OMP_NUM_THREADS=1 v/bin/python models.py ../../tinyclip/src/test/resources/io/tinyclip/models

The libraries write their own files. Beside each model lies NAME.reference.safetensors, computed by the same library in
double precision and stored in single (token ids too: they are small numbers):
  pixels (B, 3, S, S) in half precision, tokens (B, L), ends (B) the place of each text's end token
  image.hidden.I, text.hidden.I   what enters the first block (0) and what leaves block I, (B, L, D); of a ResNet what
                                  leaves the stem (0) and stage I, (B, C, H, W)
  image.embedding, text.embedding (B, E) of unit length; logits_per_image (B, B)
  teacher.image, teacher.text     (B, E), and gradient.NAME of the affinity loss against them, both scales 50
  train.*                         a ResNet on batch statistics: image.embedding, cotangent, gradient.NAME of
                                  <image.embedding, cotangent>, statistics.NAME after one update with momentum 0.1
Gradients have OpenCLIP's names and shapes; one of more than 1,024 values is stored as 256 of them, those at
floor(i * count / 256), with its Euclidean length in length.NAME. The attention pool's k_proj.bias has none but zero and
is left out. What a file may leave open: activation in the metadata, head_widths (image, text).

It prints how far the library's own single precision is from its double precision, in parts of the largest value.
"""
import sys
from pathlib import Path

from fixtures import hugging_face, openclip, tinyclip

WRITERS = (
    hugging_face.write_quick_gelu,
    hugging_face.write_sharded,
    hugging_face.write_pickle,
    openclip.write_folder,
    openclip.write_checkpoint,
    openclip.write_custom_text,
    openclip.write_resnet,
    openclip.write_torchscript,
    tinyclip.write_auto,
    tinyclip.write_manual,
)


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for writer in WRITERS:
        writer(out)
    files = sorted(file for file in out.rglob("*") if file.is_file())
    for file in files:
        print(f"{file.stat().st_size:9,}  {file.relative_to(out)}")
    print(f"{sum(file.stat().st_size for file in files):9,}")


main()
