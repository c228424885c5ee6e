"""Spelling of single words against symspellpy and hunspell, on the same lists in one run, how far
confidences are from the share that is right, what neighbours help in sentences with errors put in,
and what becomes of clean text. `./run bench spell` starts it. Times are of one thread's processor
time, the best of three rounds in turns.

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
        start = time.thread_time()
        first = [speller.lookup(w.lower(), Verbosity.CLOSEST, max_edit_distance=2) for w in words]
        spent = (time.thread_time() - start) / len(words) * 1e6
        return [[x.term for x in found[:5]] for found in first], spent

    def every(words):
        return [[x.term for x in speller.lookup(w.lower(), Verbosity.ALL, max_edit_distance=2)[:5]]
                for w in words]

    return suggest, every


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


def corrections(program, texts, *arguments):
    """Of each text what was changed or asked: kind, byte range, replacement, confidence."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(texts))
        file.flush()
        run = subprocess.run([program, "texts", file.name, *arguments], capture_output=True,
                             text=True, check=True)
    found = [[] for _ in texts]
    for line in run.stdout.split("\n")[:-1]:
        columns = line.split("\t")
        if columns[1] != "words":
            found[int(columns[0])].append((columns[1], int(columns[3]), columns[6].lower(),
                                           float(columns[7])))
    return found


def calibration(program, pairs):
    """What is said of errors that the list does not know, each in a text of its own."""
    rows = corrections(program, [wrong for wrong, _ in pairs], "--threshold", "0.8")
    bins = [[0, 0.0, 0] for _ in range(10)]
    changed = right = 0
    for (_, meant), row in zip(pairs, rows):
        for kind, _, text, confidence in row[:1]:
            good = text == meant.lower()
            one = bins[min(9, int(confidence * 10))]
            one[0] += 1
            one[1] += confidence
            one[2] += good
            if kind == "change":
                changed += 1
                right += good
    count = max(1, sum(one[0] for one in bins))
    error = sum(abs(one[1] - one[2]) for one in bins) / count
    print(f"  confidence: {count} readings, expected calibration error {error:.3f}; "
          f"{changed / len(pairs):.3f} changed at 0.8, of them {right / max(1, changed):.3f} right")


def planted(program, pairs, path, count=4000):
    """Errors in sentences of other people's, with neighbours and without."""
    by_word = {}
    for wrong, meant in pairs:
        by_word.setdefault(meant.lower(), []).append(wrong.lower())
    choice = random.Random(7)
    texts, wanted = [], []
    for text in read_texts(path):
        words = [m for m in re.finditer(r"\b[a-z]+\b", text) if m.group() in by_word]
        if not words or not text.isascii():
            continue
        word = choice.choice(words)
        wrong = choice.choice(by_word[word.group()])
        texts.append(text[:word.start()] + wrong + text[word.end():])
        wanted.append((word.start(), word.group()))
        if len(texts) == count:
            break
    for name in "yes", "no":
        rows = corrections(program, texts, "--context", name)
        found = [[item for item in row if item[1] == start] for row, (start, _) in
                 zip(rows, wanted)]
        good = sum(bool(row) and row[0][2] == meant for row, (_, meant) in zip(found, wanted))
        made = [(row[0], meant) for row, (_, meant) in zip(found, wanted)
                if row and row[0][0] == "change"]
        right = sum(item[2] == meant for item, meant in made)
        print(f"  in {len(texts)} sentences, context {name}: first {good / len(texts):.3f}; "
              f"{len(made) / len(texts):.3f} changed, of them {right / max(1, len(made)):.3f} right")


def read_texts(path):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as file:
        texts = [json.loads(line)["text"].replace("\n", " ") for line in file]
    random.Random(5).shuffle(texts)
    return texts


def clean(program, path, count):
    texts = read_texts(path)
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
    suggest, every = symspell()
    lists = [(os.path.basename(path), read_list(path)) for path in arguments.list]
    for name, pairs in lists or [("codespell (tuned on)", codespell())]:
        words = [wrong for wrong, _ in pairs]
        cost = spent = float("inf")
        for _ in range(3):
            found, figures = ours(arguments.program, words, 1)
            closest, once = suggest(words)
            cost = min(cost, figures["microseconds_per_line"])
            spent = min(spent, once)
        theirs, theirs_spent = hunspell(words, arguments.hunspell)
        print(f"{name}: {len(pairs)} errors")
        for engine, one, five, each in [
            ("this", found, found, cost),
            ("symspellpy", closest, every(words), spent),
            ("hunspell", theirs, theirs, theirs_spent),
        ]:
            print(f"  {engine:10} first {accuracy(pairs, one, 1):.3f}  among five "
                  f"{accuracy(pairs, five, 5):.3f}  {each:.1f} µs a word")
        print(f"  symspellpy's time is {spent / cost:.1f} times as long")
        calibration(arguments.program, pairs)
        if arguments.texts:
            planted(arguments.program, pairs, arguments.texts)
    print(f"this: {figures['list_words']} words, {figures['list_bytes'] / 1e6:.1f} MB, "
          f"{figures['resident_megabytes']:.1f} MB more resident, "
          f"made in {figures['load_milliseconds']:.0f} ms")
    if arguments.texts:
        clean(arguments.program, arguments.texts, arguments.count)


if __name__ == "__main__":
    main()
