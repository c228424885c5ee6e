"""Fuzzy matching against RapidFuzz and TF-IDF: the same names, the same queries, one run.

    ./run bench match --data DIRECTORY [--model DIRECTORY]

DIRECTORY holds catalogue.jsonl.gz (id, name, category) and catalogue_queries.jsonl.gz (text, ids).
Figures are of the half of the queries that no weight was learned on (matching_data.py). A query
that is a name of the catalogue, letter by letter, may not be answered with that name, by nobody.
Time is processor time of one thread; RapidFuzz is asked for five names by `process.extract` with
`token_set_ratio`, with `default_process` done beforehand. TF-IDF is scikit-learn's, the cosine of
character 2- to 4-grams, `char_wb` and `char`: the better one counts, and its time is not compared,
for it multiplies whole matrices. With a model (sentence-transformers) the same queries are answered
with similarities of meaning, too: those of the 100 nearest names, as in the service.
"""

import argparse
import json
import random
import re
import subprocess
import tempfile
import time

import numpy
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer

import matching_data
from matching_train import calibration


def ours(options, names, queries, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/names", "w") as file:
            file.writelines(json.dumps({"name": name}) + "\n" for name in names)
        with open(f"{folder}/queries", "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in queries)
        done = subprocess.run(
            [f"{options.programs}/MatchBenchmark", "--names", f"{folder}/names", "--queries",
             f"{folder}/queries", "--results", f"{folder}/results", *arguments],
            check=True, capture_output=True, text=True)
        with open(f"{folder}/results") as file:
            return json.loads(done.stdout), [json.loads(line) for line in file]


def rapidfuzz(names, queries):
    choices = [utils.default_process(name) for name in names]
    start, answers = time.thread_time(), []
    for row in queries:
        found = process.extract(utils.default_process(row["text"]), choices,
                                scorer=fuzz.token_set_ratio, limit=6)
        answers.append([place for _, _, place in found if place not in row["without"]][:5])
    return (time.thread_time() - start) / len(queries) * 1e6, answers


def tfidf(names, queries, analyzer):
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=(2, 4))
    matrix = vectorizer.fit_transform(names).T.tocsr()
    answers = []
    for first in range(0, len(queries), 500):
        part = queries[first:first + 500]
        scores = (vectorizer.transform([row["text"] for row in part]) @ matrix).toarray()
        for row, line in zip(part, scores):
            line[row["without"]] = -1
            best = numpy.argpartition(-line, 5)[:5]
            answers.append([int(place) for place in best[numpy.argsort(-line[best])]])
    return answers


def embedded(options, texts):
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/texts", "w") as file:
            file.writelines(json.dumps({"text": text}) + "\n" for text in texts)
        subprocess.run(
            [f"{options.programs}/EmbeddingBenchmark", "--model", options.model, "--texts",
             f"{folder}/texts", "--vectors", f"{folder}/vectors"],
            check=True, stdout=subprocess.DEVNULL)
        return numpy.fromfile(f"{folder}/vectors", dtype="<f4").reshape(len(texts), -1)


def meanings(names, queries, path, count=100):
    """Writes the nearest names of each query: numbers and cosines."""
    with open(path, "wb") as file:
        for first in range(0, len(queries), 500):
            scores = queries[first:first + 500] @ names.T
            best = numpy.argpartition(-scores, count)[:, :count]
            for row, places in zip(scores, best):
                pairs = numpy.zeros(count, numpy.dtype([("name", "<u4"), ("score", "<f4")]))
                pairs["name"], pairs["score"] = places, row[places]
                file.write(pairs.tobytes())


def firsts(queries, results):
    """The confidence of each first name, and whether it is right."""
    kept = [(result["confidence"][0], result["ids"][0] in set(row["ids"]))
            for row, result in zip(queries, results) if result["ids"]]
    return [numpy.array(column) for column in zip(*kept)]


def report(kind, queries, results):
    p, right = firsts(queries, results)
    bins = []
    for low in numpy.arange(0, 1, 0.2):
        inside = (p >= low) & (p < low + 0.2 + (low > 0.75))
        if inside.sum() >= 20:
            bins.append(f"{p[inside].mean():.2f}:{right[inside].mean():.2f} ({inside.sum()})")
    said = [result["ids"][0] in set(row["ids"])
            for row, result in zip(queries, results) if result["verdict"] == "match"]
    print(f"  {kind}: ECE {calibration(p, right):.3f}; said:was (queries) {', '.join(bins)}; "
          f"{len(said)} of {len(queries)} called a match, {sum(said)} of them right", flush=True)


def accuracy(queries, answers):
    right = [set(row["ids"]) for row in queries]
    first = [bool(found) and found[0] in ids for found, ids in zip(answers, right)]
    five = [bool(ids.intersection(found[:5])) for found, ids in zip(answers, right)]
    return numpy.array(first), numpy.array(five)


def swaps(options, names, count, seed=23):
    """Names with one character of a code changed: how many are a match with a name without it."""
    rng = random.Random(seed)

    def squeezed(text):
        # 64 Go is French for 64 GB, 8.0-Megapixel is 8 MP.
        text = re.sub(r"(\d)\.0\b", r"\1", text)
        text = re.sub(r"(\d[kmgt])o\b", r"\1b", text.lower())
        return re.sub(r"[\W_]", "", re.sub(r"(?<=\d)\W?megapixels?\b", "mp", text))

    plain = [squeezed(name) for name in names]
    queries = []
    while len(queries) < count:
        number = rng.randrange(len(names))
        text = names[number].split("|")[0].strip()
        codes = [found for found in re.finditer(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*", text)
                 if re.search(r"\d", found.group())]
        if not codes:
            continue
        found = rng.choice(codes)
        # A character of a part with a digit, or of a short part: longer ones are words.
        places = [part.start() + i for part in re.finditer(r"[A-Za-z0-9]+", found.group())
                  for i in range(len(part.group()))
                  if re.search(r"\d", part.group()) or len(part.group()) <= 3]
        at = rng.choice(places)
        old = found.group()
        pool = "0123456789" if old[at].isdigit() and rng.random() < 0.7 else (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        new = old[:at] + rng.choice(pool) + old[at + 1:]
        code = squeezed(new)
        if code == squeezed(old) or code in plain[number]:
            continue
        before, after = text[:found.start()], text[found.end():]
        if rng.random() < 0.5:
            # The few words around the code.
            before = "".join(re.findall(r"\S+\s*", before)[-3:])
            after = "".join(re.findall(r"\s*\S+", after)[:3])
        queries.append({"text": before + new + after, "code": code, "old": squeezed(old),
                        "without": []})
    _, results = ours(options, names, queries)
    # With everything accepted that is not contradicted: the rule must hold by itself.
    _, open_results = ours(options, names, queries, "--threshold", "0.01", "--floor", "0.001")
    wrong = []
    for row, *found in zip(queries, results, open_results):
        for result in found:
            if result["verdict"] != "match":
                continue
            name = plain[result["ids"][0]]
            # What became a word without a digit is a swap only where the old code is found.
            if row["code"] not in name and (
                    re.search(r"\d", row["code"]) or row["old"] in name):
                wrong.append((row["text"], names[result["ids"][0]]))
                break
    verdicts = [result["verdict"] for result in results]
    return wrong, {kind: verdicts.count(kind) for kind in ("match", "ambiguous", "none")}


def grown(names, count, seed=5):
    """More names, by recombination: the first words of one, the rest of another, and codes of
    their own."""
    rng = random.Random(seed)
    rows = list(names)
    while len(rows) < count:
        first, second = rng.choice(names).split(), rng.choice(names).split()
        words = first[: (len(first) + 1) // 2] + second[len(second) // 2:]
        rows.append(" ".join(
            re.sub(r"\d", lambda _: str(rng.randrange(10)), word)
            if re.search(r"\d{3}", word) else word for word in words)[:300] or "name")
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", help="a sentence-transformers directory")
    parser.add_argument("--timed", type=int, default=100, help="queries of RapidFuzz's time")
    parser.add_argument("--sizes", default="5000,50000,200000,1000000")
    parser.add_argument("--swaps", type=int, default=10000)
    parser.add_argument("--peer-queries", type=int, default=1000, help="queries of RapidFuzz")
    options = parser.parse_args()
    names, categories, queries = matching_data.load(options.data)
    held = [row for row in queries if row["half"] == 1]
    print(f"{len(names)} names, {len(held)} queries that nothing was learned from\n")
    known = matching_data.phrases(names)
    sets = {"clean": held, "abbreviated": matching_data.abbreviated(held, known, 2027),
            "initials": matching_data.initials(held, known, 2027),
            "misspelt": matching_data.misspelt(held, 2027),
            "noisy": matching_data.noisy(held, 2027)}
    print("| queries | engine | @1 | @5 | " + " | ".join(
        f"{name} @1 / @5" for name in sorted(set(categories))) + " |")
    print("| --- | --- |" + " --- |" * (2 + len(set(categories))))
    ours_results = {}
    for kind, rows in sets.items():
        _, results = ours(options, names, rows)
        ours_results[kind] = results
        engines = {
            "knowledge": [result["ids"] for result in results],
            "TF-IDF char_wb": tfidf(names, rows, "char_wb"),
            "TF-IDF char": tfidf(names, rows, "char"),
        }
        part = rows[: options.peer_queries]
        label = f"first {len(part)}: "
        engines[label + "RapidFuzz"] = rapidfuzz(names, part)[1]
        engines[label + "knowledge"] = engines["knowledge"][: len(part)]
        everything = rows
        for engine, answers in engines.items():
            rows = everything[: len(answers)]
            first, five = accuracy(rows, answers)
            cells = [f"{first.mean():.3f}", f"{five.mean():.3f}"]
            for category in sorted(set(categories)):
                inside = numpy.array([row["category"] == category for row in rows])
                cells.append(f"{first[inside].mean():.3f} / {five[inside].mean():.3f}")
            print(f"| {kind} | {engine} | " + " | ".join(cells) + " |", flush=True)
    print("\nConfidence of the first name, of all queries (own names may answer in the last two; "
          "of absent queries no name that is left is right):")
    own = [row | {"ids": row["ids"] + row["without"], "without": []}
           for row in held if row["without"]]
    absent = matching_data.absent(held[::4])
    sets |= {"absent": absent, "customer": matching_data.customers(held, 2027), "own name": own}
    for kind, rows in sets.items():
        report(kind, rows, ours_results.get(kind) or ours(options, names, rows)[1])
    if options.model:
        print("\nWith similarities of meaning:")
        vectors = embedded(options, names)
        for kind in ("clean", "abbreviated", "misspelt", "customer"):
            rows = sets[kind]
            with tempfile.NamedTemporaryFile() as file:
                meanings(vectors, embedded(options, [row["text"] for row in rows]), file.name)
                _, results = ours(options, names, rows, "--meanings", file.name)
            first, five = accuracy(rows, [result["ids"] for result in results])
            print(f"  {kind}: @1 {first.mean():.3f}, @5 {five.mean():.3f}")
            report(kind, rows, results)
    wrong, verdicts = swaps(options, names, options.swaps)
    print(f"\nCodes with one character changed: {len(wrong)} silent swaps of {options.swaps} "
          f"({verdicts})", flush=True)
    for text, name in wrong[:20]:
        print(f"  {text}\n    -> {name}")
    print("\n| names | knowledge, mean / p99 | read, touched, scored | bytes a name | RapidFuzz |")
    print("| --- | --- | --- | --- | --- |")
    rng = random.Random(3)
    for size in map(int, options.sizes.split(",")):
        part = rng.sample(names, size) if size < len(names) else grown(names, size)
        timed = [row | {"without": []} for row in rng.sample(held, 2 * options.timed)]
        cost, _ = ours(options, part, timed, "--rounds", "5")
        peer = "–"
        if size <= 50000:
            microseconds = rapidfuzz(part, timed[: max(20, options.timed * 5000 // size)])[0]
            peer = f"{microseconds / 1e3:.1f} ms, {microseconds / cost['mean_us']:.0f} times"
        print(f"| {size} | {cost['mean_us']:.0f} / {cost['p99_us']:.0f} µs | "
              f"{cost['postings']:.0f}, {cost['touched']:.0f}, {cost['scored']:.0f} | "
              f"{cost['index_mb'] * 1e6 / size:.0f} | {peer} |", flush=True)


if __name__ == "__main__":
    main()
