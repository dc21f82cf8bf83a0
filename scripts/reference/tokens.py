"""Writes reference-tokens.json: OpenCLIP's ids of 1,000 awkward texts; and says where Hugging Face's tokenizers differ.

python -m venv v && v/bin/pip install -r requirements.txt
v/bin/python tokens.py ../../tinyclip/src/test/resources/io/tinyclip/text/reference-tokens.json

Ids are the text's own, without the start token, and without the end token unless the text was cut off.
"""
import gzip
import html
import json
import random
import sys
import tempfile
import unicodedata
from pathlib import Path

import ftfy.bad_codecs  # registers the code pages with names that start with sloppy-
from open_clip.tokenizer import SimpleTokenizer, default_bpe
from transformers import CLIPTokenizer, CLIPTokenizerFast

COUNT, CONTEXT, START, END = 1000, 77, 49406, 49407
RANDOM = random.Random(1000)
PHRASES = """caf\u00e9 cr\u00e8me, d\u00e9j\u00e0 vu \u00e0 la carte|Gr\u00f6\u00dfe \u00dcbermut f\u00fcr \u00c4rzte
\u00bfD\u00f3nde est\u00e1 el ni\u00f1o? \u00a1Aqu\u00ed!|S\u00e3o Paulo \u00e0s 3h, \u00e0quela cora\u00e7\u00e3o|\u0130stanbul'da \u0131\u015f\u0131k, DI\u011eER \u011f\u00fcn
Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144|P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd k\u016f\u0148|\u00e1rv\u00edzt\u0171r\u0151 t\u00fck\u00f6rf\u00far\u00f3g\u00e9p
\u0160ien\u0105 \u0105\u017euolas \u0117jo|\u0393\u03b5\u03b9\u03ac \u03c3\u03bf\u03c5 \u039a\u038c\u03a3\u039c\u0395 \u039f\u03a3|\u041f\u0440\u0438\u0432\u0435\u0442, \u0401\u043b\u043a\u0430 \u0438 \u0457\u0436\u0430\u043a
\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u062c\u0645\u064a\u0644\u0629|\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05e2\u05d5\u05dc\u05dd|\u0939\u093f\u0928\u094d\u0926\u0940 \u092d\u093e\u0937\u093e
\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22|\u65e5\u672c\u8a9e\u306e\u5199\u771f|\ud55c\uad6d\uc5b4 \uc0ac\uc9c4|\u4e2d\u6587\u7167\u7247\u3002
Ti\u1ebfng Vi\u1ec7t \u1ea3nh|\u10e5\u10d0\u10e0\u10d7\u10e3\u10da\u10d8 \u1c90\u1c91|\u0531\u0580\u0574\u0565\u0576|\u1275\u130d\u122d\u129b \u134e\u1276|\u0bae\u0bbf\u0bb4\u0bcd
\u201cQuoted\u201d \u2018text\u2019 \u2013 it\u2019s 5\u20ac\u2026 \u2122|\ufb01ne \ufb02uffy \ufb00 \ufb05 \u01c5 \u0132 \u0149s|\uff37\uff49\uff44\uff45 \u3000\uff8a\uff9d\uff76\uff78 \uffe5
\U0001f600\U0001f44d\U0001f3fd ok|\U0001f468\u200d\U0001f469\u200d\U0001f467 family|\u2764\ufe0f \U0001f1e9\U0001f1ea 1\ufe0f\u20e3|x\u00b2 \u00b1 \u00bd \u00d7 3\u00b0C \u00b5m
\u1d4f\u1d58\u1d57\u1d49 \U0001d4d0\U0001d4eb \u24b6\u24d1|\u2167 \u0663\u0664 \u0967 \U0001d7d9 \u3289 \u516b|o\u0308 e\u0301\u0323 Z\u0351\u036b\u0343 \u1100\u1161\u11a8"""
PHRASES = [phrase for line in PHRASES.split("\n") for phrase in line.split("|")]
PLAIN = """A man's best friend: they'll, we've, I'm, you're, he'd, can't|DON'T SHOUT, IT'S LATE 'S 'T 'RE 'Ve|rock'n'roll o'clock '90s ''s
3 cats & 12 dogs, 100% fun!!! $9.99|numbers 1234567 007 1,000.5 1e-9 0x1F|snake_case kebab-case CamelCase http://example.org/a?b=c&d=e #tag @name
C:\\temp\\new.txt {json: [1, 2]} <b>bold</b>|\u017f'\u017f k\u212a|\u0130I\u0131i|\u03a3\u0391\u03a3 \u03a3 \u03a3\u0391\u03a3\u03b1 \u039f\u03a3\u0301. \u0391\u03a3' \u03a3\u00ad\u03a3 \u0391:\u03a3
\u01c4\u01c5\u01c6 \u1f88 \u1f80 \u1fbc \u03b9\u0308\u0301 \u0390|\u00df \u1e9e STRASSE|this&not that &ampere &lt3 &copy 2020 AT&T R&D|<p>P&eacute;rez &amp; sons</p>
a&lt;b\n<i>&amp;eacute;</i>\n&eacute;|&lt;start_of_text&gt; hidden|price: &#163;5 &pound5; &POUND;|\u00e2\u20ac\u2122\u00c0\n next|a\u0300\u0300\u0300 b|'\u017ftart|x\u0345y \u0345|<\u017ftart_of_text>
| |\t\n|.|...|\u2026|'|''''|-|\u200b|\ufeff|\u00ad|\ufffd|\u0000|a|A|1|\u00e9|\u6f22|\U0001f600|<|&|&amp;|&;|<start_of_text>|<end_of_text>|<|x|>"""
PLAIN = [text for line in PLAIN.split("\n") for text in line.split("|")]
SPECIAL = ["<|startoftext|>", "<|endoftext|>", "<|ENDOFTEXT|>", "<start_of_text>", "<END_OF_TEXT>", "< end_of_text >", "</w>"]
ENTITIES = """amp; lt; gt; quot; apos; nbsp; eacute; EACUTE; NTILDE; nTILDE; SZLIG; copy; COPY; Jscr; checkmark; NotEqualTilde; hellip; mdash; frac12; CounterClockwiseContourIntegral;
thetasym; notit; notin; noti foo; #65; #65 #x41; #X41; #x41 #128; #150; #133; #129; #0; #1; #11; #13; #127; #8217; #x2019; #xD800; #xD83D;&#xDE00; #x1F600; #xFDD0;
#xFFFE; #1114112; #99999999; #000065; #x; #; #12ab; #xg; lsquo;&rsquo; ldquo;&rdquo; amp;amp; amp;lt; amp;#39; amp;eacute; amp;amp;lt; amp;amp;amp;lt; AMP; AMP;AMP; shy; zwj; zwnj; ensp; Tab; NewLine; fjlig; bne;""".split()
SPACES = "\t \n \r \r\n \x0b \x0c \x1c \x1f \x85 \xa0 \u1680 \u180e \u2003 \u2009 \u200b \u200c \u200d \u2028 \u2029 \u202f \u205f \u2060 \u3000 \ufeff".split(" ")
CONTROLS = [*map(chr, [*range(9), *range(14, 32), *range(127, 160)]), "\x1b[31mred\x1b[0m", "\x1b[;m", "\x1b[5", "\u202eabc", "\u206a", "\ufff9x\ufffa", "\ufffc", "\ud83d", "\udca9", "\udca9\ud83d", "\U000e0067", "\ue000", "\uffff"]
PAGES = ["latin-1", *(f"sloppy-windows-{n}" for n in (1252, 1251, 1250, 1253, 1254, 1257)), "iso-8859-2", "mac_roman", "cp437"]
BLOCKS = [(0xA0, 0x250), (0x250, 0x370), (0x370, 0x530), (0x530, 0x1100), (0x1100, 0x2000), (0x2000, 0x3000), (0x3000, 0xA000), (0xA000, 0xD800), (0xE000, 0x10000), (0x10000, 0x18000), (0x1D400, 0x20000)]


def mangled(text, page, rest="strict"):
    """As if read with the wrong code page; what cannot be is left out."""
    try:
        return text.encode("utf-8").decode(page, rest)
    except UnicodeDecodeError:
        return text


def broken():
    for phrase in PHRASES:
        for page in RANDOM.sample(PAGES, 7):
            yield mangled(phrase, page)
        yield mangled(mangled(phrase, "sloppy-windows-1252"), RANDOM.choice(PAGES))
        yield mangled(phrase, "latin-1").replace("\u00a0", " ")
        yield mangled(phrase, "windows-1252", "replace")
        yield mangled(phrase, "sloppy-windows-1252") + " \u2014 " + RANDOM.choice(PHRASES)
    yield "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080 pair \u00c0\u0080 zero"


def letters():
    """Assigned ones: what is not may be assigned by the next Unicode."""
    first, end = RANDOM.choice(BLOCKS)
    picked = (chr(RANDOM.randrange(first, end)) for _ in range(RANDOM.randrange(2, 12)))
    return "".join(c for c in picked if unicodedata.category(c) not in ("Cn", "Cs", "Co"))


def mixed():
    pools = [PHRASES, PHRASES, PLAIN, SPECIAL, [f"&{e}" for e in ENTITIES], SPACES, CONTROLS, [str(RANDOM.randrange(10 ** 6))]]
    parts = []
    for _ in range(RANDOM.randrange(2, 6)):
        part = RANDOM.choice(RANDOM.choice(pools)) if RANDOM.random() < 0.75 else letters()
        change = RANDOM.choice([str, str, str.upper, str.title, html.escape, lambda t: mangled(t, RANDOM.choice(PAGES)),
                                lambda t: unicodedata.normalize("NFD", t)])
        try:
            parts.append(change(part))
        except UnicodeEncodeError:  # halves of a pair
            parts.append(part)
    return RANDOM.choice(["", " ", " "]).join(parts)


def texts():
    found = dict.fromkeys(json.loads(json.dumps(text)) for text in [
        *PLAIN, *PHRASES, *(p.upper() for p in PHRASES), *(unicodedata.normalize("NFD", p) for p in PHRASES),
        *(f"x &{e} y" for e in ENTITIES), *(f"&amp;{e}z" for e in ENTITIES[::3]), *(f"{s}in{s}side{s}" for s in SPACES),
        *(f"a{c}b {c}" for c in CONTROLS), *(f"{s}a{s} {s.upper()}" for s in SPECIAL), *broken(),
        "word " * 100, "wort" * 100, "\U0001f600" * 60, "\u00e9 " * 76, "a " * 74 + "b c", "a " * 75 + "b c", "7" * 200, "!" * 300,
        "\u65e5\u672c" * 60, "<end_of_text>" * 80])
    while len(found) < COUNT:
        found[json.loads(json.dumps(mixed()))] = None
    return list(found)[:COUNT]


def hugging_face(tokenizer):
    """Built from the same merges, in the way of the published files."""
    folder = Path(tempfile.mkdtemp())
    vocabulary = {name: i for name, i in tokenizer.encoder.items() if i < START}
    vocabulary |= {"<|startoftext|>": START, "<|endoftext|>": END}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    merges = gzip.open(default_bpe(), "rt", encoding="utf-8").read().split("\n")[: START - 512 + 1]
    (folder / "merges.txt").write_text("\n".join(merges) + "\n", encoding="utf-8")
    return [kind(str(folder / "vocab.json"), str(folder / "merges.txt")) for kind in (CLIPTokenizer, CLIPTokenizerFast)]


def main():
    tokenizer = SimpleTokenizer()
    others = hugging_face(tokenizer)
    different = [[] for _ in others]
    cases = []
    for text in texts():
        ids = tokenizer.encode(text)
        row = [START, *ids, END] if len(ids) <= CONTEXT - 2 else [START, *ids[: CONTEXT - 2], END]
        assert tokenizer(text)[0, : len(row)].tolist() == row
        cases.append({"text": text, "ids": row[1:-1] if len(ids) <= CONTEXT - 2 else row[1:]})
        for other, missed in zip(others, different):
            whole = "".join(c if not 0xD800 <= ord(c) < 0xE000 else "\ufffd" for c in text)
            if other(whole, truncation=True, max_length=CONTEXT)["input_ids"] != row:
                missed.append(text)
    Path(sys.argv[1]).write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
    for other, missed in zip(others, different):
        print(f"{type(other).__name__} differs in {len(missed)} of {len(cases)}: {json.dumps(missed[:400:9])}")


main()
