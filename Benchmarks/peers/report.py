"""Tables in Markdown of what was measured, and the machine it was measured on."""

import os
import subprocess

import measure


def machine():
    """Processor, memory, load and commit."""
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if "model name" in line), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return (
        f"{model}, {os.cpu_count()} processors, {memory:.0f} GiB, "
        f"load {os.getloadavg()[0]:.1f}, commit {found.stdout.strip() or 'none'}"
    )


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def rate(value):
    """Two or three significant digits."""
    digits = max(0, len(str(int(value))) - 3)
    return f"{round(value, -digits):,.0f}"


#: Names of the median and the 99th percentile, by what measures them.
LATENCIES = {"wall": ("p50_us", "p99_us"), "cpu": ("cpu_p50_us", "cpu_p99_us")}


def cell(figure, clock):
    if figure is None:
        return "–"
    p50, p99 = (figure[key] for key in LATENCIES[clock])
    return f"{rate(figure['qps_cpu'])} ({p50:,.0f}/{p99:,.0f})"


def speed(results):
    """Queries per CPU-second, one at a time, with p50 and p99."""
    clock = results["clock"]
    head = ["engine"] + [f"≥ {target}" for target in measure.TARGETS] + ["call µs"]
    rows = []
    for engine, swept in results["sweep"].items():
        found = [measure.fastest(swept["figures"], target) for target in measure.TARGETS]
        cells = [cell(one, clock) for one in found]
        rows.append([measure.name(engine)] + cells + [f"{swept['call_us']:.1f}"])
    return table(head, rows)


def size(results):
    """What an index costs to make, to keep and to open."""
    head = ["engine", "build CPU s", "file B/vector", "resident B/vector", "first answer, cold s"]
    head.append("warm s")
    rows = []
    for engine, swept in results["sweep"].items():
        built, count = results["builds"][engine], results["rows"]
        rows.append(
            [
                measure.name(engine),
                f"{built['cpu_s']:,.1f}",
                f"{built['bytes'] / count:,.0f}",
                f"{swept['resident'] / count:,.0f}",
                f"{swept['cold_s']:.2f}",
                f"{swept['warm_s']:.2f}",
            ]
        )
    return table(head, rows)


def remembered(results):
    """What searches at recall 0.99 keep in memory, and how quick they are with that."""
    plain = 4 * results["dimension"]
    head = ["engine", "resident B/vector", "× float32", "queries per CPU-second (p50/p99)"]
    rows = []
    for label, one in results["memory"].items():
        each = one["resident"] / results["rows"]
        rows.append([label, f"{each:,.0f}", f"{each / plain:.2f}", cell(one, results["clock"])])
    return table(head, rows)


def filtered(results):
    """Queries per CPU-second at recall 0.99 within the filter, or the recall that was reached."""
    head = ["engine"] + [f"{share:.1%} pass" for share in measure.SHARES]
    rows = []
    for engine, shares in results["filters"].items():
        cells = []
        for one in shares.values():
            text = rate(one["qps_cpu"])
            if one["recall"] < 0.99:
                text += f", recall {one['recall']:.3f}"
            if one["returned"] < one["expected"] - 0.005:
                text += f", {one['returned']:.1f} of {one['expected']:.0f} rows"
            cells.append(text)
        rows.append([measure.name(engine)] + cells)
    return table(head, rows)


def updated(results):
    """How many rows went in, and what searches had to wait meanwhile."""
    head = ["engine", "rows/s inserted", "p99 alone µs", "meanwhile µs", "inserted rows found"]
    rows = [
        [
            measure.name(engine),
            rate(one["rows_per_second"]),
            f"{rate(one['p99_alone_us'])} ({rate(one['p99_thread_alone_us'])})",
            f"{rate(one['p99_during_us'])} ({rate(one['p99_thread_during_us'])})",
            f"{one['found_share']:.1%}",
        ]
        for engine, one in results["updates"].items()
    ]
    return table(head, rows)


CLOCKS = {"wall": "the clock", "cpu": "the thread's processor time"}


def markdown(results):
    """All tables that the results have."""
    rounds = f"medians of {results['rounds']} alternating rounds"
    if results["rounds"] < 2:
        rounds = "every setting measured once"
    parts = [
        f"{results['story']}; {results['dimension']} dimensions, {results['queries']:,} queries, "
        f"k = {measure.COUNT}, one thread, {rounds}.",
        results["machine"],
        "Queries per CPU-second, one at a time, by recall@10; in brackets p50/p99 in µs by "
        f"{CLOCKS[results['clock']]}. The peers are called from Python: the last column is what a "
        "call of theirs on 16 rows costs.",
        speed(results),
        size(results),
    ]
    if results.get("memory"):
        what = "Memory after searches at recall 0.99 alone, from a start with nothing in memory."
        parts += [what, remembered(results)]
    if results.get("filters"):
        parts += ["Filters: queries per CPU-second at recall@10 of 0.99.", filtered(results)]
    if results.get("updates"):
        offered = f"{results['updates_offered']:,} rows/s offered in batches of 100"
        what = f"Inserts while searching at recall 0.99, {offered}; latencies by the clock, in brackets by the "
        what += "processor time of the thread that searches."
        parts += [what, updated(results)]
    return "\n\n".join(parts)
