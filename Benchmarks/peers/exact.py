"""Exact search against FAISS IndexFlatIP: same vectors, same queries, one thread each, one run.

    python3 -m venv .venv && .venv/bin/pip install -r Benchmarks/peers/requirements.txt
    swift build -c release --product SearchBenchmark
    .venv/bin/python Benchmarks/peers/exact.py

Rounds of FAISS and of ours alternate, and each keeps its best, so that a busy moment of the
machine spoils neither; `--clock cpu` counts processor time instead, for machines that are never
quiet. FAISS is timed with its BLAS threshold at the default and at 1 and the
better counts. Recall is measured against float64 inner products of the same float32 vectors.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import faiss  # noqa: E402
import numpy as np  # noqa: E402


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def make(kind, rows, queries, dimension, seed):
    """Unit vectors: uniform on the sphere, or around 1,000 centres (mean cosine to them 0.7)."""
    random = np.random.default_rng(seed)
    draw = lambda n: random.standard_normal((n, dimension), dtype=np.float32)  # noqa: E731
    if kind == "uniform":
        return unit(draw(rows)), unit(draw(queries))
    centres = unit(draw(1000))
    around = lambda n: unit(centres[random.integers(0, 1000, n)] + unit(draw(n)))  # noqa: E731
    return around(rows), around(queries)


def truth(vectors, queries, count):
    """Rows of the best float64 scores, ties by row number; and their scores."""
    wide = vectors.astype(np.float64)
    best = []
    for query in queries.astype(np.float64):
        scores = wide @ query
        some = np.argpartition(-scores, count)[:count]
        worst = scores[some].min()
        some = np.flatnonzero(scores >= worst)
        best.append(some[np.lexsort((some, -scores[some]))][:count])
    return np.array(best)


def recall(found, expected):
    hits = sum(len(set(f) & set(e)) for f, e in zip(found.tolist(), expected.tolist()))
    return hits / expected.size


class Flat:
    """FAISS, its better threshold for each batch size."""

    def __init__(self, vectors, queries, count, clock):
        faiss.omp_set_num_threads(1)
        self.index = faiss.IndexFlatIP(vectors.shape[1])
        self.index.add(vectors)
        self.queries, self.count, self.clock = queries, count, clock
        self.default = faiss.cvar.distance_compute_blas_threshold

    def seconds(self, batch, budget):
        best = float("inf")
        for threshold in (self.default, 1):
            faiss.cvar.distance_compute_blas_threshold = threshold
            end, first, calls = time.perf_counter() + budget / 2, 0, 0
            while calls < 2 or time.perf_counter() < end:
                part = self.queries[first : first + batch]
                start = self.clock()
                self.index.search(part, self.count)
                best = min(best, self.clock() - start)
                first = first + batch if first + 2 * batch <= len(self.queries) else 0
                calls += 1
        return best

    def answers(self):
        faiss.cvar.distance_compute_blas_threshold = self.default
        return self.index.search(self.queries, self.count)[1]


def ours(options, directory, arguments):
    command = [
        options.benchmark, "--vectors", f"{directory}/vectors.f32",
        "--queries", f"{directory}/queries.f32", "--dimension", str(options.dimension),
        "--count", str(options.count),
    ]
    result = subprocess.run(command + arguments, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{options.benchmark} failed: {result.stderr}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def compare(options, kind):
    queries_count = max(max(options.batches), 100)
    if options.vectors:
        read = lambda path: np.fromfile(path, np.float32).reshape(-1, options.dimension)  # noqa: E731
        vectors, queries = read(options.vectors), read(options.queries)
    else:
        vectors, queries = make(kind, options.rows, queries_count, options.dimension, options.seed)
    with tempfile.TemporaryDirectory() as directory:
        vectors.tofile(f"{directory}/vectors.f32")
        queries.tofile(f"{directory}/queries.f32")
        clock = time.perf_counter if options.clock == "wall" else time.thread_time
        flat = Flat(vectors, queries, options.count, clock)
        field = "best_ms" if options.clock == "wall" else "best_cpu_ms"
        budget = options.seconds / options.rounds
        times = {batch: [float("inf"), float("inf")] for batch in options.batches}
        answers = f"{directory}/answers"
        for turn in range(options.rounds):
            for batch in options.batches:
                times[batch][0] = min(times[batch][0], flat.seconds(batch, budget))
            lines = ours(options, directory, [
                "--batches", ",".join(map(str, options.batches)),
                "--milliseconds", str(int(budget * 1000)),
            ] + (["--answers", answers] if turn == 0 else []))
            for line in lines:
                times[line["batch"]][1] = min(times[line["batch"]][1], line[field] / 1000)
        found = np.loadtxt(answers, dtype=np.int64, ndmin=2)
        expected = truth(vectors, queries, options.count)
        single, batch = found[: len(queries)], found[len(queries) :]
        return {
            "data": kind, "rows": len(vectors), "dimension": options.dimension,
            "count": options.count, "kernels": lines[0]["kernels"],
            "recall": {
                "single": recall(single, expected), "batch": recall(batch, expected),
                "faiss": recall(flat.answers(), expected),
            },
            "same_order": bool((single == expected).all() and (batch == expected).all()),
            "batches": [
                {
                    "batch": size, "faiss_ms": faiss_s * 1e3, "ours_ms": ours_s * 1e3,
                    "faiss_qps": size / faiss_s, "ours_qps": size / ours_s,
                    "ratio": faiss_s / ours_s,
                }
                for size, (faiss_s, ours_s) in times.items()
            ],
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--benchmark", default=".build/release/SearchBenchmark")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--batches", type=lambda s: list(map(int, s.split(","))),
                        default=[1, 64, 512])
    parser.add_argument("--data", default="clustered,uniform")
    parser.add_argument("--vectors", help="float32 rows of one's own, in place of made ones")
    parser.add_argument("--queries", help="the same for queries")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each engine and batch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()
    if bool(options.vectors) != bool(options.queries):
        parser.error("--vectors and --queries come together")
    if options.vectors:
        options.data = "file"
    print(f"FAISS {faiss.__version__} IndexFlatIP, one thread, {options.clock} time, "
          f"load {os.getloadavg()[0]:.1f}")
    results = [compare(options, kind) for kind in options.data.split(",")]
    for result in results:
        r = result["recall"]
        print(f"\n{result['data']}: {result['rows']:,} x {result['dimension']}, "
              f"k = {result['count']}, kernels {result['kernels']}, recall {r['single']:.4f} / "
              f"{r['batch']:.4f} (single / batch; FAISS {r['faiss']:.4f}), "
              f"order {'as float64' if result['same_order'] else 'DIFFERS from float64'}")
        print("  batch   FAISS ms    ours ms   FAISS q/s    ours q/s   ratio")
        for row in result["batches"]:
            print(f"  {row['batch']:5d} {row['faiss_ms']:10.3f} {row['ours_ms']:10.3f} "
                  f"{row['faiss_qps']:11.1f} {row['ours_qps']:11.1f} {row['ratio']:6.2f}x")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=1)
    if any(r["recall"]["single"] < 1 or r["recall"]["batch"] < 1 for r in results):
        sys.exit("recall below 1: the search is not exact")


if __name__ == "__main__":
    main()
