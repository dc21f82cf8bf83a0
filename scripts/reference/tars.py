"""Writes the tars that TarReaderTest reads, by Python's own tarfile: long names in three dialects, a link, a folder.

python tars.py ../../tinyclip/src/test/resources/io/tinyclip/data
"""
import io
import sys
import tarfile
from pathlib import Path

OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
DIALECTS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def add(tar, name, data=b"", kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, link
    tar.addfile(info, io.BytesIO(data))


for dialect, number in DIALECTS.items():
    depth = 20 if dialect == "ustar" else 40
    with tarfile.open(OUT / f"{dialect}.tar", "w", format=number, encoding="utf-8") as tar:
        add(tar, "folder/" * depth + "sch\u00f6n.txt", b"one")
        add(tar, "folder", kind=tarfile.DIRTYPE)
        add(tar, "l" * 80, kind=tarfile.SYMTYPE, link="m" * (90 if dialect == "ustar" else 200))
        add(tar, "b.txt", b"x" * 512)
        add(tar, "d.txt")
