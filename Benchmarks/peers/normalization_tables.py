"""Writes Sources/Embedding/Generated/NormalizationTables.swift: what the reference tokenizer does
with every scalar, asked of the reference itself (PyPI `tokenizers`), so that ids agree exactly.

    .venv/bin/pip install -r Benchmarks/peers/embedding-requirements.txt
    .venv/bin/python Benchmarks/peers/normalization_tables.py
    swift format format -i Sources/Embedding/Generated/NormalizationTables.swift
"""

import pathlib
import unicodedata

import tokenizers
from tokenizers import normalizers, pre_tokenizers

TARGET = pathlib.Path(__file__).parents[2] / "Sources/Embedding/Generated/NormalizationTables.swift"
SCALARS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)


def changes(**setting):
    """Scalar -> what becomes of it between two letters, where that is something else."""
    options = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False,
                   lowercase=False) | setting
    normalizer = normalizers.BertNormalizer(**options)
    found = {}
    for c in SCALARS:
        text = normalizer.normalize_str("a" + chr(c) + "b")
        assert text[0] == "a" and text[-1] == "b"
        if text[1:-1] != chr(c):
            found[c] = text[1:-1]
    return found


def ranges(scalars):
    """Flat pairs first, last of ascending runs."""
    flat = []
    for c in sorted(scalars):
        if flat and flat[-1] == c - 1:
            flat[-1] = c
        else:
            flat += [c, c]
    return flat


def steps(mapping):
    """Flat quadruples first, last, step, difference (modulo 2^32) of ascending runs."""
    runs = []
    for c in sorted(mapping):
        difference = (ord(mapping[c]) - c) % 2**32
        last = runs[-1] if runs else None
        if last and last[3] == difference and c - last[1] in (1, 2) and last[2] in (0, c - last[1]):
            last[1], last[2] = c, c - last[1]
        else:
            runs.append([c, c, 0, difference])
    return [n for first, last, step, difference in runs for n in (first, last, step or 1, difference)]


def swift(name, comment, numbers):
    lines = [f"  /// {line}" for line in comment.splitlines()] + [f"  static let {name}: [UInt32] = ["]
    for i in range(0, len(numbers), 10):
        lines.append("    " + " ".join(f"0x{n:X}," for n in numbers[i : i + 10]))
    return "\n".join(lines + ["  ]", ""])


def main():
    clean, cjk = changes(clean_text=True), changes(handle_chinese_chars=True)
    stripped, lowered = changes(strip_accents=True), changes(lowercase=True)
    split = pre_tokenizers.BertPreTokenizer()
    pieces = {c: len(split.pre_tokenize_str("a" + chr(c) + "b")) for c in SCALARS}
    assert all(text == " " + chr(c) + " " for c, text in cjk.items())
    assert set(clean.values()) <= {"", " "}
    marks = {c for c, text in stripped.items() if text == ""}
    mapped = {c: t for c, t in stripped.items() if t and c not in HANGUL}
    single = sorted(c for c, text in mapped.items() if len(text) == 1)
    several = sorted(c for c, text in mapped.items() if len(text) > 1)
    assert {c for c, text in lowered.items() if len(text) > 1} == {0x130}
    assert lowered.pop(0x130) == "i\u0307"
    orders = []
    for c in SCALARS:
        order = unicodedata.combining(chr(c))
        if order == 0 or c in marks:
            continue
        if orders and orders[-2] == c - 1 and orders[-1] == order:
            orders[-2] = c
        else:
            orders += [c, c, order]
    tables = [
        ("removed", "What cleaning removes: pairs first, last.",
         ranges(c for c, text in clean.items() if text == "")),
        ("blanks", "What cleaning replaces by a space: pairs first, last.",
         ranges(c for c, text in clean.items() if text == " ")),
        ("ideographs", "What gets a space on both sides: pairs first, last.", ranges(cjk)),
        ("spaces", "What separates words: pairs first, last.",
         ranges(c for c, n in pieces.items() if n == 2)),
        ("punctuation", "What is a word of its own: pairs first, last.",
         ranges(c for c, n in pieces.items() if n == 3)),
        ("marks", "What goes with the accents: pairs first, last.", ranges(marks)),
        ("orders", "Combining classes of what decomposing keeps: triples first, last, class.",
         orders),
        ("composed", "What loses its accents and becomes one scalar, ascending; see `bases`.",
         single),
        ("bases", "What the scalars of `composed` become.", [ord(mapped[c]) for c in single]),
        ("several", "What becomes several scalars: scalar, count, scalars.",
         [n for c in several for n in (c, len(mapped[c]), *map(ord, mapped[c]))]),
        ("lowered", "Lower case: first, last, step, difference modulo 2^32. U+0130 is not here.",
         steps(lowered)),
    ]
    TARGET.write_text(
        "// Written by Benchmarks/peers/normalization_tables.py; do not edit.\n\n"
        f"/// What `tokenizers` {tokenizers.__version__} does with each scalar.\n"
        "enum NormalizationTables {\n"
        + "\n".join(swift(*table) for table in tables) + "}\n")


if __name__ == "__main__":
    main()
