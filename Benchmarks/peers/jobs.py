"""Starts a process for a job and looks at its memory from outside.

A job is a JSON file; ours (`SearchBenchmark --job`) and the peers' (`worker.py`) read the same:

    engine, mode ("build", "search" or "update"), index (a directory), dimension, rows, result
    build:   vectors (a file of little-endian float32)
    search:  queries, count, settings, seconds (most for a setting), answers; share (of rows that
             the filter admits) or null; ours alone: memory (bytes of segments), kind ("scan": a
             store without graphs)
    update:  queries, count, settings (one), seconds, inserts, rate (rows/s), batch

A result holds wall_s and cpu_s for a build; open_s, first_answer_s, call_ns and runs, each with
wall_ns and thread_ns of every query answered and process_ns of all, for a search, with the row
numbers found in `answers` (int32, [queries, count] for each setting, -1 for none).
"""

import ctypes
import json
import mmap
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = "ours"


def files(directory):
    for parent, _, names in os.walk(directory):
        for name in names:
            yield os.path.join(parent, name)


def byte_count(directory):
    return sum(os.path.getsize(path) for path in files(directory))


def evict(directory):
    """Asks the system to forget what it holds of the files in memory."""
    for path in files(directory):
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def in_core(path):
    """Bytes of a file that are in memory, whoever put them there (`mincore`)."""
    size = os.path.getsize(path)
    if size == 0:
        return 0
    with open(path, "rb") as file:
        view = mmap.mmap(file.fileno(), size, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
    pages = (size + mmap.PAGESIZE - 1) // mmap.PAGESIZE
    states = (ctypes.c_ubyte * pages)()
    start = ctypes.c_char.from_buffer(view)
    failed = ctypes.CDLL(None).mincore(
        ctypes.c_void_p(ctypes.addressof(start)), ctypes.c_size_t(size), states
    )
    del start
    view.close()
    if failed:
        raise OSError(f"mincore refused {path}")
    return sum(state & 1 for state in states) * mmap.PAGESIZE


def memory(process, directory):
    """Bytes that are the process's alone, and pages in core of the files it has mapped."""
    with open(f"/proc/{process}/status") as file:
        fields = dict(line.split(":", 1) for line in file if ":" in line)
    anonymous = sum(int(fields[name].split()[0]) * 1024 for name in ("RssAnon", "RssShmem"))
    with open(f"/proc/{process}/maps") as file:
        maps = file.read()
    held = sum(in_core(path) for path in files(directory) if os.path.realpath(path) in maps)
    return anonymous, held


def command(engine, job, program):
    if engine == OURS:
        return [program, "--job", job]
    return [sys.executable, os.path.join(HERE, "worker.py"), job]


def run(engine, job, program, cold=False):
    """Does one job; its result, with `resident` bytes beyond what the process had before."""
    with tempfile.TemporaryDirectory(prefix="knowledge-peers-") as scratch:
        job = job | {"engine": engine, "result": os.path.join(scratch, "result.json")}
        path = os.path.join(scratch, "job.json")
        with open(path, "w") as file:
            json.dump(job, file)
        with open(os.path.join(scratch, "errors"), "w") as errors:
            process = subprocess.Popen(
                command(engine, path, program),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            await_word(process, "ready", engine, scratch)
            before, _ = memory(process.pid, job["index"])
            if cold:
                evict(job["index"])
            proceed(process)
            await_word(process, "done", engine, scratch)
            anonymous, held = memory(process.pid, job["index"])
            proceed(process)
        finally:
            process.stdin.close()
            process.wait()
        with open(job["result"]) as file:
            return json.load(file) | {"resident": anonymous - before + held}


def await_word(process, word, engine, scratch):
    for line in process.stdout:
        if line.strip() == word:
            return
    with open(os.path.join(scratch, "errors")) as file:
        raise RuntimeError(f"{engine} ended before it was {word}: {file.read()[-2000:]}")


def proceed(process):
    process.stdin.write("\n")
    process.stdin.flush()
