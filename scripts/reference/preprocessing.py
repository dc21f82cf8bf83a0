"""Writes the 50 pictures of PreprocessingParityTest, and what OpenCLIP's preprocessing makes of each.

python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python preprocessing.py ../../tinyclip/src/test/resources/io/tinyclip/image/parity

cases.txt has a picture a line: file, size, resize, mode, interpolation; FILE.png is the square input before
normalisation. The script says where Hugging Face's CLIPImageProcessor gives other pixels than OpenCLIP; FILE.floor.png is
what it gives there (but for pictures up to 3 pixels high, which it takes for channels).
"""
import random
import struct
import sys
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image, ImageDraw
from torchvision import transforms
from transformers import CLIPImageProcessor

OUT = Path(sys.argv[1])
RANDOM = random.Random(50)
CLIP = (32, 32, "SHORTEST", "BICUBIC")
SMALL = (20, 20, "SHORTEST", "BICUBIC")
CASES = []


def scene(width, height):
    """Slopes, hard edges and fine texture."""
    image = Image.new("RGB", (width, height))
    values = [(255 * x // width, 255 * y // height, 8 * x * y % 256) for y in range(height) for x in range(width)]
    image.putdata(values)
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y, w, h = (RANDOM.randrange(n) for n in (width, height, width, height))
        draw.ellipse((x, y, x + w // 2, y + h // 2), fill=tuple(RANDOM.choice((0, 90, 255)) for _ in range(3)))
    return image


def alpha(image):
    mask = Image.linear_gradient("L").resize(image.size)
    image.putalpha(mask)
    return image


def save(name, image, case=CLIP, **options):
    image.save(OUT / name, **options)
    CASES.append((name, case))


def write(name, data, case=CLIP):
    (OUT / name).write_bytes(data)
    CASES.append((name, case))


def jpeg():
    for kind, chroma in (("444", 0), ("422", 1), ("420", 2)):
        save(f"jpeg-{kind}.jpg", scene(61, 47), quality=90, subsampling=chroma)
        save(f"jpeg-{kind}-progressive.jpg", scene(50, 64), quality=60, subsampling=chroma, progressive=True)
    save("jpeg-coarse.jpg", scene(70, 41), quality=8)
    save("jpeg-rgb.jpg", scene(40, 48), quality=90, keep_rgb=True)
    save("jpeg-restarts.jpg", scene(64, 48), quality=85, restart_marker_rows=1)
    save("jpeg-grey.jpg", scene(48, 40).convert("L"), quality=85)
    save("jpeg-grey-progressive.jpg", scene(40, 48).convert("L"), quality=60, progressive=True)
    save("jpeg-cmyk.jpg", scene(48, 40).convert("CMYK"), quality=90)
    save("jpeg-cmyk-progressive.jpg", scene(40, 48).convert("CMYK"), quality=70, progressive=True)
    for name, image in (("jpeg-ycck", scene(45, 40)), ("jpeg-ycck-dark", scene(40, 45).point(lambda v: v // 3))):
        write(f"{name}.jpg", ycck(image))
    for orientation in (2, 3, 6, 8):
        exif = Image.Exif()
        exif[0x112] = orientation
        save(f"jpeg-orientation-{orientation}.jpg", scene(56, 40), quality=80, exif=exif)
    save("jpeg-tiny-1x1.jpg", Image.new("RGB", (1, 1), (200, 30, 90)), quality=90)
    save("jpeg-tiny-2x3.jpg", scene(2, 3), quality=90)
    save("jpeg-very-wide.jpg", scene(900, 8), quality=80)
    save("jpeg-very-tall.jpg", scene(7, 700), quality=80)
    save("jpeg-profile.jpg", scene(40, 40), quality=80, icc_profile=b"\0" * 200)
    save("jpeg-smaller.jpg", scene(21, 17), quality=90)


def ycck(image):
    """Pillow writes no YCCK, but CMYK with luma and chroma in it and Adobe's mark changed is just that."""
    black = image.convert("L").point(lambda v: v // 2)
    planes = [plane.point(lambda v: 255 - v) for plane in image.convert("YCbCr").split()]
    file = BytesIO()
    Image.merge("CMYK", (*planes, black)).save(file, "jpeg", quality=92)
    data = bytearray(file.getvalue())
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)


def write_png(name, header, rows):
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    write(name, b"\x89PNG\r\n\x1a\n" + body)


def png16(name, kind, samples):
    """A PNG of 16 bits; samples (height, width, channels)."""
    height, width, _ = samples.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    write_png(name, struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0), rows)


def interlaced(name, image):
    """Adam7, which Pillow reads but does not write."""
    pixels = np.asarray(image)
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    parts = [pixels[y::down, x::across] for x, y, across, down in passes]
    rows = b"".join(b"\0" + row.tobytes() for part in parts if part.size for row in part)
    height, width = pixels.shape[:2]
    kind = 0 if pixels.ndim == 2 else 2
    write_png(name, struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 1), rows)


def png():
    palette = scene(48, 40).quantize(40)
    save("png-rgb.png", scene(41, 37), optimize=True)
    save("png-alpha.png", alpha(scene(40, 36)), optimize=True)
    save("png-alpha-small.png", alpha(scene(12, 30)), SMALL, optimize=True)
    save("png-grey.png", scene(36, 40).convert("L"), optimize=True)
    save("png-grey-alpha.png", alpha(scene(36, 40).convert("L")), optimize=True)
    save("png-palette.png", palette)
    save("png-palette-transparent.png", palette, transparency=3)
    save("png-palette-alphas.png", palette, transparency=bytes(range(0, 240, 6)))
    save("png-palette-2bit.png", scene(40, 36).quantize(4), bits=2)
    save("png-1bit.png", scene(64, 50).convert("1"))
    save("png-rgb-transparent.png", scene(34, 34), transparency=(255, 90, 0))
    save("png-grey-transparent.png", scene(34, 34).convert("L"), transparency=0)
    ramp = np.linspace(0, 700, 40 * 36).reshape(36, 40, 1)
    png16("png-grey-16bit.png", 0, ramp)
    colours = np.asarray(alpha(scene(36, 36))).astype(np.uint16) * 257
    png16("png-rgb-16bit.png", 2, colours[:, :, :3])
    png16("png-rgb-alpha-16bit.png", 6, colours)
    png16("png-grey-alpha-16bit.png", 4, colours[:, :, :2])
    interlaced("png-interlaced.png", scene(45, 35))
    interlaced("png-interlaced-grey.png", scene(35, 45).convert("L"))


def kinds():
    """Other preprocessing than CLIP's."""
    for name, case in (
        ("kind-bilinear", (32, 32, "SHORTEST", "BILINEAR")),
        ("kind-bilinear-larger", (20, 27, "SHORTEST", "BILINEAR")),
        ("kind-squash", (32, 32, "SQUASH", "BICUBIC")),
        ("kind-squash-bilinear", (20, 20, "SQUASH", "BILINEAR")),
        ("kind-crop", (20, 23, "SHORTEST", "BICUBIC")),
        ("kind-padded", (32, 21, "SHORTEST", "BICUBIC")),
        ("kind-padded-odd", (20, 17, "SHORTEST", "BILINEAR")),
    ):
        save(f"{name}.jpg", scene(59, 38), case, quality=85)


def reference(file, case):
    size, resize, mode, interpolation = case
    picture = Image.open(file).convert("RGB")
    if resize == size:
        settings = PreprocessCfg(size=size, interpolation=interpolation.lower(), resize_mode=mode.lower())
        steps = image_transform_v2(settings, is_train=False).transforms
        assert [type(s).__name__ for s in steps[-2:]] == ["ToTensor", "Normalize"]
        steps = steps[:-2]
    else:
        filters = {"BICUBIC": transforms.InterpolationMode.BICUBIC, "BILINEAR": transforms.InterpolationMode.BILINEAR}
        steps = [transforms.Resize(resize, interpolation=filters[interpolation]), transforms.CenterCrop(size)]
    for step in steps:
        picture = step(picture)
    return np.asarray(picture)


def hugging_face(file, case):
    size, resize, mode, interpolation = case
    side = {"shortest_edge": resize} if mode == "SHORTEST" else {"height": size, "width": size}
    processor = CLIPImageProcessor(
        size=side, crop_size=size, resample=getattr(Image.Resampling, interpolation), do_center_crop=mode == "SHORTEST",
        do_rescale=False, do_normalize=False)
    return np.asarray(processor(Image.open(file).convert("RGB"))["pixel_values"][0]).transpose(1, 2, 0)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    jpeg()
    png()
    kinds()
    for name, case in CASES:
        pixels = reference(OUT / name, case)
        Image.fromarray(pixels).save(OUT / f"{name}.png", optimize=True)
        other = hugging_face(OUT / name, case)
        if np.abs(other.astype(int) - pixels).max() > 0:
            print(f"{name}: Hugging Face differs by up to {np.abs(other.astype(int) - pixels).max()}")
            floored(name, case, other)
    lines = (" ".join(map(str, (name, *case))) for name, case in CASES)
    (OUT / "cases.txt").write_text("\n".join(lines) + "\n")
    print(f"{len(CASES)} pictures")


def floored(name, case, pixels):
    """What Hugging Face's processor makes of a picture whose middle it rounds down, where OpenCLIP does not."""
    size, resize, mode, _ = case
    width, height = Image.open(OUT / name).size
    if mode == "SHORTEST" and resize >= size and min(width, height) > 3:
        Image.fromarray(pixels).save(OUT / f"{name}.floor.png", optimize=True)


main()
