"""Writes reference-tokens.json: ids of awkward texts by OpenAI's algorithm, restated over Python's own regex and html.

python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python tokens.py ../../tinyclip/src/main/resources/io/tinyclip/text/bpe-merges.txt.gz > reference-tokens.json
"""
import gzip
import html
import json
import sys

import regex

WORDS = regex.compile(
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE)
SPECIAL = {"<|startoftext|>": 49406, "<|endoftext|>": 49407}
TEXTS = [
    "A man's best friend: they'll, we've, I'm, you're, he'd, can't",
    "3 cats & 12 dogs, 100% fun!!! $9.99",
    "fish &amp;amp; chips &lt3 &notit; &NotEqualTilde; &foo; &#x41;&#65 &#128; &#0; &#xD800; &#99999999; &#1; &#000065;",
    "caf\u00e9 na\u00efve \u00dcber stra\u00dfe \u0130stanbul \u03a3\u0391\u03a3 \u03a3 \u03a3\u0391\u03a3\u03b1 \u039f\u03a3\u0301.",
    "\u65e5\u672c\u8a9e \ud55c\uad6d\uc5b4 \u0939\u093f\u0928\u094d\u0926\u0940 \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "emoji \U0001f600\U0001f44d\U0001f3fd \u2764\ufe0f family \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "odd spaces:\u00a0\u2003x\u3000y\u0085z\u200bw \x1cinside\x1f at the ends\x1c",
    "numbers \u00bd \u2167 \u00b2 \u0663 1234567",
    "<|startoftext|> inside <|ENDOFTEXT|> a text",
    "snake_case kebab-case http://example.org/a?b=c&d=e #hashtag @name",
    "\u017f'\u017f k\u212a",
    "word " * 100,
]


def letters():
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [b for b in range(256) if b not in shown]
    return dict(zip(shown + hidden, [*map(chr, shown), *(chr(256 + i) for i in range(len(hidden)))]))


def clean(text):
    text = html.unescape(html.unescape(text)).strip()
    return regex.sub(r"\s+", " ", text).strip().lower()


def main():
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as file:
        merges = [tuple(line.split()) for line in file.read().split("\n")[1:48895]]
    alphabet = letters()
    names = [*alphabet.values(), *(c + "</w>" for c in alphabet.values()), *("".join(m) for m in merges)]
    ids, ranks = {name: i for i, name in enumerate(names)}, {m: i for i, m in enumerate(merges)}

    def word_ids(word):
        if word in SPECIAL:
            return [SPECIAL[word]]
        parts = [alphabet[b] for b in word.encode()]
        parts[-1] += "</w>"
        while True:
            found = [(ranks[p], p) for p in zip(parts, parts[1:]) if p in ranks]
            if not found:
                return [ids[p] for p in parts]
            best, joined = min(found)[1], []
            while parts:
                pair = tuple(parts[:2]) == best
                joined.append("".join(parts[:2]) if pair else parts[0])
                parts = parts[2 if pair else 1:]
            parts = joined

    cases = []
    for text in TEXTS:
        row = [49406, *(i for w in WORDS.findall(clean(text)) for i in word_ids(w)), 49407]
        cases.append({"text": text, "ids": row if len(row) <= 77 else row[:76] + [49407]})
    print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")


main()
