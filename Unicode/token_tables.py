#!/usr/bin/env python3
"""Writes Sources/Agent/Context/Generated/TokenTables.swift, and the counts that its tests compare
with, from the rank files of cl100k_base and o200k_base.

    TIKTOKEN_CACHE_DIR=DIR Unicode/token_tables.py WORDS SENTENCES

WORDS is any text whose commonest words are taken; SENTENCES has one text a line, in any language.
Needs `pip install tiktoken`; tiktoken checks the rank files by their hash.
"""
import collections
import os
import random
import re
import string
import sys

import regex
import tiktoken

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
ENCODINGS = [tiktoken.get_encoding(name) for name in ("cl100k_base", "o200k_base")]
RANKS = [encoding._mergeable_ranks for encoding in ENCODINGS]
LETTERS = " " + string.ascii_lowercase + string.ascii_uppercase
WORD_COUNT = 1500
# A sign for which neighbours are often torn apart, though it is a token itself.
UNSURE = {0x2800}


def in_all(text):
    return all(text.encode() in ranks for ranks in RANKS)


def counts(text):
    return [len(encoding.encode(text, disallowed_special=())) for encoding in ENCODINGS]


def known_words(path):
    with open(path, encoding="utf-8") as text:
        found = collections.Counter(re.findall(r"[a-z]+", text.read().lower()))
    words = []
    for word, _ in found.most_common():
        big = word.capitalize()
        if len(word) > 2 and all(in_all(form) for form in (word, big, " " + word, " " + big)):
            words.append(word)
        if len(words) == WORD_COUNT:
            return sorted(words)
    return sorted(words)


def bits(flags):
    """Four flags a hexadecimal digit, the first the lowest bit."""
    digits = ""
    for start in range(0, len(flags), 4):
        digits += "%x" % sum(flag << place for place, flag in enumerate(flags[start:start + 4]))
    return digits


def literal(name, note, text, joined):
    lines = []
    if joined:
        lines = [text[start:start + 92] for start in range(0, len(text), 92)]
    else:
        line = ""
        for word in text.split(" "):
            if len(line) + len(word) > 90:
                lines.append(line + " ")
                line = ""
            line += (" " if line else "") + word
        lines.append(line)
    body = "\\\n".join("    " + line for line in lines)
    return '  /// %s\n  static let %s = """\n%s\n    """\n' % (note, name, body)


def scalars():
    for value in range(0x80, 0x20000):
        if not 0xD800 <= value < 0xE000:
            yield value


def write_tables(words):
    single = [v for v in scalars() if in_all(chr(v)) and v not in UNSURE]
    blocks = []
    for start in range(0x80, 0x20000, 64):
        inside = range(start, start + 64)
        surrogates = 0xD800 <= start < 0xE000
        blocks.append(3 if surrogates else max(max(counts(chr(value))) for value in inside))
    runs = []
    for charge in blocks:
        if runs and runs[-1][0] == charge:
            runs[-1][1] += 1
        else:
            runs.append([charge, 1])
    pairs = [in_all(a + b) for a in LETTERS for b in LETTERS]
    lower = LETTERS[:27]
    triples = [in_all(a + b + c) for a in lower for b in lower for c in lower]
    ranges = []
    for value in single:
        if ranges and ranges[-1][1] == value - 1:
            ranges[-1][1] = value
        else:
            ranges.append([value, value])
    spans = " ".join("%x" % a if a == b else "%x-%x" % (a, b) for a, b in ranges)
    with open(os.path.join(ROOT, "Sources/Agent/Context/Generated/TokenTables.swift"), "w") as out:
        out.write("// Written by Unicode/token_tables.py.\n\n")
        out.write("/// What is a token in cl100k_base and in o200k_base.\nenum TokenTables {\n")
        out.write(literal("words", "Words that are one token each: small or with a big first "
                          "letter, with and without a space.", " ".join(words), False))
        out.write(literal("singles", "Scalars beyond ASCII that are one token.", spans, False))
        out.write(literal("charges", "Tokens of a scalar at most, by blocks of 64 from U+0080: "
                          "tokens x blocks.",
                          " ".join("%dx%d" % (a, b) for a, b in runs), False))
        out.write(literal("pairs", "Pairs of the space, a to z and A to Z that are one token: a "
                          "bit each.", bits(pairs), True))
        out.write(literal("triples", "Triples of the space and a to z that are one token: a bit "
                          "each.", bits(triples), True))
        out.write("}\n")


def samples(path, words):
    pick = random.Random(20261122)
    with open(path, encoding="utf-8") as lines:
        texts = [line.rstrip("\n") for line in lines if line.strip()]
    classes = [
        string.ascii_lowercase, string.ascii_letters, string.ascii_letters + "   ",
        string.printable[:95], "0123456789.,- €$", " \t\n\r  a.", "({[<>]}):;=+-*/\"'_ abc01\n",
    ]
    blocks = [0x80, 0x100, 0x370, 0x400, 0x5D0, 0x600, 0x900, 0xE00, 0x1E00, 0x2000, 0x3040,
              0x4E00, 0x6000, 0xAC00, 0xFF00, 0x1F300, 0x1F600, 0x10000, 0x1D400]
    for letters in classes:
        texts += ["".join(pick.choices(letters, k=pick.randint(1, 40))) for _ in range(25)]
    for block in blocks:
        letters = [chr(value) for value in range(block, block + 200)]
        mixed = letters + list(string.ascii_lowercase + "   1.") * 3
        for alphabet in (letters, mixed):
            texts += ["".join(pick.choices(alphabet, k=pick.randint(1, 24))) for _ in range(4)]
    for _ in range(40):
        texts.append("".join(pick.choice([" ", "", "'", "(", "\n", "'s ", "-", ". "])
                             + pick.choice([str.lower, str.capitalize])(pick.choice(words))
                             for _ in range(8)))
    return texts


def pieces(text):
    """Bytes of each piece that byte pairs are merged in, for both."""
    found = []
    for encoding in ENCODINGS:
        # The end of the text, as the regex of tiktoken takes it.
        pattern = encoding._pat_str.replace("$", r"\Z")
        lengths = [len(piece.encode()) for piece in regex.findall(pattern, text)]
        found.append(" ".join(map(str, lengths)))
    return found


def write_fixture(path, words):
    def escaped(text):
        return "".join(
            c if 0x20 < ord(c) < 0x7F and c not in '"\\' or c == " " else "\\u{%x}" % ord(c)
            for c in text)
    target = os.path.join(ROOT, "Tests/AgentTests/Context/Generated/TokenCounts.swift")
    with open(target, "w") as out:
        out.write("// Written by Unicode/token_tables.py with tiktoken %s.\n"
                  "// swift-format-ignore-file\n\n" % tiktoken.__version__)
        out.write("/// Tokens of texts in cl100k_base and in o200k_base, and the bytes of their pieces.\n")
        out.write("let tokenCounts: [(String, Int, Int, String, String)] = [\n")
        for text in samples(path, words):
            row = (escaped(text), *counts(text), *pieces(text))
            out.write('  ("%s", %d, %d, "%s", "%s"),\n' % row)
        out.write("]\n")


WORDS = known_words(sys.argv[1])
write_tables(WORDS)
write_fixture(sys.argv[2], WORDS)
