"""This engine and its peers on the same rows and queries, in one run: `./run bench peers`.

    --vectors FILE --queries FILE   little-endian float32, row after row, unit length
    --texts FILE                    texts instead (JSON Lines, key `text`), embedded with the local
                                    model; without --queries 2,000 rows are held out as queries
    --rows N                        a random subset, or synthetic rows besides where FILE has fewer
    --wide, --foreign               twice the dimension; queries that no row is like
    --quick                         20,000 rows, every setting once: some minutes

One thread and one query at a time. Every engine runs in a process of its own, and engines take
turns round by round, so that a busy moment of the machine hits all alike; figures are medians over
rounds. Queries per second count processor time of the searching thread; --json has them by the
clock too.
Recall is against float64 brute force (`truth.py`). Indexes, truth and embedded texts are kept in
--cache and made again only where their input changed.
"""

import argparse
import json
import os
import sys

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import data  # noqa: E402
import engines  # noqa: E402
import jobs  # noqa: E402
import measure  # noqa: E402
import plot  # noqa: E402
import report  # noqa: E402
import truth  # noqa: E402

INSERTS_PER_SECOND = 10_000


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--vectors")
    add("--queries")
    add("--texts")
    add("--dimension", type=int, default=384)
    add("--rows", type=int)
    add("--wide", action="store_true")
    add("--foreign", action="store_true")
    add("--engines", default=",".join([jobs.OURS, *engines.ENGINES]))
    add("--parts", default="memory,filters,updates", help="what to measure; the sweep always is")
    add("--rounds", type=int, default=3)
    add("--seconds", type=float, default=2.0, help="at most, for one setting in one round")
    add("--clock", choices=("wall", "cpu"), default="wall", help="what tables tell latencies by")
    add("--quick", action="store_true")
    add("--json", help="where all figures go")
    add("--svg", help="where the curves go")
    add("--cache", help="default: peers-cache beside the vectors")
    add("--programs", default=".build/release", help="where the Swift benchmarks were built")
    add("--model", default=os.environ.get("KNOWLEDGE_MODEL", ""))
    add("--self-test", action="store_true", help="checks truth and recall, measures nothing")
    options = parser.parse_args()
    if not options.self_test and not (options.vectors or options.texts):
        parser.error("--vectors or --texts is needed")
    unknown = set(options.engines.split(",")) - {jobs.OURS, *engines.ENGINES}
    if unknown:
        parser.error(f"unknown engines {', '.join(sorted(unknown))}")
    if options.quick:
        options.rows, options.rounds = options.rows or 20_000, 0
    return options


def curves(results):
    return [
        (
            measure.name(engine),
            [(one["recall"], one["qps_cpu"]) for one in measure.front(swept["figures"])],
        )
        for engine, swept in results["sweep"].items()
    ]


def write(path, text):
    with open(path + ".tmp", "w") as file:
        file.write(text)
    os.replace(path + ".tmp", path)


def keep(results, options):
    """Writes what there is so far: a run of hours that ends early leaves its figures."""
    if options.json:
        write(options.json, json.dumps(results, indent=1) + "\n")
    if options.svg and results.get("sweep"):
        title = f"Queries per CPU-second, {results['rows']:,} × {results['dimension']}, one thread"
        write(options.svg, plot.draw(title, curves(results)))


def main():
    options = arguments()
    if options.self_test:
        truth.check()
        return
    source = options.vectors or options.texts
    directory = options.cache or os.path.join(os.path.dirname(source) or ".", "peers-cache")
    cache = data.Cache(os.path.abspath(directory))
    dataset = data.prepare(options, cache, os.path.join(options.programs, "EmbeddingBenchmark"))
    program = os.path.join(options.programs, "SearchBenchmark")
    bench = measure.Bench(dataset, options.engines.split(","), program, options.seconds)
    results = {
        "machine": report.machine(),
        "story": dataset.story,
        "rows": len(dataset.vectors),
        "dimension": dataset.dimension,
        "queries": len(dataset.queries),
        "rounds": options.rounds,
        "clock": options.clock,
        "builds": bench.builds,
    }
    print(f"{dataset.story}\n{results['machine']}", file=sys.stderr, flush=True)
    for engine in bench.names:
        bench.build(engine)
        keep(results, options)
    results["sweep"] = {}
    for engine in bench.names:
        results["sweep"][engine] = measure.explore(bench, engine)
        keep(results, options)
    if options.rounds:
        measure.refine(bench, results["sweep"], options.rounds)
        keep(results, options)
    parts = options.parts.split(",")
    if "memory" in parts:
        results["memory"] = measure.memory(bench, results["sweep"])
        keep(results, options)
    if "filters" in parts:
        results["filters"] = measure.filters(bench, results["sweep"], max(1, options.rounds))
        keep(results, options)
    if "updates" in parts:
        inserts = data.inserted(dataset, INSERTS_PER_SECOND * 5)
        results["updates_offered"] = INSERTS_PER_SECOND
        results["updates"] = measure.updates(
            bench, results["sweep"], inserts, INSERTS_PER_SECOND, 5
        )
    keep(results, options)
    print(report.markdown(results))


if __name__ == "__main__":
    main()
