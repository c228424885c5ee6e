"""Learns the weights of the matching model on the first half of the queries, and writes them as
Swift. The second half is only looked at to print how it went.

    .venv/bin/python Benchmarks/peers/matching_train.py --programs DIRECTORY --data DIRECTORY \\
        > Sources/Matching/Generated/ModelWeights.swift

The score is a sum of features with weights that maximise the probability of a right name among the
names scored (a softmax over each query). Weights of what speaks for a match may not be negative,
nor those of what speaks against it positive, whatever this catalogue's labels say. The confidence
is a logistic function of small boosted trees (scikit-learn) over the score, its lead, its share of
all scores, the names near it, and a few features: one model for the best name, one for the next
four. Logistic regression on the same values had twice the calibration error.
"""

import argparse
import json
import subprocess
import sys
import tempfile

import numpy
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

import matching_data

NAMES = """cosine queryCovered nameCovered queryCoveredEarly nameCoveredEarly codesCovered
codesMissing firstCodeOfQuery firstCodeOfName codesDiffer numbersCovered numbersDiffer sizesCovered
sizesDiffer tailCovered tailsAlike firstWord firstWordOfName lengthRatio rarestMissing rarestExtra
rarestShared alias attribute cosineShare whole wordsShared abbreviations nearCode
semantic""".split()
WIDTH = len(NAMES)
AGAINST = {"codesMissing", "codesDiffer", "numbersDiffer", "sizesDiffer", "rarestMissing",
           "rarestExtra", "tailsAlike"}
# Said by hand, for this catalogue has neither: an alias is as good as a name, and a word of the
# attributes is worth a little.
FIXED = {"alias": 0.0, "attribute": 0.3, "semantic": 0.0}
# Said by hand as well: of weights from 0.5 to 8 each made the order of the first half's queries
# worse where meaning always counted, and none did where words explain less than half of a query.
SEMANTIC = 2.0


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


# Behind score, lead, share, near, gap and size (Evidence.swift).
SHOWN = """whole queryCovered nameCovered cosine rarestMissing rarestExtra rarestShared
numbersDiffer""".split()


def evidence(query, values, labels, scores, size, ranks):
    """What a confidence is made of, for the names at `ranks` of each query, and whether they are
    right."""
    columns = [NAMES.index(name) for name in SHOWN]
    rows, right = [], []
    for top in best(query, scores, labels, 64):
        own = scores[top]
        total = own[0] + numpy.log(numpy.exp(own - own[0]).sum())
        near = numpy.log((own > own[0] - 1).sum())
        gap = min(own[0] - own[4], 4) if len(top) > 4 else 4
        for rank in ranks:
            if rank >= len(top):
                continue
            lead = own[rank] - own[0]
            if rank == 0:
                lead = min(own[0] - own[1], 3) if len(top) > 1 else 3
            rows.append([own[rank], lead, own[rank] - total, near, gap, numpy.log(size)]
                        + [values[top[rank], column] for column in columns])
            right.append(labels[top[rank]])
    return numpy.array(rows), numpy.array(right)


def trees(rows, right, weights, count):
    """Boosted trees of three levels, as rows of 22 numbers, and what they are added to."""
    model = HistGradientBoostingClassifier(
        max_iter=count, learning_rate=0.15, max_depth=3, max_leaf_nodes=8, min_samples_leaf=60,
        early_stopping=False, random_state=1).fit(rows, right, weights)
    table = []
    for (tree,) in model._predictors:
        splits, leaves = [(0, 0.0)] * 7, [0.0] * 8

        def fill(node, place, level):
            each = tree.nodes[node]
            if level == 3:
                leaves[place - 7] = each["value"]
            elif each["is_leaf"]:
                # The same on both sides.
                fill(node, 2 * place + 1, level + 1)
                fill(node, 2 * place + 2, level + 1)
            else:
                splits[place] = (int(each["feature_idx"]), float(each["num_threshold"]))
                fill(each["left"], 2 * place + 1, level + 1)
                fill(each["right"], 2 * place + 2, level + 1)

        fill(0, 0, 0)
        table.append([value for split in splits for value in split] + leaves)
    return numpy.array(table), float(model._baseline_prediction.ravel()[0])


def confidence(model, rows):
    table, base = model
    total = numpy.full(len(rows), base)
    for tree in table:
        node = numpy.zeros(len(rows), int)
        for _ in range(3):
            left = rows[numpy.arange(len(rows)), tree[2 * node].astype(int)] <= tree[2 * node + 1]
            node = 2 * node + numpy.where(left, 1, 2)
        total += tree[14 + node - 7]
    return 1 / (1 + numpy.exp(-total))


def calibration(p, right):
    """Expected calibration error over ten bins of equal width."""
    error = 0.0
    for low in numpy.arange(0, 1, 0.1):
        inside = (p >= low) & (p < low + 0.1 + (low > 0.85))
        if inside.any():
            error += inside.mean() * abs(p[inside].mean() - right[inside].mean())
    return error


# What a query of each kind counts. The first is that of the figures, and there is one of it beside
# three of the same kind with noise. Nothing is learned of initials: they are only looked at.
RANKING = {"own name": 0.2, "initials": 0.0}
CONFIDENCE = {"clean": 2.0, "initials": 0.0}
# Random parts of the catalogue, for most shops are smaller: names, and how many parts.
PARTS = [(30, 12), (300, 5), (2000, 1)]


def dumped(program, names, rows):
    return rows, len(names), *features(program, names, rows)


def joined(parts):
    """Several catalogues' queries as one."""
    rows, queries, values, labels = [], [], [], []
    for part, _, q, v, y in parts:
        queries.append(q + len(rows))
        rows += part
        values.append(v)
        labels.append(y)
    return (rows, parts[0][1], numpy.concatenate(queries), numpy.concatenate(values),
            numpy.concatenate(labels))


def half_sets(program, names, queries, half, known):
    rows = [row for row in queries if row["half"] == half]
    own = [row | {"ids": row["ids"] + row["without"], "without": []}
           for row in rows if row["without"]]
    seed = 2026 + half
    customers = matching_data.customers(rows, seed)
    sets = {"own name": own, "clean": rows, "noisy": matching_data.noisy(rows, seed),
            "abbreviated": matching_data.abbreviated(rows, known, seed),
            "misspelt": matching_data.misspelt(rows, seed),
            "initials": matching_data.initials(rows, known, seed), "customer": customers}
    done = {kind: dumped(program, names, part) for kind, part in sets.items()}
    for size, count in PARTS:
        for kind, source in (("clean", rows), ("customer", customers)):
            parts = [matching_data.small(names, source, size, 1000 * half + number)
                     for number in range(count)]
            done[f"{kind} of {size}"] = joined(
                [dumped(program, *part) for part in parts if part[1]])
    return done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--data", required=True)
    options = parser.parse_args()
    names, _, queries = matching_data.load(options.data)
    known = matching_data.phrases(names)
    halves = [half_sets(f"{options.programs}/MatchBenchmark", names, queries, half, known)
              for half in (0, 1)]
    offset, query, values, labels, weight = 0, [], [], [], []
    for kind, (rows, _, q, v, y) in halves[0].items():
        if RANKING.get(kind, 1) == 0:
            continue
        order = numpy.argsort(q, kind="stable")
        query.append(q[order] + offset)
        values.append(v[order])
        labels.append(y[order])
        weight.append(numpy.full(len(rows), RANKING.get(kind, 1.0)))
        offset += len(rows)
    w = ranking(numpy.concatenate(query), numpy.concatenate(values), numpy.concatenate(labels),
                numpy.concatenate(weight))
    w[NAMES.index("semantic")] = SEMANTIC
    models = []
    for ranks, count in ((range(1), 60), (range(1, 5), 40)):
        parts = [(*evidence(q, v, y, v @ w, size, ranks), CONFIDENCE.get(kind, 1.0))
                 for kind, (_, size, q, v, y) in halves[0].items()
                 if CONFIDENCE.get(kind, 1) > 0]
        models.append(trees(
            numpy.concatenate([x for x, _, _ in parts]),
            numpy.concatenate([y for _, y, _ in parts]),
            numpy.concatenate([numpy.full(len(y), share) for _, y, share in parts]), count))
    for half, sets in enumerate(halves):
        for kind, (rows, size, q, v, y) in sets.items():
            tops = best(q, v @ w, y)
            first = sum(bool(y[top[0]]) for top in tops) / len(rows)
            five = sum(bool(y[top].any()) for top in tops) / len(rows)
            errors = []
            for model, ranks in zip(models, (range(1), range(1, 5))):
                x, right = evidence(q, v, y, v @ w, size, ranks)
                errors.append(calibration(confidence(model, x), right))
            print(f"half {half} {kind:16s} @1 {first:.4f} @5 {five:.4f} scored "
                  f"{len(set(q[y])) / len(rows):.4f} ECE of the first {errors[0]:.4f}, of the next "
                  f"four {errors[1]:.4f}", file=sys.stderr)
    write(w, models)


def write(w, models):
    print("// Written by Benchmarks/peers/matching_train.py; do not edit.\n")
    print("/// Learned on one half of a catalogue's queries (matching_data.py).")
    print("enum ModelWeights {")
    print("  /// A weight for each feature, in the order of ``Features/Name``.")
    print("  static let features: [Float] = [")
    for name, value in zip(NAMES, w):
        print(f"    {value:.4f},  // {name}")
    print("  ]")
    for name, what, (table, base) in zip(
            ("first", "others"), ("the best item", "the items behind it"), models):
        print(f"  /// The trees of the confidence of {what}, and what they are added to.")
        print(f"  static let {name}Base: Float = {base:.4f}")
        print(f"  static let {name}: [Float] = [")
        # A feature's number as it is, all else with as many places as it takes.
        numbers = [f"{value:.4g}" for value in table.ravel()]
        line = "   "
        for number in numbers:
            if len(line) + len(number) + 2 > 100:
                print(line)
                line = "   "
            line += f" {number},"
        print(line)
        print("  ]")
    print("}")


if __name__ == "__main__":
    main()
