"""Where the rows come from: files, subsets of them, and rows drawn from their distribution.

Synthetic rows stay near the real ones: a row moves part of the way to one of its neighbours and
then by a part of the difference of two others, so that the noise lies where real rows differ from
each other. How large that part is follows from the real rows: the distances from real queries to
their 10th neighbour must have the same median over synthetic rows as over as many real ones.
"""

import json
import os
import subprocess

import faiss
import numpy as np

import truth

NEIGHBOURS = 16
SAMPLE = 20_000
ROWS_PER_BLOCK = 50_000
SEED = 20_261_121


def read(path, dimension):
    if os.path.getsize(path) % (4 * dimension):
        raise SystemExit(f"{path} does not hold whole rows of {dimension} float32")
    return np.memmap(path, dtype=np.float32, mode="r").reshape(-1, dimension)


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def neighbours(vectors, queries, count):
    """Rows of `vectors` near to each query, by inverted lists: nearly all are the nearest."""
    lists = max(1, int(np.sqrt(len(vectors))))
    index = faiss.index_factory(vectors.shape[1], f"IVF{lists},Flat", faiss.METRIC_INNER_PRODUCT)
    index.train(np.ascontiguousarray(vectors[:: max(1, len(vectors) // (64 * lists))]))
    index.add(np.ascontiguousarray(vectors))
    index.nprobe = min(lists, 16)
    return index.search(np.ascontiguousarray(queries), count)[1]


def around(rows, near, chosen, spread, random):
    """A row beside each of the `chosen` ones."""

    def pick():
        return rows[near[chosen, random.integers(1, near.shape[1], len(chosen))]]

    start = rows[chosen]
    part = random.random((len(chosen), 1), dtype=np.float32) / 2
    return unit(start + part * (pick() - start) + spread * (pick() - pick()))


def fitted_spread(rows, near, queries, random):
    """The spread at which synthetic rows lie as far from the queries as real ones."""
    sample = random.choice(len(rows), min(SAMPLE, len(rows)), replace=False)
    real = np.median(truth.best(rows[sample], queries, 10)[:, -1])
    low, high = 0.0, 1.5
    for _ in range(8):
        spread = (low + high) / 2
        chosen = random.integers(0, len(rows), len(sample))
        made = around(rows, near, chosen, spread, random)
        if np.median(truth.best(made, queries, 10)[:, -1]) > real:
            low = spread
        else:
            high = spread
    return (low + high) / 2


def profile(rows, queries):
    """Median cosine of queries to their 1st, 10th and 100th neighbour among `rows`."""
    return [round(float(np.median(truth.best(rows, queries, 100)[:, n])), 3) for n in (0, 9, 99)]


def synthetic(source, queries, count, path):
    """Writes `count` rows: the real ones first, then rows drawn from their distribution."""
    random = np.random.default_rng(SEED)
    rows, some = np.array(source), queries[:: max(1, len(queries) // 200)]
    near = neighbours(rows, rows, NEIGHBOURS + 1)
    near = np.where(near < 0, np.arange(len(rows))[:, None], near)
    spread = fitted_spread(rows, near, some, random)
    with open(path + ".tmp", "wb") as file:
        rows.tofile(file)
        for first in range(len(rows), count, ROWS_PER_BLOCK):
            chosen = random.integers(0, len(rows), min(ROWS_PER_BLOCK, count - first))
            around(rows, near, chosen, spread, random).tofile(file)
    os.replace(path + ".tmp", path)
    check = around(rows, near, random.integers(0, len(rows), len(rows)), spread, random)
    return {
        "real": len(rows),
        "spread": round(spread, 3),
        "cosines_real": profile(rows, some),
        "cosines_synthetic": profile(check, some),
    }


def widened(rows, partners, axes):
    """Rows of twice the dimension: each beside its blend with its partner, on other axes."""
    return unit(np.concatenate((rows, 0.7 * unit(rows + partners)), axis=1) @ axes)


def wide(source, queries, path, query_path):
    """Writes rows and queries of twice the dimension, turned onto their principal axes."""
    rows = np.array(source)
    partner = neighbours(rows, rows, 2)[:, 1]
    both = np.concatenate((rows, 0.7 * unit(rows + rows[partner])), axis=1)
    axes = np.linalg.eigh(both[:SAMPLE].T @ both[:SAMPLE])[1][:, ::-1].astype(np.float32)
    widened(rows, rows[partner], axes).tofile(path)
    nearest = rows[neighbours(rows, queries, 1)[:, 0]]
    widened(queries, nearest, axes).tofile(query_path)


def foreign(queries, path):
    """Writes queries that no text is like: each between two of no relation."""
    order = np.random.default_rng(SEED).permutation(len(queries))
    unit(queries + queries[order]).tofile(path)


class Cache:
    """A directory of what is costly to make, by the hash of what it was made from."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.hashes = {}

    def path(self, name):
        return os.path.join(self.directory, name)

    def digest(self, path):
        """The hash of a file, remembered while its size and time stay."""
        state = os.stat(path)
        note = self.path("digest-" + os.path.basename(path) + ".json")
        key = [os.path.realpath(path), state.st_size, state.st_mtime_ns]
        if os.path.exists(note):
            with open(note) as file:
                kept = json.load(file)
            if kept["key"] == key:
                return kept["digest"]
        found = truth.digest(path)
        with open(note, "w") as file:
            json.dump({"key": key, "digest": found}, file)
        return found


class Dataset:
    """Rows and queries of one run, as files, and what to say of them."""

    def __init__(self, cache, vectors, queries, dimension, story):
        self.cache, self.dimension, self.story = cache, dimension, story
        self.vector_path, self.query_path = vectors, queries
        self.vectors, self.queries = read(vectors, dimension), read(queries, dimension)
        self.name = cache.digest(vectors)
        self.query_name = cache.digest(queries)

    def truth(self, share=None):
        names = (self.name, self.query_name)
        return truth.cached_best(
            self.cache.directory, names, self.vectors, np.array(self.queries), share
        )


def embedded(texts, program, model, cache):
    """Vectors of a file of texts (JSON Lines with the key `text`) by the local model."""
    path = cache.path(f"texts-{cache.digest(texts)}.f32")
    if not os.path.exists(path):
        command = [program, "--model", model, "--texts", texts, "--vectors", path]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def held_out(path, dimension, cache):
    """Splits rows at random: 2,000, or a tenth where there are few, become queries."""
    name = cache.digest(path)
    vectors, queries = cache.path(f"rows-{name}.f32"), cache.path(f"queries-{name}.f32")
    if not (os.path.exists(vectors) and os.path.exists(queries)):
        rows = read(path, dimension)
        order = np.random.default_rng(SEED).permutation(len(rows))
        count = min(2_000, len(rows) // 10)
        rows[np.sort(order[:count])].tofile(queries)
        rows[np.sort(order[count:])].tofile(vectors)
    return vectors, queries


def subset(path, dimension, count, cache):
    """A random part of the rows."""
    made = cache.path(f"subset-{count}-{cache.digest(path)}.f32")
    if not os.path.exists(made):
        rows = read(path, dimension)
        chosen = np.random.default_rng(SEED).choice(len(rows), count, replace=False)
        rows[np.sort(chosen)].tofile(made)
    return made


def enlarged(path, queries, dimension, count, cache):
    """The rows and as many synthetic ones as make `count`; and how they compare."""
    made = cache.path(f"synthetic-{count}-{cache.digest(path)}.f32")
    note = made + ".json"
    if not (os.path.exists(made) and os.path.exists(note)):
        facts = synthetic(read(path, dimension), np.array(read(queries, dimension)), count, made)
        with open(note, "w") as file:
            json.dump(facts, file)
    with open(note) as file:
        return made, json.load(file)


def prepare(options, cache, program):
    """The data set that the options describe."""
    dimension, vectors, queries = options.dimension, options.vectors, options.queries
    if options.texts:
        vectors = embedded(options.texts, program, options.model, cache)
    if not queries:
        vectors, queries = held_out(vectors, dimension, cache)
    held = len(read(vectors, dimension))
    rows = options.rows or held
    story = f"{rows:,} real rows"
    if rows < held:
        vectors = subset(vectors, dimension, rows, cache)
        story = f"a random {rows:,} of {held:,} real rows"
    elif rows > held:
        vectors, facts = enlarged(vectors, queries, dimension, rows, cache)
        story = (
            f"{facts['real']:,} real rows and {rows - facts['real']:,} SYNTHETIC ones drawn "
            f"beside them (spread {facts['spread']}; median cosine of queries to the 1st, 10th "
            f"and 100th neighbour among {facts['real']:,} real rows {facts['cosines_real']}, "
            f"among as many synthetic ones {facts['cosines_synthetic']})"
        )
    if options.wide:
        source, asked = vectors, queries
        name = cache.digest(source)
        vectors = cache.path(f"wide-{name}.f32")
        queries = cache.path(f"wide-queries-{name}.f32")
        if not os.path.exists(queries):
            wide(read(source, dimension), np.array(read(asked, dimension)), vectors, queries)
        dimension *= 2
        story += f", each beside its blend with a neighbour, turned to {dimension} dimensions"
    if options.foreign:
        asked = queries
        queries = cache.path(f"foreign-{cache.digest(asked)}.f32")
        if not os.path.exists(queries):
            foreign(np.array(read(asked, dimension)), queries)
        story += "; queries are sums of two unrelated ones, which no row is like"
    return Dataset(cache, vectors, queries, dimension, story)


def inserted(dataset, count):
    """A file of rows that the index does not have: each between a row and a neighbour of it."""
    path = dataset.cache.path(f"inserts-{count}-{dataset.name}.f32")
    if not os.path.exists(path):
        random = np.random.default_rng(SEED + 1)
        rows = np.array(dataset.vectors)
        chosen = rows[random.integers(0, len(rows), count)]
        partner = neighbours(rows, chosen, 2)[:, 1]
        part = random.random((count, 1), dtype=np.float32) + 0.5
        unit(chosen + part * rows[partner]).tofile(path)
    return path
