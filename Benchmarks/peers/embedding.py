"""Local embedding against sentence-transformers (torch fp32, bf16) and ONNX Runtime (fp32, dynamic
int8): the same model, the same texts, one run.

    python3 -m venv .venv && .venv/bin/pip install -r Benchmarks/peers/embedding-requirements.txt
    swift build -c release --product EmbeddingBenchmark
    .venv/bin/python Benchmarks/peers/embedding.py --model DIRECTORY --texts texts.jsonl.gz

Every engine sorts texts by length; the peers pad batches of 32, which is their best size. Rounds of
the engines alternate. A text alone counts with its best time; a bulk with the median of its rounds.
`--clock cpu` counts processor time of all threads instead of the clock, for machines that are never
quiet; a thread of a peer that waits by spinning then counts as working, so bulk on two threads is
timed by the clock in any case. Agreement is with torch fp32: cosines of the queries, and how much
of the ten nearest texts is the same set.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

SENTENCE = "Which films are showing at the cinema tonight, please?"


def read(path, count):
    with gzip.open(path, "rt") if path.endswith(".gz") else open(path) as lines:
        return [json.loads(line)["text"] for _, line in zip(range(count), lines)]


class Torch:
    def __init__(self, options, precision, threads):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self.torch, self.threads = torch, threads
        kind = torch.bfloat16 if precision == "bf16" else torch.float32
        self.model = SentenceTransformer(
            options.model, device="cpu", model_kwargs={"dtype": kind})

    def embed(self, texts):
        self.torch.set_num_threads(self.threads)
        rows = self.model.encode(texts, batch_size=32, normalize_embeddings=True,
                                 convert_to_tensor=True, show_progress_bar=False)
        return rows.float().numpy()


class Onnx:
    def __init__(self, options, precision, threads):
        import numpy
        import onnxruntime
        from tokenizers import Tokenizer

        self.numpy = numpy
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        settings.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            f"{options.directory}/{precision}.onnx", settings, ["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(f"{options.model}/tokenizer.json")
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(256)

    def embed(self, texts):
        numpy = self.numpy
        ids = [code.ids for code in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        rows = numpy.empty((len(texts), 384), numpy.float32)
        for first in range(0, len(order), 32):
            part = order[first : first + 32]
            longest = max(len(ids[i]) for i in part)
            tokens = numpy.zeros((len(part), longest), numpy.int64)
            mask = numpy.zeros_like(tokens)
            for place, i in enumerate(part):
                tokens[place, : len(ids[i])] = ids[i]
                mask[place, : len(ids[i])] = 1
            states = self.session.run(None, {"input_ids": tokens, "attention_mask": mask})[0]
            means = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            rows[part] = means / numpy.linalg.norm(means, axis=1, keepdims=True)
        return rows


def export(options):
    """The encoder as ONNX, and its dynamically quantised twin."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import BertModel

    model = BertModel.from_pretrained(options.model, add_pooling_layer=False)
    model = model.eval()

    class States(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask):
            return self.model(input_ids=input_ids, attention_mask=attention_mask)[0]

    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        States(), (example, example), f"{options.directory}/fp32.onnx", dynamo=False,
        input_names=["input_ids", "attention_mask"], output_names=["states"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "states": axes}, opset_version=17)
    quantize_dynamic(f"{options.directory}/fp32.onnx", f"{options.directory}/int8.onnx",
                     weight_type=QuantType.QInt8)


PEERS = {
    "torch fp32": (Torch, "fp32"), "torch bf16": (Torch, "bf16"),
    "onnx fp32": (Onnx, "fp32"), "onnx int8": (Onnx, "int8"),
}
OURS = ["fp32", "bf16", "int8"]


def peer(options):
    """What a process of its own does for one peer: times, and vectors where a file is named."""
    kind, precision = PEERS[options.peer]
    engine = kind(options, precision, options.threads)
    result = {"single_ms": float("inf"), "single_cpu_ms": float("inf")}
    engine.embed([SENTENCE] * 3)
    if options.threads == 1:
        for _ in range(100):
            wall, cpu = time.perf_counter(), time.process_time()
            engine.embed([SENTENCE])
            result["single_ms"] = min(result["single_ms"], (time.perf_counter() - wall) * 1e3)
            result["single_cpu_ms"] = min(
                result["single_cpu_ms"], (time.process_time() - cpu) * 1e3)
    texts = read(options.texts, options.count)
    engine.embed(texts[:64])
    wall, cpu = time.perf_counter(), time.process_time()
    rows = engine.embed(texts)
    result["bulk_ms"] = (time.perf_counter() - wall) * 1e3
    result["bulk_cpu_ms"] = (time.process_time() - cpu) * 1e3
    if options.vectors:
        rows.tofile(options.vectors)
    print(json.dumps(result))


def run(command, threads):
    variables = os.environ | {"OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "false",
                              "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=variables)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(options, name, threads, texts, count, vectors=None):
    common = ["--model", options.model, "--texts", texts, "--threads", str(threads),
              "--count", str(count)]
    common += ["--vectors", vectors] if vectors else []
    if name in PEERS:
        own = [sys.executable, __file__, "--peer", name, "--directory", options.directory]
    else:
        own = [options.benchmark, "--precision", name.split()[1]]
        own += ["--single", SENTENCE] if threads == 1 else []
    return run(own + common, threads)


def agreement(options, names, texts, queries):
    import numpy

    rows = {}
    for name in names:
        for kind, path, count in (("d", texts, options.count), ("q", queries, 2000)):
            file = f"{options.directory}/rows"
            measure(options, name, 2, path, count, file)
            rows[name, kind] = numpy.fromfile(file, numpy.float32).reshape(-1, 384)

    def nearest(name):
        scores = rows[name, "q"] @ rows[name, "d"].T
        return numpy.argsort(-scores, axis=1, kind="stable")[:, :10]

    truth = nearest("torch fp32")
    found = {}
    for name in names:
        cosines = (rows[name, "q"].astype(float) * rows["torch fp32", "q"]).sum(1)
        # Torch normalises in bf16, to a length of almost 1.
        cosines /= numpy.linalg.norm(rows[name, "q"].astype(float), axis=1)
        same = [len(set(a) & set(b)) / 10 for a, b in zip(nearest(name), truth)]
        found[name] = (cosines.mean(), cosines.min(), statistics.mean(same))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--benchmark", default=".build/release/EmbeddingBenchmark")
    parser.add_argument("--model", required=True, help="a sentence-transformers directory")
    parser.add_argument("--texts", required=True, help="JSON lines with text; gzip")
    parser.add_argument("--queries", help="the same, for the agreement; else it is left out")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--vectors", help=argparse.SUPPRESS)
    parser.add_argument("--directory", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        return peer(options)
    with tempfile.TemporaryDirectory() as directory:
        options.directory = directory
        export(options)
        plain = {}
        for name, path, count in (("texts", options.texts, options.count),
                                  ("queries", options.queries, 2000)):
            if path:
                plain[name] = f"{directory}/{name}.jsonl"
                with open(plain[name], "w") as file:
                    for text in read(path, count):
                        file.write(json.dumps({"text": text}) + "\n")
        names = list(PEERS) + [f"ours {level}" for level in OURS]
        times = {name: {1: [], 2: []} for name in names}
        for _ in range(options.rounds):
            for threads in (1, 2):
                for name in names:
                    times[name][threads].append(
                        measure(options, name, threads, plain["texts"], options.count))
        suffix = "cpu_ms" if options.clock == "cpu" else "ms"
        agreements = agreement(options, names, plain["texts"], plain["queries"]) \
            if options.queries else {}
    figures = {}
    for name in names:
        figures[name] = {
            "single_ms": min(one[f"single_{suffix}"] for one in times[name][1]),
            "bulk_1": options.count * 1e3
            / statistics.median(one[f"bulk_{suffix}"] for one in times[name][1]),
            "bulk_2": options.count * 1e3
            / statistics.median(one["bulk_ms"] for one in times[name][2]),
            "bulk_2_cpu": options.count * 1e3
            / statistics.median(one["bulk_cpu_ms"] for one in times[name][2]),
        }
        if name in agreements:
            figures[name] |= dict(zip(("mean", "least", "overlap"), agreements[name]))
    print(f"{options.count:,} texts, {options.clock} time for one thread, load "
          f"{os.getloadavg()[0]:.1f}")
    print(f"{'engine':12} {'one text':>10} {'1 thread':>10} {'2 threads':>10} "
          f"{'2, by CPU':>10}   cosine mean / least, overlap of ten")
    for name, row in figures.items():
        close = f"{row['mean']:.5f} / {row['least']:.5f}, {row['overlap']:.4f}" \
            if "mean" in row else ""
        print(f"{name:12} {row['single_ms']:7.2f} ms {row['bulk_1']:8.0f}/s {row['bulk_2']:8.0f}/s "
              f"{row['bulk_2_cpu']:8.0f}/s   {close}")
    for own, other in (("ours bf16", "onnx fp32"), ("ours bf16", "torch bf16"),
                       ("ours bf16", "torch fp32"), ("ours int8", "onnx int8")):
        a, b = figures[own], figures[other]
        print(f"{own} to {other}: one text {b['single_ms'] / a['single_ms']:.2f}x, one thread "
              f"{a['bulk_1'] / b['bulk_1']:.2f}x, two threads {a['bulk_2'] / b['bulk_2']:.2f}x")
    if options.json:
        with open(options.json, "w") as file:
            json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main()
