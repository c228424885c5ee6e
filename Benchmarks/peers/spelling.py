"""Spelling of single words against symspellpy and hunspell, on the same lists in one run, and what
becomes of clean text. `./run bench spell` starts it.

A list has lines `wrong<TAB>right` or `wrong->right`, or is one of Mitton's (`$right`, then its
errors, a line each). Without one codespell's dictionary is taken, on which the weights were tuned.
"""

import argparse
import gzip
import importlib.resources as resources
import json
import os
import random
import re
import subprocess
import tempfile
import time

from symspellpy import SymSpell, Verbosity

WORD = re.compile(r"[A-Za-z][A-Za-z']*")


def read_list(path):
    pairs, right = [], None
    with open(path, errors="replace") as file:
        for line in file:
            line = line.strip()
            if line.startswith("$"):
                right = line[1:]
                continue
            separator = "\t" if "\t" in line else "->" if "->" in line else None
            wrong, meant = line.split(separator, 1) if separator else (line, right)
            if meant and WORD.fullmatch(wrong) and WORD.fullmatch(meant.strip()):
                pairs.append((wrong, meant.strip()))
    return list(dict.fromkeys(pairs))


def codespell():
    text = (resources.files("codespell_lib") / "data/dictionary.txt").read_text("utf-8")
    pairs = [tuple(line.split("->", 1)) for line in text.splitlines() if "," not in line]
    pairs = [(a, b) for a, b in pairs if WORD.fullmatch(a) and WORD.fullmatch(b)]
    random.Random(1).shuffle(pairs)
    return pairs[:8000]


def ours(program, words, rounds):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(words))
        file.flush()
        run = subprocess.run([program, "words", file.name, "--rounds", str(rounds)],
                             capture_output=True, text=True, check=True)
    figures = json.loads(run.stderr)
    return [line.split("\t")[1:] for line in run.stdout.split("\n")[:-1]], figures


def symspell():
    speller = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
    path = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    speller.load_dictionary(str(path), 0, 1)

    def suggest(words):
        start = time.process_time()
        first = [speller.lookup(w.lower(), Verbosity.CLOSEST, max_edit_distance=2) for w in words]
        spent = (time.process_time() - start) / len(words) * 1e6
        every = [speller.lookup(w.lower(), Verbosity.ALL, max_edit_distance=2) for w in words]
        return [[x.term for x in found[:5]] for found in first], spent, \
            [[x.term for x in found[:5]] for found in every]

    return suggest


def hunspell(words, dictionary):
    text = "\n".join("^" + word for word in words) + "\n"
    start = os.times()
    run = subprocess.run(["hunspell", "-a", "-d", dictionary], input=text, capture_output=True,
                         text=True, check=True)
    end = os.times()
    spent = (end.children_user - start.children_user) / len(words) * 1e6
    rows, lines = [], iter(run.stdout.split("\n")[1:])
    for word in words:
        answer = []
        for line in lines:
            if not line:
                break
            answer.append(line)
        first = answer[0] if answer else "*"
        if first[0] == "&":
            rows.append(first.split(": ", 1)[1].split(", ")[:5])
        else:
            rows.append([word] if first[0] in "*+-" else [])
    return rows, spent


def accuracy(pairs, rows, count):
    good = sum(right.lower() in [text.lower() for text in row[:count]]
               for (_, right), row in zip(pairs, rows))
    return good / len(pairs)


def clean(program, path, count):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as file:
        texts = [json.loads(line)["text"].replace("\n", " ") for line in file]
    random.Random(5).shuffle(texts)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(texts[:count]))
        file.flush()
        run = subprocess.run([program, "texts", file.name], capture_output=True, text=True,
                             check=True)
    words = changed = asked = 0
    for line in run.stdout.split("\n")[:-1]:
        columns = line.split("\t")
        words += int(columns[2]) if columns[1] == "words" else 0
        changed += columns[1] == "change"
        asked += columns[1] == "question"
    print(f"clean text: {words} words, {changed / words:.3%} changed, {asked / words:.3%} asked")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--list", nargs="*", default=[])
    parser.add_argument("--texts", help="JSON Lines with the key text: clean text")
    parser.add_argument("--count", type=int, default=20_000, help="texts of --texts")
    parser.add_argument("--hunspell", default="en_US", help="its dictionary")
    arguments = parser.parse_args()
    suggest = symspell()
    lists = [(os.path.basename(path), read_list(path)) for path in arguments.list]
    for name, pairs in lists or [("codespell (tuned on)", codespell())]:
        words = [wrong for wrong, _ in pairs]
        found, figures = ours(arguments.program, words, 3)
        closest, spent, every = suggest(words)
        theirs, theirs_spent = hunspell(words, arguments.hunspell)
        print(f"{name}: {len(pairs)} errors")
        for engine, one, five, cost in [
            ("this", found, found, figures["microseconds_per_line"]),
            ("symspellpy", closest, every, spent),
            ("hunspell", theirs, theirs, theirs_spent),
        ]:
            print(f"  {engine:10} first {accuracy(pairs, one, 1):.3f}  among five "
                  f"{accuracy(pairs, five, 5):.3f}  {cost:.1f} µs a word")
    print(f"this: {figures['list_words']} words, {figures['list_bytes'] / 1e6:.1f} MB, "
          f"{figures['resident_megabytes']:.1f} MB more resident, "
          f"made in {figures['load_milliseconds']:.0f} ms")
    if arguments.texts:
        clean(arguments.program, arguments.texts, arguments.count)


if __name__ == "__main__":
    main()
