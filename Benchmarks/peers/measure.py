"""What is measured of each engine: rounds that alternate, medians over rounds."""

import json
import os
import shutil
import statistics
import sys
import tempfile

import numpy as np

import engines
import jobs
import truth

COUNT = 10
TARGETS = (0.9, 0.95, 0.99, 0.999)
SHARES = (0.001, 0.01, 0.1, 0.5)
# A setting is measured again only if none that recalls as much is faster by this factor.
NEAR_FRONT = 1.15
OUR_SETTINGS = [{"exact": True}] + [
    {"recall": target}
    for target in (0.8, 0.9, 0.93, 0.94, 0.95, 0.97, 0.98, 0.985, 0.987, 0.99, 0.995, 0.998, 0.999)
]


def say(text):
    print(text, file=sys.stderr, flush=True)


def name(engine):
    return "this" if engine == jobs.OURS else engines.ENGINES[engine][0]


def settings(engine, rows):
    if engine == jobs.OURS:
        return OUR_SETTINGS
    return engines.ENGINES[engine][1]().settings(rows)


class Bench:
    """Engines over one data set; indexes are kept in the cache."""

    def __init__(self, data, names, program, seconds):
        self.data, self.names, self.program, self.seconds = data, names, program, seconds
        self.queries = np.array(data.queries)
        self.builds = {}

    def index(self, engine):
        """The directory of the engine's index; ours is another for another program."""
        version = f"-{truth.digest(self.program)}" if engine == jobs.OURS else ""
        return self.data.cache.path(f"index-{self.data.name}-{engine}{version}")

    def job(self, engine, mode, **more):
        data = self.data
        return more | {
            "mode": mode,
            "index": self.index(engine),
            "dimension": data.dimension,
            "rows": len(data.vectors),
            "vectors": os.path.abspath(data.vector_path),
            "queries": os.path.abspath(data.query_path),
            "count": COUNT,
        }

    def build(self, engine):
        """Builds the engine's index, unless the cache has it; what it cost."""
        directory = self.index(engine)
        note = directory + ".json"
        if not os.path.exists(note):
            say(f"building {name(engine)}")
            shutil.rmtree(directory, ignore_errors=True)
            os.makedirs(directory)
            built = jobs.run(engine, self.job(engine, "build"), self.program)
            built["bytes"] = jobs.byte_count(directory)
            with open(note, "w") as file:
                json.dump(built, file)
        with open(note) as file:
            self.builds[engine] = json.load(file)

    def search(self, engine, chosen, share=None, cold=False, **more):
        """Runs every chosen setting once; figures of each, and of the opening."""
        answers = self.data.cache.path(f"answers-{os.getpid()}.i32")
        job = self.job(
            engine,
            "search",
            settings=chosen,
            seconds=self.seconds,
            share=share,
            answers=answers,
            **more,
        )
        result = jobs.run(engine, job, self.program, cold=cold)
        found = np.fromfile(answers, dtype=np.int32).reshape(-1, COUNT)
        os.remove(answers)
        scores = self.data.truth(share)
        limit = truth.limit(share) if share is not None else None
        figures, first = [], 0
        for setting, run in zip(chosen, result.pop("runs")):
            asked = len(run["wall_ns"])
            part = found[first : first + asked]
            first += asked
            shares = truth.recall(
                part, scores[:asked], self.data.vectors, self.queries, COUNT, limit
            )
            figures.append({"setting": setting} | figure(run) | answered(part, shares))
        return figures, result


def figure(run):
    """Rates and latencies of one run over all queries."""
    wall, thread = np.array(run["wall_ns"]), np.array(run["thread_ns"])
    return {
        "qps_cpu": len(thread) * 1e9 / float(thread.sum()),
        "qps_wall": len(wall) * 1e9 / float(wall.sum()),
        "p50_us": float(np.percentile(wall, 50)) / 1e3,
        "p99_us": float(np.percentile(wall, 99)) / 1e3,
        "cpu_p50_us": float(np.percentile(thread, 50)) / 1e3,
        "cpu_p99_us": float(np.percentile(thread, 99)) / 1e3,
        "process_per_thread": run["process_ns"] / float(thread.sum()),
        "queries": len(wall),
    }


def answered(found, shares):
    return {
        "recall": float(shares.mean()),
        "least_recall": float(shares.min()),
        "returned": float((found >= 0).sum(axis=1).mean()),
    }


def middle(figures):
    """The median of each number over the same setting's rounds."""
    first = figures[0]
    numbers = {key: value for key, value in first.items() if key != "setting"}
    return {"setting": first["setting"]} | {
        key: statistics.median(figure[key] for figure in figures) for key in numbers
    }


def near_front(figures):
    """Settings that may be the fastest at some recall."""
    return [
        one["setting"]
        for one in figures
        if not any(
            other["recall"] >= one["recall"] and other["qps_cpu"] > NEAR_FRONT * one["qps_cpu"]
            for other in figures
        )
    ]


def front(figures):
    """The figures that none beats in both recall and speed, by recall."""
    ordered = sorted(figures, key=lambda one: (-one["recall"], -one["qps_cpu"]))
    best, kept = 0.0, []
    for one in ordered:
        if one["qps_cpu"] > best:
            best = one["qps_cpu"]
            kept.append(one)
    return kept[::-1]


def fastest(figures, target):
    """The fastest setting that recalls at least `target`, or None."""
    enough = [one for one in figures if one["recall"] >= target]
    return max(enough, key=lambda one: one["qps_cpu"], default=None)


def explore(bench, engine):
    """Every setting once, over a freshly opened index of which no page is in memory: figures of
    those that may be the fastest at some recall, the memory then in use, and the opening."""
    say(f"all settings: {name(engine)}")
    every = settings(engine, len(bench.data.vectors))
    figures, opening = bench.search(engine, every, cold=True)
    chosen = near_front(figures)
    return {
        "figures": [one for one in figures if one["setting"] in chosen],
        "resident": opening["resident"],
        "cold_s": opening["first_answer_s"],
        "warm_s": opening["first_answer_s"],
        "call_us": opening["call_ns"] / 1e3,
    }


# For a store without graphs: its one-bit codes find more than they promise.
SCAN_SETTINGS = [{"recall": target} for target in (0.8, 0.85, 0.88, 0.9, 0.95, 0.99)]
# For a store that is to do with little memory: less than any of its large segments.
SHORT_OF_MEMORY = 64 << 20


def memory(bench, swept):
    """What is in memory after searches at recall 0.99 alone, over an index of which no page was:
    each query twice, of which the second counts."""
    found = {}
    for engine in bench.names:
        best = fastest(swept[engine]["figures"], 0.99)
        if best is None:
            continue
        say(f"memory: {name(engine)}")
        modes = {name(engine): (best, {})}
        if engine == jobs.OURS:
            modes[name(engine) + ", short of memory"] = (best, {"memory": SHORT_OF_MEMORY})
            scans = {"kind": "scan"}
            swept_by_scans = bench.search(engine, SCAN_SETTINGS, **scans)[0]
            modes[name(engine) + ", scans"] = (best_filtered(swept_by_scans), scans)
        for label, (chosen, more) in modes.items():
            figures, opening = bench.search(engine, [chosen["setting"]] * 2, cold=True, **more)
            found[label] = figures[-1] | {"resident": opening["resident"]}
    return found


def refine(bench, swept, rounds):
    """Puts medians over `rounds` more in place of what exploring found; engines take turns."""
    history = {engine: {} for engine in bench.names}
    openings = {engine: [] for engine in bench.names}
    for number in range(rounds):
        shift = number % len(bench.names)
        for engine in bench.names[shift:] + bench.names[:shift]:
            say(f"round {number + 1} of {rounds}: {name(engine)}")
            chosen = [one["setting"] for one in swept[engine]["figures"]]
            figures, opening = bench.search(engine, chosen)
            openings[engine].append(opening["first_answer_s"])
            for one in figures:
                history[engine].setdefault(json.dumps(one["setting"]), []).append(one)
    for engine in bench.names:
        swept[engine]["warm_s"] = statistics.median(openings[engine])
        swept[engine]["figures"] = [middle(several) for several in history[engine].values()]


def representative(figures):
    """One setting for each target, and the most thorough one."""
    found = [fastest(figures, target) for target in TARGETS]
    found.append(max(figures, key=lambda one: one["recall"]))
    unique = {json.dumps(one["setting"]): one["setting"] for one in found if one}
    return list(unique.values())


def best_filtered(figures):
    """The fastest at recall 0.99 within the filter; where none is, the one that recalls most."""
    return fastest(figures, 0.99) or max(figures, key=lambda one: (one["recall"], one["qps_cpu"]))


def filters(bench, swept, rounds):
    """Speed and recall under filters that admit a share of all rows; medians over rounds."""
    report = {engine: {} for engine in bench.names}
    for share in SHARES:
        history = {engine: {} for engine in bench.names}
        for number in range(rounds):
            for engine in bench.names:
                say(f"filter {share:.1%}, pass {number + 1} of {rounds}: {name(engine)}")
                chosen = representative(swept[engine]["figures"])
                for one in bench.search(engine, chosen, share)[0]:
                    history[engine].setdefault(json.dumps(one["setting"]), []).append(one)
        expected = np.isfinite(bench.data.truth(share)[:, :COUNT]).sum(axis=1).mean()
        for engine in bench.names:
            figures = [middle(several) for several in history[engine].values()]
            report[engine][str(share)] = best_filtered(figures) | {"expected": float(expected)}
    return report


def updates(bench, swept, inserts, rate, seconds):
    """Searches at recall 0.99 while rows are inserted, 100 at a time, into a copy of the index."""
    report = {}
    for engine in bench.names:
        say(f"updates: {name(engine)}")
        setting = best_filtered(swept[engine]["figures"])["setting"]
        more = {"settings": [setting], "seconds": seconds, "inserts": inserts, "rate": rate}
        job = bench.job(engine, "update", batch=100, **more)
        with tempfile.TemporaryDirectory(dir=bench.data.cache.directory) as scratch:
            copy = shutil.copytree(job["index"], os.path.join(scratch, "index"))
            result = jobs.run(engine, job | {"index": copy}, bench.program)
        report[engine] = {
            "rows_per_second": result["inserted"] / result["seconds"],
            "p99_alone_us": float(np.percentile(result["alone_ns"], 99)) / 1e3,
            "p99_during_us": float(np.percentile(result["during_ns"], 99)) / 1e3,
            "p50_during_us": float(np.percentile(result["during_ns"], 50)) / 1e3,
            "p99_thread_alone_us": float(np.percentile(result["alone_thread_ns"], 99)) / 1e3,
            "p99_thread_during_us": float(np.percentile(result["during_thread_ns"], 99)) / 1e3,
            "found_share": result["found_share"],
        }
    return report
