"""Writes the tables of characters that the tokenizer needs beside the JDK.

python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python characters.py ../../tinyclip/src/main/resources/io/tinyclip/text

code-points.txt: what counts as a letter and a number for the package regex; Python's lower case, and which characters
its rule for the final sigma finds cased and which it skips.
repair/code-pages.txt: the upper half of code pages of one byte, in the order in which ftfy tries them.
repair/badness.txt: ftfy's classes of characters, and its rules for what looks broken.
"""
import inspect
import re
import sys
import textwrap
from pathlib import Path

import ftfy.badness
import ftfy.bad_codecs
import regex
from ftfy.chardata import CHARMAP_ENCODINGS

OUT = Path(sys.argv[1])
EVERY = [chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000]


def ranges(numbers):
    """As 61-7a or aa."""
    found = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in found]


def lower():
    """As 41-5a:20, the last being the distance in hexadecimal."""
    found = []
    for char in EVERY:
        small = char.lower()
        if len(small) != 1 or small == char:
            continue
        distance = ord(small) - ord(char)
        if found and found[-1][1] == ord(char) - 1 and found[-1][2] == distance:
            found[-1][1] = ord(char)
        else:
            found.append([ord(char), ord(char), distance])
    return [f"{a:x}-{b:x}:{d:x}" if a != b else f"{a:x}:{d:x}" for a, b, d in found]


def lines(key, words):
    return [f"{key} {line}" for line in textwrap.wrap(" ".join(words), 110, break_on_hyphens=False)]


def code_points():
    letters = [ord(c) for c in EVERY if regex.match(r"\p{L}", c)]
    numbers = [ord(c) for c in EVERY if regex.match(r"\p{N}", c)]
    cased = [ord(c) for c in EVERY if ends_word(c + "\u03a3")]
    ignored = {ord(c) for c in EVERY if ends_word("A" + c + "\u03a3")} - set(cased)
    tables = {"letter": letters, "number": numbers, "cased": cased, "ignored": ignored}
    return [line for name, table in tables.items() for line in lines(name, ranges(table))] + lines("lower", lower())


def ends_word(text):
    """Whether the sigma at the end is a final one to Python, which tells what it takes for cased and what it skips."""
    return text.lower().endswith("\u03c2")


def members(inside):
    """What stands between brackets: names of classes as they are, characters as +61-7a."""
    names = re.findall(r"\{(\w+)\}", inside)
    rest = re.sub(r"\{\w+\}", "", inside)
    chars = re.compile(f"[{rest}]") if rest else None
    return ",".join([*names, *(f"+{r}" for r in ranges(ord(c) for c in EVERY if chars and chars.match(c)))])


def rules():
    """The alternatives of ftfy's expression: a set of characters for each place, ! before one that must not be there, ^ for
    the start of the text; an optional place makes two rules."""
    source = inspect.getsource(ftfy.badness)
    template = re.search(r'BADNESS_RE = re.compile\(\s*r"""(.*?)"""', source, re.DOTALL).group(1)
    template = re.sub(r"(?m)^\s*#.*$", "", template)
    for rule in template.split("\n    |\n"):
        places = [[]]
        for match in re.finditer(r"\[(\^?)([^\]]*)\]|(\\[sw])|([.^?])|(\S)", rule):
            negated, inside, escape, sign, literal = match.groups()
            if sign == "?":
                places = [*places, *(place[:-1] for place in places)]
                continue
            place = {"\\s": "space", "\\w": "word", ".": "!+a", "^": "^"}.get(escape or sign)
            place = place or ("!" if negated else "") + members(literal or inside)
            places = [[*before, place] for before in places]
        yield from (f"rule {' '.join(place)}" for place in places)


def pages():
    return [line for encoding in CHARMAP_ENCODINGS for line in lines(
        encoding.removeprefix("sloppy-"), (f"{ord(c):x}" for c in bytes(range(0x80, 0x100)).decode(encoding)))]


def badness():
    found = []
    for name, characters in ftfy.badness.MOJIBAKE_CATEGORIES.items():
        category = re.compile(f"[{characters}]")
        found += lines(f"class {name}", ranges(ord(c) for c in EVERY if category.match(c)))
    found += lines("class space", ranges(ord(c) for c in EVERY if c.isspace()))
    found += lines("class word", ranges(ord(c) for c in EVERY if c.isalnum() or c == "_"))
    return [*found, *rules()]


for name, content in (("code-points", code_points()), ("repair/code-pages", pages()), ("repair/badness", badness())):
    (OUT / f"{name}.txt").write_text("\n".join(content) + "\n", encoding="ascii")
