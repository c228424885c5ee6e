"""What the right answers are, by float64 brute force, and how much of them an engine found."""

import hashlib
import os

import numpy as np

# Answers kept of every query, so that recall@1, @10 and @100 can be told from one computation.
KEPT = 100
ROWS_PER_BLOCK = 20_000
# Scores nearer than this are the same: rows that tie must not count against who found the other.
TIE = 1e-9


def attribute(count):
    """A pseudo-random number below 2^20 for each row, by SplitMix64: what filters look at."""
    with np.errstate(over="ignore"):
        mixed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(44)).astype(np.int32)


def limit(share):
    """Rows whose attribute is below this make up `share` of all."""
    return int(share * (1 << 20))


def digest(path):
    """A hash of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:16]


def best(vectors, queries, kept, rows=None):
    """Scores of the best `kept` rows of every query, best first: float64, shape [queries, kept].

    `rows` are the numbers of those that take part, all by default; where they are fewer than
    `kept`, minus infinity fills the rest.
    """
    rows = np.arange(len(vectors)) if rows is None else rows
    wide = queries.astype(np.float64).T
    scores = np.full((len(queries), kept), -np.inf)
    for first in range(0, len(rows), ROWS_PER_BLOCK):
        block = vectors[rows[first : first + ROWS_PER_BLOCK]].astype(np.float64) @ wide
        joined = np.concatenate((scores, block.T), axis=1)
        scores = -np.partition(-joined, kept - 1, axis=1)[:, :kept]
    return -np.sort(-scores, axis=1)


def cached_best(cache, names, vectors, queries, share=None):
    """As `best`, kept below `cache` under the hashes of vectors and queries and the filter."""
    path = os.path.join(cache, f"truth-{'-'.join(names)}-{share or 'all'}.npy")
    if not os.path.exists(path):
        rows = None
        if share is not None:
            rows = np.flatnonzero(attribute(len(vectors)) < limit(share))
        unfinished = f"{path}.{os.getpid()}.npy"
        np.save(unfinished, best(vectors, queries, KEPT, rows))
        os.replace(unfinished, path)
    return np.load(path)


def recall(found, truth, vectors, queries, count, rows_limit=None):
    """Of the best `count` rows, the share that was found, per query.

    `found` holds row numbers, [queries, count], -1 where there was none. A row counts if its
    float64 score is not below that of the last right answer, once however often it is named, and
    only if its attribute is below `rows_limit` where that is given. Queries with no right answer
    count as 1.
    """
    shares = np.ones(len(found))
    passing = attribute(len(vectors)) < rows_limit if rows_limit is not None else None
    for number, ids in enumerate(found):
        wanted = truth[number][:count]
        wanted = wanted[np.isfinite(wanted)]
        if not len(wanted):
            continue
        ids = np.unique(ids[(ids >= 0) & (ids < len(vectors))])
        if passing is not None:
            ids = ids[passing[ids]]
        scores = vectors[ids].astype(np.float64) @ queries[number].astype(np.float64)
        right = int((scores >= wanted[-1] - TIE).sum())
        shares[number] = min(right, len(wanted)) / len(wanted)
    return shares


def check():
    """Compares with answers that are known; raises where one is wrong."""
    vectors = np.array([[1, 0], [0, 1], [0.8, 0.6], [0.8, 0.6], [-1, 0]], dtype=np.float32)
    queries = np.array([[1, 0], [0, 1]], dtype=np.float32)
    truth = best(vectors, queries, 3)
    assert np.allclose(truth, [[1, 0.8, 0.8], [1, 0.6, 0.6]])
    assert best(vectors, queries, 3, np.array([4])).tolist()[0][0] == -1.0

    def share(ids, count=2, rows_limit=None):
        return recall(np.array([ids]), truth[:1], vectors, queries[:1], count, rows_limit)[0]

    assert share([0, 2]) == share([0, 3]) == 1.0, "rows that tie are both right"
    assert share([0, 0]) == 0.5, "a row counts once"
    assert share([0, -1]) == 0.5 and share([4, 1]) == 0.0
    assert share([0, 2], rows_limit=0) == 0.0, "rows that the filter excludes are wrong"
    shares = [(attribute(100_000) < limit(part)).mean() for part in (0.001, 0.01, 0.1, 0.5)]
    assert np.allclose(shares, (0.001, 0.01, 0.1, 0.5), rtol=0.2), shares
