"""Writes pictures in the formats beside JPEG and PNG, and what Pillow makes of each, which PictureFormatsTest compares with.

python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python formats.py ../../tinyclip/src/test/resources/io/tinyclip/image/formats
"""
import io
import random
import struct
import sys
from pathlib import Path

from PIL import Image

OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
RANDOM = random.Random(18)
WIDTH, HEIGHT = 21, 13


def photo(mode="RGB"):
    """Smooth colours with some noise, so that lossy formats have something to lose."""
    values = []
    for y in range(HEIGHT):
        for x in range(WIDTH):
            base = (x * 12, y * 19, (x + y) * 7)
            values.append(tuple(min(255, c + RANDOM.randrange(20)) for c in base))
    image = Image.new("RGB", (WIDTH, HEIGHT))
    image.putdata(values)
    if mode == "RGBA":
        alpha = Image.new("L", image.size)
        alpha.putdata([RANDOM.choice([0, 100, 255]) for _ in values])
        image.putalpha(alpha)
        return image
    return image.convert(mode)


def write(name, data):
    (OUT / name).write_bytes(data)
    with Image.open(io.BytesIO(data)) as image:
        image.convert("RGB").save(OUT / (name + ".png"))


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def webp():
    write("lossy.webp", saved(photo(), "WEBP", quality=70))
    write("lossless.webp", saved(photo(), "WEBP", lossless=True))
    write("lossy-alpha.webp", saved(photo("RGBA"), "WEBP", quality=70, exact=True))
    write("lossless-alpha.webp", saved(photo("RGBA"), "WEBP", lossless=True, exact=True))
    frames = [photo(), photo().rotate(180)]
    write("moving.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    chunk = saved(photo(), "WEBP", lossless=True)[12:]
    number = lambda value: struct.pack("<I", value)[:3]
    frame = number(3) + number(2) + number(WIDTH - 1) + number(HEIGHT - 1) + number(100) + b"\0" + chunk
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + number(39) + number(29)
    body += b"ANIM" + struct.pack("<IIH", 6, 0, 0) + b"ANMF" + struct.pack("<I", len(frame)) + frame
    write("moving-offset.webp", b"RIFF" + struct.pack("<I", len(body)) + body)


def gif():
    palette = photo().quantize(40)
    write("palette.gif", saved(palette, "GIF"))
    write("grey.gif", saved(photo("L"), "GIF"))
    write("moving.gif", saved(palette, "GIF", save_all=True, append_images=[palette.rotate(180)], transparency=3))
    small = bytearray(saved(palette, "GIF"))
    small[6:10] = struct.pack("<HH", 30, 20)
    at = small.index(b"\x2c\0\0\0\0" + struct.pack("<HH", WIDTH, HEIGHT))
    small[at + 1 : at + 5] = struct.pack("<HH", 4, 3)
    write("offset.gif", bytes(small))
    clear = bytearray(saved(palette, "GIF", transparency=5))
    clear[6:10] = struct.pack("<HH", 30, 20)
    write("offset-transparent.gif", bytes(clear))


def bmp(bits, rows, height, masks=()):
    header = struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, bits, 3 if masks else 0, len(rows), 0, 0, 0, 0)
    header += b"".join(struct.pack("<I", mask) for mask in masks)
    return b"BM" + struct.pack("<IHHI", 14 + len(header) + len(rows), 0, 0, 14 + len(header)) + header + rows


def bmps():
    write("colour.bmp", saved(photo(), "BMP"))
    write("palette.bmp", saved(photo().quantize(40), "BMP"))
    write("grey.bmp", saved(photo("L"), "BMP"))
    write("black.bmp", saved(photo("1"), "BMP"))
    write("alpha.bmp", saved(photo("RGBA"), "BMP"))
    rows = b"".join(RANDOM.randbytes(WIDTH * 2) + b"\0\0" for _ in range(HEIGHT))
    write("555.bmp", bmp(16, rows, HEIGHT))
    write("565.bmp", bmp(16, rows, HEIGHT, (0xF800, 0x7E0, 0x1F)))
    write("top-down.bmp", bmp(24, b"".join(RANDOM.randbytes(WIDTH * 3) + b"\0" for _ in range(HEIGHT)), -HEIGHT))
    write("32.bmp", bmp(32, RANDOM.randbytes(WIDTH * HEIGHT * 4), HEIGHT))


def tiff(order, samples, bits, meaning, data, more=()):
    """One strip, not compressed; the bits of more than two samples lie behind the directory."""
    kind = 3
    entries = [
        (256, kind, 1, WIDTH),
        (257, kind, 1, HEIGHT),
        (258, kind, samples, bits),
        (259, kind, 1, 1),
        (262, kind, 1, meaning),
        (273, 4, 1, 0),
        (277, kind, 1, samples),
        (278, kind, 1, HEIGHT),
        (279, 4, 1, len(data)),
        *more,
    ]
    after = 8 + 2 + 12 * len(entries) + 4
    listed = struct.pack(f"{order}{samples}H", *[bits] * samples) if samples > 2 else b""
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(entries))
    for tag, kind, count, value in sorted(entries):
        if tag == 258 and listed:
            out += struct.pack(order + "HHII", tag, kind, count, after)
        elif tag == 273:
            out += struct.pack(order + "HHII", tag, kind, count, after + len(listed))
        elif kind == 3:
            out += struct.pack(order + "HHIHH", tag, kind, count, value, 0)
        else:
            out += struct.pack(order + "HHII", tag, kind, count, value)
    return out + b"\0\0\0\0" + listed + data


def tiffs():
    write("colour.tif", saved(photo(), "TIFF"))
    write("lzw.tif", saved(photo(), "TIFF", compression="tiff_lzw"))
    write("deflate-alpha.tif", saved(photo("RGBA"), "TIFF", compression="tiff_adobe_deflate"))
    write("packbits-grey.tif", saved(photo("L"), "TIFF", compression="packbits"))
    write("group4.tif", saved(photo("1"), "TIFF", compression="group4"))
    write("palette.tif", saved(photo().quantize(40), "TIFF"))
    write("ink.tif", saved(photo("CMYK"), "TIFF", compression="tiff_lzw"))
    write("jpeg.tif", saved(photo(), "TIFF", compression="jpeg"))
    grey = Image.new("I;16", (WIDTH, HEIGHT))
    grey.putdata([RANDOM.randrange(600) for _ in range(WIDTH * HEIGHT)])
    write("grey16.tif", saved(grey, "TIFF"))
    for orientation in range(2, 9):
        write(f"orientation{orientation}.tif", saved(photo(), "TIFF", tiffinfo={274: orientation}))
    write("colour16.tif", tiff("<", 3, 16, 2, RANDOM.randbytes(WIDTH * HEIGHT * 6)))
    write("colour16-big.tif", tiff(">", 3, 16, 2, RANDOM.randbytes(WIDTH * HEIGHT * 6)))
    write("white-is-zero.tif", tiff("<", 1, 8, 0, RANDOM.randbytes(WIDTH * HEIGHT)))
    write("grey4.tif", tiff("<", 1, 4, 1, RANDOM.randbytes((WIDTH + 1) // 2 * HEIGHT)))


webp()
gif()
bmps()
tiffs()
