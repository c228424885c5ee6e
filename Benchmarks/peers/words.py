"""Searches by words: how quick on three words of real queries, and how good beside bm25s.

    words.py --program TextBenchmark --data DIRECTORY [--quick]

DIRECTORY holds texts.jsonl.gz, queries.jsonl.gz, catalogue.jsonl.gz and catalogue_queries.jsonl.gz.
Three sets are made of them, always the same ones:

  names      the names that other shops have for products of the catalogue, with all right answers
  misspelt   four to six words of one of the texts, one of them with a typing error
  codes      words of a text that have a digit, with one or two others
"""
import argparse
import math
import os
import random
import re
import subprocess
import tempfile

import bm25s
import Stemmer

from relevance_data import line, mistyped, rows

COUNT = 10


def sets(directory):
    """(name, texts, queries, right answers)."""
    texts = [line(row["text"]) for row in rows(directory, "texts.jsonl.gz")]
    catalogue = [line(row["name"]) for row in rows(directory, "catalogue.jsonl.gz")]
    asked = rows(directory, "catalogue_queries.jsonl.gz")
    yield "names", catalogue, [line(row["text"]) for row in asked], [row["ids"] for row in asked]
    chance = random.Random(5)
    queries, answers, codes, right = [], [], [], []
    order = list(range(len(texts)))
    chance.shuffle(order)
    for number in order:
        words = re.findall(r"[A-Za-z]{4,}", texts[number])
        if len(words) >= 6 and len(queries) < 2000:
            picked = chance.sample(words, chance.randint(4, 6))
            place = chance.randrange(len(picked))
            picked[place] = mistyped(picked[place], chance)
            queries.append(" ".join(picked))
            answers.append([number])
        numbered = re.findall(r"(?<!\S)(?=\S*\d)(?=\S*[A-Za-z])[\w.\-]{4,}(?!\S)", texts[number])
        if numbered and words and len(codes) < 2000:
            picked = [chance.choice(numbered)] + chance.sample(words, min(len(words), 2))
            codes.append(" ".join(picked))
            right.append([number])
    yield "misspelt", texts, queries, answers
    yield "codes", texts, codes, right


def gain(found, right):
    """nDCG@10 of one query, all right answers being worth the same."""
    right = set(right)
    best = sum(1 / math.log2(place + 2) for place in range(min(COUNT, len(right))))
    return sum(
        1 / math.log2(place + 2) for place, each in enumerate(found[:COUNT]) if each in right
    ) / best


def score(found, answers):
    gains = [gain(each, right) for each, right in zip(found, answers)]
    recalls = [
        len(set(each[:COUNT]) & set(right)) / min(COUNT, len(set(right)))
        for each, right in zip(found, answers)
    ]
    return sum(gains) / len(gains), sum(recalls) / len(recalls)


def ours(program, texts, queries, *flags):
    with tempfile.TemporaryDirectory() as directory:
        paths = {}
        for name, lines in (("texts", texts), ("queries", queries)):
            paths[name] = os.path.join(directory, name)
            with open(paths[name], "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
        hits = os.path.join(directory, "hits")
        output = subprocess.run(
            [program, "--texts", paths["texts"], "--queries", paths["queries"], "--hits", hits,
             "--directory", os.path.join(directory, "store"), *flags],
            check=True, capture_output=True, text=True).stdout
        with open(hits, encoding="utf-8") as lines:
            return output, [[int(each) for each in one.split()] for one in lines]


def theirs(texts, queries):
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False)
    found, _ = index.retrieve(
        bm25s.tokenize(queries, stopwords="en", stemmer=stemmer, show_progress=False), k=COUNT,
        show_progress=False)
    return [[int(each) for each in one] for one in found]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    chance = random.Random(3)
    texts = [line(row["text"]) for row in rows(arguments.data, "texts.jsonl.gz")]
    three = []
    for row in rows(arguments.data, "queries.jsonl.gz"):
        words = re.findall(r"\w+", row["text"])
        if len(words) >= 3:
            place = chance.randrange(len(words) - 2)
            three.append(" ".join(words[place:place + 3]))
    print(f"three words side by side of {len(three)} real queries:")
    print(ours(arguments.program, texts, three, "--rounds", "1" if arguments.quick else "5")[0])
    print("set        queries  nDCG@10  recall@10   bm25s: nDCG@10  recall@10")
    for name, texts, queries, answers in sets(arguments.data):
        if arguments.quick:
            queries, answers = queries[:300], answers[:300]
        _, found = ours(arguments.program, texts, queries, "--rounds", "1")
        mine, other = score(found, answers), score(theirs(texts, queries), answers)
        print(f"{name:10} {len(queries):7}  {mine[0]:7.4f}  {mine[1]:9.4f}"
              f"          {other[0]:7.4f}  {other[1]:9.4f}", flush=True)


if __name__ == "__main__":
    main()
