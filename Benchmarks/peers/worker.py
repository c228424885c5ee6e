"""One engine in a process of its own, doing one job: `worker.py JOB.json` (see `jobs.py`).

It says `ready` before it touches the index and `done` when it has its result, and waits for a line
each time, so that the caller can look at its memory from outside.
"""

import gc
import json
import os
import sys
import threading
import time

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402

import engines  # noqa: E402
import truth  # noqa: E402

# Queries asked before those that count, and the fewest that count whatever the time.
WARM = 50
LEAST = 100


def mapped(path, dimension):
    return np.memmap(path, dtype=np.float32, mode="r").reshape(-1, dimension)


def timed(answer, queries, seconds):
    """Asks one query after the other, for so many seconds of processor time or until all were
    asked; the clock's and the thread's nanoseconds of each."""
    rows = [queries[n : n + 1] for n in range(len(queries))]
    for row in rows[:WARM]:
        answer(row)
    clock, thread = time.perf_counter_ns, time.thread_time_ns
    walls, processors, found = [], [], []
    gc.disable()
    process, total, budget = time.process_time_ns(), 0, int(seconds * 1e9)
    for row in rows:
        started, spent = clock(), thread()
        ids = answer(row)
        spent, ended = thread() - spent, clock()
        walls.append(ended - started)
        processors.append(spent)
        found.append(ids)
        total += spent
        if total > budget and len(found) >= LEAST:
            break
    process = time.process_time_ns() - process
    gc.enable()
    return {"wall_ns": walls, "thread_ns": processors, "process_ns": process}, found


def padded(found, count):
    rows = np.full((len(found), count), -1, dtype=np.int32)
    for number, ids in enumerate(found):
        ids = np.asarray(ids)[:count].astype(np.int64)
        rows[number, : len(ids)] = ids
    return rows


def build(engine, job):
    vectors = np.array(mapped(job["vectors"], job["dimension"]))
    wall, processor = time.perf_counter(), time.process_time()
    engine.build(vectors, job["index"])
    return {
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - processor,
    }


def opened(engine, job, queries, spare=0):
    """Opens the index and asks one query; how long both took."""
    start = time.perf_counter()
    engine.open(job["index"], job["dimension"], spare)
    answer = engine.searcher(job["settings"][0], job["count"])
    opening = time.perf_counter() - start
    answer(queries[:1])
    return {"open_s": opening, "first_answer_s": time.perf_counter() - start}


def search(engine, job, queries):
    result = opened(engine, job, queries)
    passing = None
    if job.get("share") is not None:
        passing = truth.attribute(job["rows"]) < truth.limit(job["share"])
    result["runs"], answers = [], []
    for setting in job["settings"]:
        answer = engine.searcher(setting, job["count"], passing)
        run, found = timed(answer, queries, job["seconds"])
        result["runs"].append(run)
        answers.append(padded(found, job["count"]))
    np.concatenate(answers).tofile(job["answers"])
    tiny, _ = timed(engine.smallest(job["dimension"]), queries, job["seconds"])
    result["call_ns"] = float(np.median(tiny["thread_ns"]))
    return result


class Inserter(threading.Thread):
    """Offers batches of rows at a fixed rate until the time is over."""

    def __init__(self, engine, job, rows, lock):
        super().__init__()
        self.engine, self.job, self.rows, self.lock = engine, job, rows, lock
        self.inserted, self.seconds = 0, 0.0

    def run(self):
        batch = self.job["batch"]
        start = time.perf_counter()
        while self.inserted + batch <= len(self.rows):
            due = self.inserted / self.job["rate"]
            self.seconds = time.perf_counter() - start
            if self.seconds > self.job["seconds"]:
                return
            time.sleep(max(0.0, due - self.seconds))
            with self.lock:
                part = self.rows[self.inserted : self.inserted + batch]
                self.engine.add(part, self.job["rows"] + self.inserted)
            self.inserted += batch
        self.seconds = time.perf_counter() - start


def update(engine, job, queries):
    """Searches alone, then while rows are inserted; then asks for some of those rows."""
    rows = np.array(mapped(job["inserts"], job["dimension"]))
    result = opened(engine, job, queries, len(rows))
    setting, lock = job["settings"][0], threading.Lock()
    answer = engine.searcher(setting, job["count"])

    def locked(query):
        with lock:
            return answer(query)

    alone, _ = timed(locked, queries, job["seconds"])
    inserter = Inserter(engine, job, rows, lock)
    inserter.start()
    walls, processors = [], []
    while inserter.is_alive():
        for number in range(min(100, len(queries))):
            start, before = time.perf_counter_ns(), time.thread_time_ns()
            locked(queries[number : number + 1])
            processors.append(time.thread_time_ns() - before)
            walls.append(time.perf_counter_ns() - start)
    inserter.join()
    step = max(1, inserter.inserted // 200)
    asked = range(0, inserter.inserted, step)
    names = [job["rows"] + number for number in asked]
    hits = [name in answer(rows[n : n + 1]).tolist() for n, name in zip(asked, names)]
    return result | {
        "alone_ns": alone["wall_ns"],
        "during_ns": walls,
        "alone_thread_ns": alone["thread_ns"],
        "during_thread_ns": processors,
        "inserted": inserter.inserted,
        "seconds": inserter.seconds,
        "found_share": sum(hits) / max(1, len(hits)),
    }


def pause(word):
    print(word, flush=True)
    sys.stdin.readline()


def main():
    with open(sys.argv[1]) as file:
        job = json.load(file)
    engine = engines.ENGINES[job["engine"]][1]()
    if job["mode"] == "build":
        pause("ready")
        result = build(engine, job)
    else:
        queries = np.array(mapped(job["queries"], job["dimension"]))
        engine.smallest(job["dimension"])
        pause("ready")
        result = {"search": search, "update": update}[job["mode"]](engine, job, queries)
    with open(job["result"], "w") as file:
        json.dump(result, file)
    pause("done")


if __name__ == "__main__":
    main()
