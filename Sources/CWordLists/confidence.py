#!/usr/bin/env python3
"""Fits Sources/Spelling/Confidence.swift: how sure a correction of an unknown word is.

    python3 confidence.py --program .build/release/SpellingBenchmark [--without FILE...]

Right and wrong readings of codespell's errors stand beside words that are no errors though the list
does not know them: words of wordfreq, drawn by their frequency. Needs `pip install wordfreq==3.1.1
codespell==2.4.3 numpy`. Lists that accuracy is reported on are named with --without.
"""

import argparse
import importlib.resources as resources
import pathlib
import random
import subprocess
import tempfile

import numpy
import wordfreq

NAMES = ["bias", "margin", "cost", "logProbability", "length", "distance", "costPerLetter",
         "soundsAlike", "split", "splitLogProbability"]
# A message has about three errors for each unknown word in lower case that is none.
NO_ERROR_WEIGHT = 0.3


def errors(without):
    path = resources.files("codespell_lib") / "data/dictionary.txt"
    wrong_words, pairs = set(), []
    for line in path.read_text("utf-8").splitlines():
        wrong, right = (part.strip() for part in line.split("->", 1))
        wrong_words.add(wrong)
        if "," not in right and wrong.isalpha() and right.replace(" ", "").isalpha():
            if wrong not in without:
                pairs.append((wrong, right))
    random.Random(1).shuffle(pairs)
    return wrong_words, pairs[:12_000]


def no_errors(wrong_words):
    words = [w for w in wordfreq.iter_wordlist("en", wordlist="large")
             if w.isalpha() and w.isascii() and len(w) > 2 and w not in wrong_words]
    weights = [wordfreq.word_frequency(w, "en") for w in words]
    return words, weights


def evidence(program, words):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(words))
        file.flush()
        run = subprocess.run([program, "evidence", file.name], capture_output=True, text=True,
                             check=True)
    rows = {}
    for line in run.stdout.split("\n")[:-1]:
        word, reading, *numbers = line.split("\t")
        margin, cost, log_probability, length, distance, alike, split = map(float, numbers)
        rows[word] = (reading, [1, min(margin, 8), cost, log_probability, min(length, 14), distance,
                                cost / max(length, 1), alike, split,
                                split * log_probability])
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--without", type=pathlib.Path, nargs="*", default=[])
    arguments = parser.parse_args()
    without = {line.split("\t")[0].lower()
               for path in arguments.without for line in path.read_text().splitlines()}
    wrong_words, pairs = errors(without)
    features, right, weights = [], [], []
    rows = evidence(arguments.program, [wrong for wrong, _ in pairs])
    for wrong, meant in pairs:
        if wrong in rows:
            features.append(rows[wrong][1])
            right.append(rows[wrong][0].lower() == meant.lower())
            weights.append(1.0)
    words, frequencies = no_errors(wrong_words)
    unknown = evidence(arguments.program, words)
    known = [(w, f) for w, f in zip(words, frequencies) if w in unknown]
    drawn = random.Random(3).choices([w for w, _ in known], [f for _, f in known], k=9_000)
    for word in dict.fromkeys(drawn):
        features.append(unknown[word][1])
        right.append(False)
        weights.append(NO_ERROR_WEIGHT)
    x, y, weight = numpy.array(features), numpy.array(right, float), numpy.array(weights)
    w = numpy.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + numpy.exp(-x @ w))
        gradient = x.T @ (weight * (p - y)) + 1e-3 * w
        curvature = (x * (weight * p * (1 - p))[:, None]).T @ x + 1e-3 * numpy.eye(len(w))
        w -= numpy.linalg.solve(curvature, gradient)
    for name, value in zip(NAMES, w):
        print(f"  static let {name}: Float = {value:.3f}")
    p = 1 / (1 + numpy.exp(-x @ w))
    for low in range(10):
        these = (p >= low / 10) & (p < (low + 1) / 10)
        share = numpy.average(y[these], weights=weight[these]) if these.any() else 0
        print(f"// {low / 10:.1f}: {these.sum()} readings, {share:.3f} right")


if __name__ == "__main__":
    main()
