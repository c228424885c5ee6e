"""Hybrid searches on labelled questions: how good the order is, and how well relevance tells
questions that have an answer from those that have none.

    relevance.py --program HybridBenchmark --data DIRECTORY --wordnet DIRECTORY [--model DIRECTORY]
        [--learn FILE]

relevance_data.py says what the questions are; DIRECTORY of WordNet holds its database files
(Debian: wordnet-base, /usr/share/wordnet). Each set is asked with the built-in model and with
--model. The sets of the part `learn` are what weights and thresholds are made of; the table is of
the part `report`, of which nothing was used. --learn learns anew and writes the weights as Swift
(Sources/KnowledgeStore/Text/RelevanceModel.swift); build the program again to report on them.
"""
import argparse
import json
import os
import subprocess
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy
from scipy.optimize import minimize

import relevance_data

COLUMNS = ["query", "text", "words", "meaning", "text_share", "vector_share", "relevance"]
FEATURES = ["distance", "coverage", "entries", "codes_missing", "unknown", "word_count"]
OF_WORDS = [False, True, True, True, True, True]
RATES = [0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.5]
# What speaks for a hit may not count against it, nor the other way round, whatever the labels say.
FOR = {"distance", "coverage"}
AGAINST = {"entries", "codes_missing"}
POOL = 10


class Answers:
    """The hits of one set with one model."""

    def __init__(self, case, model, hits):
        self.case, self.model = case, model
        self.columns = {name: hits[:, place] for place, name in enumerate(COLUMNS)}
        self.features = hits[:, len(COLUMNS):]
        self.query = self.columns["query"].astype(int)
        self.kind = numpy.array([query["kind"] for query in case.queries])
        self.right = [set(query["right"]) for query in case.queries]
        self.has_answer = numpy.array([bool(each) for each in self.right])
        self.label = numpy.fromiter(
            (int(text) in self.right[query]
             for query, text in zip(self.query, self.columns["text"])), bool, len(hits))
        words, meaning = self.columns["words"], self.columns["meaning"]
        self.pool = ((words > 0) & (words <= POOL)) | ((meaning > 0) & (meaning <= POOL))
        # Each question of a kind weighs the same, and so do questions with and without an answer.
        weight = numpy.zeros(len(self.kind))
        for has_answer in (True, False):
            for kind in set(self.kind):
                these = (self.kind == kind) & (self.has_answer == has_answer)
                if these.any():
                    weight[these] = 1 / (these.sum() + 30)
            these = self.has_answer == has_answer
            if these.any():
                weight[these] /= weight[these].sum()
        self.weight = weight

    def best(self, score, among=None):
        """The greatest score of each question, over all its hits, or `among` them."""
        best = numpy.full(len(self.kind), -numpy.inf)
        these = slice(None) if among is None else among
        numpy.maximum.at(best, self.query[these], score[these])
        return best

    def order(self, score):
        """nDCG@10 and recall@10 of each question; a score of minus infinity is no hit."""
        gain, found = numpy.zeros(len(self.kind)), numpy.zeros(len(self.kind))
        order = numpy.lexsort((self.columns["text"], -score, self.query))
        query = self.query[order]
        starts = numpy.flatnonzero(numpy.r_[True, query[1:] != query[:-1]])
        rank = numpy.arange(len(query)) - numpy.repeat(
            starts, numpy.diff(numpy.r_[starts, len(query)]))
        these = (rank < 10) & self.label[order] & numpy.isfinite(score[order])
        numpy.add.at(gain, query[these], 1 / numpy.log2(rank[these] + 2))
        numpy.add.at(found, query[these], 1)
        count = numpy.clip([len(each) for each in self.right], 1, 10)
        ideal = numpy.cumsum(1 / numpy.log2(numpy.arange(10) + 2))[count - 1]
        return gain / ideal, found / count

    def ways(self, relevance):
        """Scores by the name of what orders by them."""
        words, meaning = self.columns["words"], self.columns["meaning"]
        none = -numpy.inf
        ranks = sum(numpy.where(rank > 0, 1 / (60 + rank), 0) for rank in (words, meaning))
        return {
            "words": numpy.where(words > 0, -words, none),
            "meaning": numpy.where(meaning > 0, -meaning, none),
            "ranks": ranks,
            "scores": 0.4 * self.columns["text_share"] + 0.6 * self.columns["vector_share"],
            "relevance": relevance,
        }


def answers(program, cases, models):
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            for name, lines in (("texts", case.texts), ("queries", case.queries)):
                with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
                    file.writelines(json.dumps(
                        {key: line[key] for key in ("text", "title", "keywords", "content")
                         if key in line}) + "\n" for line in lines)
            for name, flags in models:
                output = subprocess.run(
                    [program, "--texts", f"{folder}/texts", "--queries", f"{folder}/queries",
                     "--hits", f"{folder}/hits", *flags],
                    check=True, stdout=subprocess.PIPE, text=True).stdout
                print(f"{case.name}, {name}: {len(case.texts)} texts, {output.strip()}", flush=True)
                hits = numpy.fromfile(f"{folder}/hits").reshape(-1, len(COLUMNS) + len(FEATURES))
                found = Answers(case, name, hits)
                # At a false-answer rate of 0.05, the same for all.
                found.threshold = float(output.split()[-1])
                yield found


def fit(sets, used):
    """Bias and weights that maximise the likelihood of the labels of the first ten hits of words
    and of meaning."""
    values = numpy.concatenate([each.features[each.pool] for each in sets])
    labels = numpy.concatenate([each.label[each.pool] for each in sets])
    weight = numpy.concatenate([
        (each.weight / numpy.maximum(1, numpy.bincount(
            each.query[each.pool], minlength=len(each.kind))))[each.query[each.pool]]
        for each in sets])
    weight /= weight.sum()
    mean = numpy.average(values, 0, weight)
    spread = numpy.sqrt(numpy.average((values - mean) ** 2, 0, weight)) + 1e-9
    standard = (values - mean) / spread * numpy.array(used, float)
    sign = numpy.where(labels, 1.0, -1.0)

    def loss(point):
        margin = (standard @ point[1:] + point[0]) * sign
        slope = -sign * weight / (1 + numpy.exp(numpy.clip(margin, -700, 700)))
        return ((numpy.logaddexp(0, -margin) * weight).sum() + 1e-3 * (point[1:] ** 2).sum(),
                numpy.r_[slope.sum(), standard.T @ slope + 2e-3 * point[1:]])

    bounds = [(None, None)] + [
        (0 if name in FOR else None, 0 if name in AGAINST else None) for name in FEATURES]
    found = minimize(
        loss, numpy.zeros(values.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    weights = found[1:] / spread * numpy.array(used, float)
    return found[0] - (weights * mean).sum(), weights


def thresholds(sets, bias, weights, by_words):
    """Logits that this part of questions without an answer has a hit of, sets and kinds alike."""
    best, weight = [], []
    for each in sets:
        among = (each.columns["words"] > 0) & (each.columns["words"] <= POOL) if by_words else None
        logit = each.best(each.features @ weights + bias, among)
        best.append(logit[~each.has_answer])
        weight.append(each.weight[~each.has_answer])
    best, weight = numpy.concatenate(best), numpy.concatenate(weight)
    order = numpy.argsort(-best)
    share = numpy.cumsum(weight[order]) / weight.sum()
    return [float(best[order][min(len(order) - 1, numpy.searchsorted(share, rate))])
            for rate in RATES]


def swift(sets):
    def numbers(values):
        return "[\n    " + ", ".join(f"{value:.6g}" for value in values) + ",\n  ]"

    bias, weights = fit(sets, [True] * len(FEATURES))
    word_bias, word_weights = fit(sets, OF_WORDS)
    return f"""/// Weights and thresholds of ``Relevance``, made by Benchmarks/peers/relevance.py.
enum RelevanceModel {{
  static let bias = {bias:.6g}
  /// By ``Relevance/features(_:)``.
  static let weights = {numbers(weights)}
  static let wordBias = {word_bias:.6g}
  /// The same for words alone.
  static let wordWeights = {numbers(word_weights)}
  /// Parts of questions without an answer, and the logit that so many of them have a hit above.
  static let rates = {numbers(RATES)}
  static let thresholds = {numbers(thresholds(sets, bias, weights, False))}
  static let wordThresholds = {numbers(thresholds(sets, word_bias, word_weights, True))}
}}
"""


def logit(probability):
    clipped = numpy.clip(probability, 1e-15, 1 - 1e-15)
    return numpy.log(clipped / (1 - clipped))


def report(sets, threshold):
    """`threshold` is the relevance at a false-answer rate of 0.05."""
    print("\nnDCG@10 and recall@10 of questions with an answer; of those without one, the part that"
          "\nhas a hit above the threshold, and of those with one the part that has")
    names = ["words", "meaning", "ranks", "scores", "relevance"]
    print(f"{'set':18}{'model':10}{'kind':12}{'n':>5}" + "".join(f"{name:>14}" for name in names)
          + f"{'n':>6}{'false':>8}{'passes':>8}")
    groups = {}
    for each in sets:
        orders = {name: each.order(score)
                  for name, score in each.ways(each.columns["relevance"]).items()}
        passes = each.best(each.columns["relevance"]) >= threshold
        for kind in sorted(set(each.kind)):
            for key in ((each.case.name, each.model, kind), ("all", each.model, kind),
                        ("all", "all", kind), ("all", each.model, "all"), ("all", "all", "all")):
                asked = (each.kind == kind) & each.has_answer
                none = (each.kind == kind) & ~each.has_answer
                groups.setdefault(key, []).append((
                    {name: (orders[name][0][asked], orders[name][1][asked]) for name in names},
                    passes[none], passes[asked]))
    for (name, model, kind), parts in sorted(groups.items(), key=lambda item: (
            item[0][0] == "all", item[0][2] == "all", item[0][1] == "all", item[0])):
        def mean(pick):
            values = numpy.concatenate([pick(part) for part in parts])
            return values.mean() if len(values) else numpy.nan
        count = sum(len(part[2]) for part in parts)
        line = "".join(
            f"  {mean(lambda part: part[0][way][0]):.3f} {mean(lambda part: part[0][way][1]):.3f}"
            for way in names) if count else " " * 14 * len(names)
        print(f"{name:18}{model:10}{kind:12}{count:5}{line}"
              f"{sum(len(part[1]) for part in parts):6}{mean(lambda part: part[1]):8.3f}"
              + (f"{mean(lambda part: part[2]):8.3f}" if count else ""))
    said = numpy.concatenate([each.columns["relevance"][each.pool] for each in sets])
    was = numpy.concatenate([each.label[each.pool] for each in sets])
    error = 0.0
    print("\nrelevance said, and the part that was right (the first ten hits by words and meaning)")
    for low in numpy.arange(10) / 10:
        these = (said >= low) & ((said < low + 0.1) | (low == 0.9))
        if these.any():
            error += these.mean() * abs(said[these].mean() - was[these].mean())
            print(f"  {said[these].mean():.3f}  {was[these].mean():.3f}  of {these.sum()}")
    print(f"expected calibration error {error:.4f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--wordnet", default="/usr/share/wordnet")
    parser.add_argument("--demo", default=os.path.join(
        os.path.dirname(__file__), "..", "..", "Examples", "demo"))
    parser.add_argument("--model")
    parser.add_argument("--learn")
    arguments = parser.parse_args()
    models = [("built-in", [])]
    if arguments.model:
        models.append(("local", ["--model", arguments.model]))
    part = "learn" if arguments.learn else "report"
    cases = [case for case in relevance_data.cases(
        arguments.data, arguments.demo, arguments.wordnet) if case.part == part]
    sets = list(answers(arguments.program, cases, models))
    if arguments.learn:
        with open(arguments.learn, "w", encoding="utf-8") as file:
            file.write(swift(sets))
    else:
        report(sets, sets[0].threshold)


if __name__ == "__main__":
    main()
