"""Learns the weights of the matching model on the first half of the queries, and writes them as
Swift. The second half is only looked at to print how it went.

    .venv/bin/python Benchmarks/peers/matching_train.py --programs DIRECTORY --data DIRECTORY \\
        > Sources/Matching/Generated/ModelWeights.swift

The score is a sum of features with weights that maximise the probability of a right name among the
names scored (a softmax over each query). Weights of what speaks for a match may not be negative,
nor those of what speaks against it positive, whatever this catalogue's labels say. The confidence
is a logistic function of the score, of its lead over the next name, and of a few features, fitted
on the best five names of each query.
"""

import argparse
import json
import subprocess
import sys
import tempfile

import numpy
from scipy.optimize import minimize

import matching_data

WIDTH = 32
NAMES = """cosine edit editOfQuery editOfName queryCovered nameCovered queryCoveredEarly
nameCoveredEarly codesCovered codesMissing firstCodeOfQuery firstCodeOfName codesDiffer
numbersCovered numbersDiffer sizesCovered sizesDiffer tailCovered tailsAlike firstWord
firstWordOfName lengthRatio rarestMissing rarestExtra rarestShared alias attribute cosineShare
whole wordsShared abbreviations nearCode""".split()
AGAINST = {"codesMissing", "codesDiffer", "numbersDiffer", "sizesDiffer", "rarestMissing",
           "rarestExtra", "tailsAlike"}
# Said by hand, for this catalogue has neither: an alias is as good as a name, and a word of the
# attributes is worth a little.
FIXED = {"alias": 0.0, "attribute": 0.3}


def features(program, names, queries):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/names", "w") as file:
            file.writelines(json.dumps({"name": name}) + "\n" for name in names)
        with open(f"{folder}/queries", "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in queries)
        subprocess.run([program, "--names", f"{folder}/names", "--queries", f"{folder}/queries",
                        "--features", f"{folder}/features", "--limit", "1"],
                       check=True, stdout=subprocess.DEVNULL)
        rows = numpy.fromfile(f"{folder}/features", dtype=numpy.dtype(
            [("query", "<u4"), ("name", "<u4"), ("values", "<f4", (WIDTH,))]))
    right = [set(row["ids"]) for row in queries]
    labels = numpy.fromiter((n in right[q] for q, n in zip(rows["query"], rows["name"])), bool,
                            len(rows))
    return rows["query"].astype(int), rows["values"].astype(float), labels


def ranking(query, values, labels, weight, l2=3e-4):
    """Weights by the softmax of the right names; `weight` is one number a query."""
    starts = numpy.flatnonzero(numpy.r_[True, query[1:] != query[:-1]])
    group = numpy.repeat(numpy.arange(len(starts)), numpy.diff(numpy.r_[starts, len(query)]))
    some = numpy.zeros(len(starts), bool)
    numpy.logical_or.at(some, group, labels)
    keep = some[group]
    query, values, labels = query[keep], values[keep], labels[keep]
    starts = numpy.flatnonzero(numpy.r_[True, query[1:] != query[:-1]])
    group = numpy.repeat(numpy.arange(len(starts)), numpy.diff(numpy.r_[starts, len(query)]))
    share = weight[query[starts]] / weight[query[starts]].sum()

    def loss(w):
        scores = values @ w
        exponents = numpy.exp(scores - numpy.maximum.reduceat(scores, starts)[group])
        total = numpy.add.reduceat(exponents, starts)
        good = numpy.add.reduceat(exponents * labels, starts)
        value = -(share * (numpy.log(good + 1e-30) - numpy.log(total))).sum() + l2 * (w @ w)
        wrong = exponents / total[group] - exponents * labels / (good[group] + 1e-30)
        slope = share[group] * wrong
        return value, values.T @ slope + 2 * l2 * w

    bounds = [(FIXED[n], FIXED[n]) if n in FIXED else (None, 0) if n in AGAINST else (0, None)
              for n in NAMES]
    start = numpy.array([FIXED.get(n, 0.0) for n in NAMES])
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
                    options={"maxiter": 500}).x


def best(query, scores, labels, count=5):
    """For each query its best rows, by score; row numbers and ranks."""
    order = numpy.lexsort((-scores, query))
    sorted_query = query[order]
    starts = numpy.flatnonzero(numpy.r_[True, sorted_query[1:] != sorted_query[:-1]])
    ends = numpy.r_[starts[1:], len(order)]
    return [order[a:min(a + count, b)] for a, b in zip(starts, ends)]


CONFIDENCE = ["score", "lead", "behind", "cosine", "queryCovered", "nameCovered", "edit", "whole"]


def confidence_rows(query, values, labels, scores):
    rows, right = [], []
    column = {name: place for place, name in enumerate(NAMES)}
    for top in best(query, scores, labels, 6):
        for rank, row in enumerate(top[:5]):
            lead = scores[row] - scores[top[1]] if rank == 0 and len(top) > 1 else 0.0
            if rank == 0 and len(top) == 1:
                lead = 3.0
            rows.append([scores[row], min(lead, 3.0), scores[top[0]] - scores[row]]
                        + [values[row, column[n]] for n in CONFIDENCE[3:]] + [1.0])
            right.append(labels[row])
    return numpy.array(rows), numpy.array(right)


def logistic(rows, right, l2=1e-4):
    def loss(w):
        z = rows @ w
        p = 1 / (1 + numpy.exp(-z))
        value = (numpy.logaddexp(0, z) - right * z).mean() + l2 * (w @ w)
        return value, rows.T @ (p - right) / len(right) + 2 * l2 * w

    bounds = [(0, None), (0, None), (None, 0)] + [(0, None)] * (rows.shape[1] - 4) + [(None, None)]
    return minimize(loss, numpy.zeros(rows.shape[1]), jac=True, method="L-BFGS-B",
                    bounds=bounds, options={"maxiter": 500}).x


def calibration(p, right):
    """Expected calibration error over ten bins of equal width."""
    error = 0.0
    for low in numpy.arange(0, 1, 0.1):
        inside = (p >= low) & (p < low + 0.1 + (low > 0.85))
        if inside.any():
            error += inside.mean() * abs(p[inside].mean() - right[inside].mean())
    return error


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--data", required=True)
    options = parser.parse_args()
    names, _, queries = matching_data.load(options.data)
    halves = []
    for half in (0, 1):
        rows = [row for row in queries if row["half"] == half]
        own = [row | {"ids": row["ids"] + [row["without"]], "without": None}
               for row in rows if row["without"] is not None]
        sets = {"own name": own, "clean": rows, "noisy": matching_data.noisy(rows, 2026 + half),
                "customer": matching_data.customers(rows, 2026 + half)}
        halves.append({kind: (part, *features(f"{options.programs}/MatchBenchmark", names, part))
                       for kind, part in sets.items()})
    train = halves[0]
    offset, query, values, labels, weight = 0, [], [], [], []
    for kind, (rows, q, v, y) in train.items():
        order = numpy.argsort(q, kind="stable")
        query.append(q[order] + offset)
        values.append(v[order])
        labels.append(y[order])
        weight.append(numpy.full(len(rows), 0.2 if kind == "own name" else 1.0))
        offset += len(rows)
    query, values = numpy.concatenate(query), numpy.concatenate(values)
    labels, weight = numpy.concatenate(labels), numpy.concatenate(weight)
    w = ranking(query, values, labels, weight)
    c = logistic(*confidence_rows(query, values, labels, values @ w))
    for half, parts in enumerate(halves):
        for kind, (rows, q, v, y) in parts.items():
            scores = v @ w
            tops = best(q, scores, y)
            first = sum(bool(y[top[0]]) for top in tops) / len(rows)
            five = sum(bool(y[top].any()) for top in tops) / len(rows)
            found = len(set(q[y])) / len(rows)
            x, right = confidence_rows(q, v, y, scores)
            p = 1 / (1 + numpy.exp(-(x @ c)))
            print(f"half {half} {kind:9s} @1 {first:.4f} @5 {five:.4f} scored {found:.4f} "
                  f"ECE {calibration(p, right):.4f}", file=sys.stderr)
    write(w, c)


def write(w, c):
    print("// Written by Benchmarks/peers/matching_train.py; do not edit.\n")
    print("/// Learned on one half of a catalogue's queries (matching_data.py).")
    print("enum ModelWeights {")
    print("  /// A weight for each feature, in the order of ``Features/Name``.")
    print("  static let features: [Float] = [")
    for name, value in zip(NAMES, w):
        print(f"    {value:.4f},  // {name}")
    print("  ]")
    print("  /// Of the confidence: " + ", ".join(CONFIDENCE[:4]) + ",")
    print("  /// " + ", ".join(CONFIDENCE[4:]) + ", and 1.")
    print("  static let confidence: [Float] = [")
    for value in c:
        print(f"    {value:.4f},")
    print("  ]")
    print("}")


if __name__ == "__main__":
    main()
