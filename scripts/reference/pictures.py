"""Writes the pictures that ResamplerTest, CropsTest and ImageDecoderTest compare with, as Pillow makes them.

python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python pictures.py ../../tinyclip/src/test/resources/io/tinyclip/image
"""
import random
import struct
import sys
import zlib
from pathlib import Path

from PIL import Image

OUT = Path(sys.argv[1])
RANDOM = random.Random(20)
# box of the source, then size of the result
RESIZES = [
    (0, 0, 45, 31, 96, 80),
    (0, 0, 45, 31, 7, 5),
    (0, 0, 45, 31, 45, 9),
    (0, 0, 45, 31, 11, 31),
    (0, 0, 45, 31, 45, 31),
    (3, 4, 20, 17, 16, 16),
    (25, 14, 20, 17, 33, 8),
    (44, 30, 1, 1, 3, 2),
]


def pixels(image, values):
    image.putdata(values)
    return image


def noise(width, height):
    """Half of it colours at random, half only black and white: their overshoot must be clamped."""
    values = []
    for i in range(width * height):
        hard = RANDOM.choice([(0, 0, 0), (255, 255, 255), (255, 0, 0)])
        values.append(hard if i % width < width // 2 else tuple(RANDOM.randrange(256) for _ in range(3)))
    return pixels(Image.new("RGB", (width, height)), values)


def resizes():
    source = noise(45, 31)
    source.save(OUT / "noise.png")
    for x, y, w, h, width, height in RESIZES:
        part = source.crop((x, y, x + w, y + h))
        part.resize((width, height), Image.BICUBIC).save(OUT / f"noise_{x}_{y}_{w}_{h}_{width}_{height}.png")


def evaluation():
    """The first is the case of OpenAI's own preprocessing in npm's modelzoo 0.0.4; odd surpluses round to even."""
    square = Image.new("RGB", (128, 64), (255, 255, 255))
    square.paste((100, 100, 100), (48, 16, 80, 48))
    for name, image in (("square", square), ("tall", noise(30, 47)), ("wide", noise(61, 33))):
        image.save(OUT / f"evaluation_{name}.png")
        width, height = image.size
        short = min(width, height)
        size = 32 if name == "square" else 20
        scaled = image.resize((int(size * width / short), int(size * height / short)), Image.BICUBIC)
        left, top = (int(round((side - size) / 2.0)) for side in scaled.size)
        scaled.crop((left, top, left + size, top + size)).save(OUT / f"evaluation_{name}_{size}.png")


def kinds():
    rgba = pixels(Image.new("RGBA", (9, 6)), [tuple(RANDOM.randrange(256) for _ in range(4)) for _ in range(54)])
    grey = pixels(Image.new("L", (9, 6)), [RANDOM.randrange(256) for _ in range(54)])
    grey_alpha = Image.merge("LA", (grey, rgba.getchannel("A")))
    palette = rgba.convert("RGB").quantize(7)
    bits = grey.convert("1")
    for name, image in (("rgba", rgba), ("grey", grey), ("greyalpha", grey_alpha), ("palette", palette), ("bits", bits)):
        image.save(OUT / f"kind_{name}.png")
        image.convert("RGB").save(OUT / f"kind_{name}_rgb.png")
    grey.resize((36, 24)).save(OUT / "kind_grey.jpg", quality=95)
    noise(36, 24).resize((9, 6), Image.BOX).resize((36, 24)).save(OUT / "kind_colour.jpg", quality=95, subsampling=0)
    for name in ("grey", "colour"):
        Image.open(OUT / f"kind_{name}.jpg").convert("RGB").save(OUT / f"kind_{name}_jpg_rgb.png")


def few_bits(depth):
    """Grey of less than a byte with one transparent shade, which Pillow reads but does not write."""
    shades = [[RANDOM.randrange(2**depth) for _ in range(9)] for _ in range(6)]
    width = -(-9 * depth // 8)
    rows = b"".join(
        b"\0" + int("".join(f"{shade:0{depth}b}" for shade in row).ljust(8 * width, "0"), 2).to_bytes(width, "big")
        for row in shades
    )
    header = struct.pack(">IIBBBBB", 9, 6, depth, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"tRNS", b"\0\1"), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    file = OUT / f"kind_grey{depth}.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    opaque = Image.open(file).convert("RGB")
    opaque.info.clear()
    opaque.save(OUT / f"kind_grey{depth}_rgb.png")


OUT.mkdir(parents=True, exist_ok=True)
resizes()
evaluation()
kinds()
for bits in (1, 2, 4):
    few_bits(bits)
