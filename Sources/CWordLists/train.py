#!/usr/bin/env python3
"""Learns what errors cost from codespell's dictionary, for Sources/Spelling/Generated.

    python3 train.py [--without FILE...] > ../Spelling/Generated/LearnedCosts.swift

Needs `pip install codespell==2.4.3`. Lists that accuracy is reported on are named with --without
(`wrong<TAB>right` lines): what is in them is left out of the learning.
"""

import argparse
import collections
import importlib.resources as resources
import math
import pathlib
import unicodedata

CLASSES = "abcdefghijklmnopqrstuvwxyz'?^"
COUNT = len(CLASSES)
KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
VOWELS = set("aeiouy")


def fold(text):
    text = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    return "".join(c for c in text if not unicodedata.combining(c))


def number(letter):
    place = CLASSES.find(letter)
    return place if 0 <= place < 27 else 27


def near(a, b):
    """Whether two letters' keys touch."""
    places = {c: (r, i + 0.4 * r) for r, row in enumerate(KEYS) for i, c in enumerate(row)}
    if a not in places or b not in places or a == b:
        return False
    (r, x), (s, y) = places[a], places[b]
    return abs(r - s) <= 1 and abs(x - y) <= 1.1


def pairs(without):
    path = resources.files("codespell_lib") / "data/dictionary.txt"
    for line in path.read_text("utf-8").splitlines():
        wrong, right = line.split("->", 1)
        if "," in right or " " in right.strip():
            continue
        wrong, right = fold(wrong), fold(right.strip())
        if (wrong, right) not in without and wrong != right:
            yield wrong, right


def align(wrong, right, costs):
    """The cheapest edits that make `wrong` of `right`."""
    sub, omit, insert, swap = costs
    w, r = [number(c) for c in wrong], [number(c) for c in right]
    best = [[None] * (len(w) + 1) for _ in range(len(r) + 1)]
    best[0][0] = (0.0, None)
    for i in range(len(r) + 1):
        before = r[i - 1] if i else COUNT - 1
        for j in range(len(w) + 1):
            options = []
            if i:
                ahead = r[i - 2] if i > 1 else COUNT - 1
                options.append((best[i - 1][j][0] + omit[ahead][r[i - 1]], ("o", ahead, r[i - 1])))
            if j:
                options.append((best[i][j - 1][0] + insert[before][w[j - 1]],
                                ("i", before, w[j - 1])))
            if i and j:
                same = right[i - 1] == wrong[j - 1]
                cost = 0 if same else sub[r[i - 1]][w[j - 1]]
                options.append((best[i - 1][j - 1][0] + cost,
                                None if same else ("s", r[i - 1], w[j - 1])))
                if i > 1 and j > 1 and right[i - 1] == wrong[j - 2] and right[i - 2] == wrong[j - 1] \
                        and not same:
                    options.append((best[i - 2][j - 2][0] + swap[r[i - 2]][r[i - 1]],
                                    ("t", r[i - 2], r[i - 1])))
            if options:
                best[i][j] = min(options, key=lambda option: option[0])
    edits, i, j = [], len(r), len(w)
    while i or j:
        edit = best[i][j][1]
        if edit is None:
            i, j = i - 1, j - 1
            continue
        edits.append(edit)
        kind = edit[0]
        i -= {"o": 1, "i": 0, "s": 1, "t": 2}[kind]
        j -= {"o": 0, "i": 1, "s": 1, "t": 2}[kind]
    return edits


def learn(data):
    costs = [[[1.0] * COUNT for _ in range(COUNT)] for _ in range(4)]
    single, double = collections.Counter(), collections.Counter()
    for _, right in data:
        letters = [COUNT - 1] + [number(c) for c in right]
        single.update(letters)
        double.update(zip(letters, letters[1:]))
    for _ in range(3):
        counts = {kind: collections.Counter() for kind in "soit"}
        for wrong, right in data:
            for kind, first, second in align(wrong, right, costs):
                counts[kind][first, second] += 1
        totals = {kind: sum(counter.values()) for kind, counter in counts.items()}
        letters_total, doubles_total = sum(single.values()), sum(double.values())
        for first in range(COUNT):
            for second in range(COUNT):
                a, b = CLASSES[first], CLASSES[second]
                kin = 4 if near(a, b) else 3 if a in VOWELS and b in VOWELS else 1
                rate = totals["s"] / letters_total / COUNT * kin / 1.5
                costs[0][first][second] = cost(counts["s"][first, second], single[first], rate, 400)
                rate = totals["o"] / doubles_total * (2 if first == second else 1)
                costs[1][first][second] = cost(counts["o"][first, second], double[first, second],
                                               rate, 150)
                rate = totals["i"] / letters_total / COUNT * (4 if first == second or near(a, b) else 1)
                costs[2][first][second] = cost(counts["i"][first, second], single[first], rate, 400)
                rate = totals["t"] / doubles_total
                costs[3][first][second] = cost(counts["t"][first, second], double[first, second],
                                               rate, 150)
    return costs


def cost(count, total, rate, weight):
    return -math.log((count + weight * rate) / (total + weight))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", type=pathlib.Path, nargs="*", default=[])
    arguments = parser.parse_args()
    without = set()
    for path in arguments.without:
        for line in path.read_text().splitlines():
            wrong, right = line.split("\t")
            without.add((fold(wrong), fold(right)))
    data = sorted(set(pairs(without)))
    costs = learn(data)
    print("// Written by Sources/CWordLists/train.py. Do not edit.\n")
    print("/// A row for each letter meant (or before), a sign for each letter typed: a … z, the")
    print("/// apostrophe, others, the beginning. Its code less 48 is eight times the cost in nats.")
    print("enum LearnedCosts {")
    for name, table in zip(["substitution", "omission", "insertion", "transposition"], costs):
        print(f'  static let {name} = """')
        for number_of_row, row in enumerate(table):
            text = "".join(chr(48 + max(0, min(78, round(value * 8)))) for value in row)
            end = "" if number_of_row == COUNT - 1 else "\\"
            print("    " + text.replace("\\", "\\\\") + end)
        print('    """')
    print("}")


if __name__ == "__main__":
    main()
