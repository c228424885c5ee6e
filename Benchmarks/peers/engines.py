"""FAISS, hnswlib, USearch and ScaNN behind one face, one thread each.

An engine builds an index from rows, opens it from a file, and gives a function that answers one
query; settings are what trades recall for speed, from fast to thorough. Construction parameters
are those that the projects' own documents and benchmarks recommend for this size.
"""

import math
import os

import numpy as np

BREADTHS = (10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 960, 1280)


class Engine:
    """What all share; `takes_filters` where an index looks at a filter while it searches."""

    takes_filters = True
    #: Whether a search must wait while rows are inserted: the engine's documents do not allow both.
    is_exclusive = True

    def post_filtered(self, answer, passing, count):
        """For engines without filters: answers of a plain search that pass, as callers do it."""

        def search(query):
            ids = answer(query)
            return ids[passing[ids]][:count]

        return search


class Faiss(Engine):
    """An index of `faiss.index_factory`."""

    factory = "Flat"

    def __init__(self):
        import faiss

        faiss.omp_set_num_threads(1)
        self.faiss = faiss

    def settings(self, rows):
        return [{}]

    def path(self, directory):
        return os.path.join(directory, "index.faiss")

    def lists(self, rows):
        """Inverted lists: a power of two between 2 and 4 times the square root of rows."""
        return 1 << math.ceil(math.log2(2 * math.sqrt(rows)))

    def build(self, vectors, directory):
        factory = self.factory.format(lists=self.lists(len(vectors)), half=vectors.shape[1] // 2)
        metric = self.faiss.METRIC_INNER_PRODUCT
        index = self.faiss.index_factory(vectors.shape[1], factory, metric)
        self.configure(index)
        index.train(vectors)
        index.add(vectors)
        self.faiss.write_index(index, self.path(directory))

    def configure(self, index):
        pass

    def open(self, directory, dimension, spare):
        self.index = self.faiss.read_index(self.path(directory))

    def parameters(self, setting, selector):
        return self.faiss.SearchParameters(sel=selector)

    def searcher(self, setting, count, passing=None):
        selector = None
        if passing is not None:
            bits = np.packbits(passing, bitorder="little")
            selector = self.faiss.IDSelectorBitmap(bits)
        parameters = self.parameters(setting, selector)
        search = self.index.search
        return lambda query: search(query, count, params=parameters)[1][0]

    def add(self, rows, first):
        self.index.add(rows)

    def smallest(self, dimension):
        index = self.faiss.IndexFlatIP(dimension)
        index.add(np.eye(16, dimension, dtype=np.float32))
        return lambda query: index.search(query, 10)[1][0]


class FaissHNSW(Faiss):
    factory = "HNSW32,SQ8"

    def settings(self, rows):
        return [{"breadth": breadth} for breadth in BREADTHS]

    def configure(self, index):
        index.hnsw.efConstruction = 200

    def parameters(self, setting, selector):
        return self.faiss.SearchParametersHNSW(efSearch=setting["breadth"], sel=selector)


class FaissIVFPQ(Faiss):
    factory = "IVF{lists},PQ{half}x4fs,RFlat"
    factors = (2, 4, 8, 16, 32)

    def settings(self, rows):
        probes = [2**power for power in range(2, 10) if 2**power <= self.lists(rows)]
        return [{"probes": p, "factor": f} for p in probes for f in self.factors]

    def parameters(self, setting, selector):
        inner = self.faiss.SearchParametersIVF(nprobe=setting["probes"], sel=selector)
        return self.faiss.IndexRefineSearchParameters(
            k_factor=setting["factor"], base_index_params=inner
        )


class FaissIVFRaBitQ(FaissIVFPQ):
    """A random rotation before it changed neither recall nor speed on real texts."""

    factory = "IVF{lists},RaBitQfs,RFlat"
    factors = (4, 8, 16, 32, 64)


class HNSWLib(Engine):
    def settings(self, rows):
        return [{"breadth": breadth} for breadth in BREADTHS]

    def made(self, dimension):
        import hnswlib

        return hnswlib.Index(space="ip", dim=dimension)

    def path(self, directory):
        return os.path.join(directory, "index.hnswlib")

    def build(self, vectors, directory):
        index = self.made(vectors.shape[1])
        index.init_index(max_elements=len(vectors), M=16, ef_construction=200)
        index.set_num_threads(1)
        index.add_items(vectors)
        index.save_index(self.path(directory))

    def open(self, directory, dimension, spare):
        self.index = self.made(dimension)
        held = os.path.getsize(self.path(directory)) // (4 * dimension)
        self.index.load_index(self.path(directory), max_elements=(held + spare) if spare else 0)
        self.index.set_num_threads(1)

    def searcher(self, setting, count, passing=None):
        self.index.set_ef(setting["breadth"])
        search = self.index.knn_query
        if passing is None:
            return lambda query: search(query, k=count)[0][0]
        admitted = passing.tolist()

        def filtered(query):
            try:
                return search(query, k=count, filter=admitted.__getitem__)[0][0]
            except RuntimeError:
                # It refuses to answer where it found fewer rows than were asked for.
                return np.empty(0, dtype=np.int64)

        return filtered

    def add(self, rows, first):
        self.index.add_items(rows, np.arange(first, first + len(rows)))

    def smallest(self, dimension):
        index = self.made(dimension)
        index.init_index(max_elements=16, M=16, ef_construction=200)
        index.add_items(np.eye(16, dimension, dtype=np.float32))
        index.set_num_threads(1)
        return lambda query: index.knn_query(query, k=10)[0][0]


class USearch(Engine):
    takes_filters = False

    def settings(self, rows):
        return [{"breadth": breadth} for breadth in BREADTHS]

    def made(self, dimension):
        from usearch.index import Index

        return Index(ndim=dimension, metric="ip", dtype="bf16")

    def path(self, directory):
        return os.path.join(directory, "index.usearch")

    def build(self, vectors, directory):
        index = self.made(vectors.shape[1])
        index.add(np.arange(len(vectors)), vectors, threads=1)
        index.save(self.path(directory))

    def open(self, directory, dimension, spare):
        self.index = self.made(dimension)
        self.index.load(self.path(directory))

    def searcher(self, setting, count, passing=None):
        self.index.expansion_search = setting["breadth"]
        search = self.index.search
        if passing is None:
            return lambda query: search(query[0], count, threads=1).keys
        wanted = min(self.index.size, math.ceil(2 * count / max(passing.mean(), 1e-9)))
        keys = lambda query: search(query[0], wanted, threads=1).keys.astype(np.int64)  # noqa: E731
        return self.post_filtered(keys, passing, count)

    def add(self, rows, first):
        self.index.add(np.arange(first, first + len(rows)), rows, threads=1)

    def smallest(self, dimension):
        index = self.made(dimension)
        index.add(np.arange(16), np.eye(16, dimension, dtype=np.float32), threads=1)
        return lambda query: index.search(query[0], 10, threads=1).keys


class ScaNN(Engine):
    takes_filters = False
    soar = {}

    def settings(self, rows):
        most = self.leaves(rows)
        leaves = [n for n in (4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512) if n < most]
        return [{"leaves": n, "reorder": r} for n in leaves for r in (20, 40, 80, 160, 320, 640)]

    def leaves(self, rows):
        return round(2 * math.sqrt(rows))

    def builder(self, vectors):
        from scann.scann_ops.py import scann_ops_pybind

        return scann_ops_pybind.builder(vectors, 10, "dot_product").set_n_training_threads(1)

    def build(self, vectors, directory):
        searcher = (
            self.builder(vectors)
            .tree(
                self.leaves(len(vectors)),
                num_leaves_to_search=32,
                training_sample_size=min(len(vectors), 250_000),
                spherical=True,
                quantize_centroids=True,
                **self.soar,
            )
            .score_ah(2, anisotropic_quantization_threshold=0.2)
            .reorder(100)
            .build()
        )
        searcher.serialize(directory)

    def open(self, directory, dimension, spare):
        from scann.scann_ops.py import scann_ops_pybind

        self.index = scann_ops_pybind.load_searcher(directory)
        self.index.set_num_threads(1)

    def searcher(self, setting, count, passing=None):
        search = self.index.searcher.search
        leaves, reorder = setting["leaves"], setting["reorder"]
        if passing is None:
            return lambda query: search(query[0], count, reorder, leaves)[0]
        wanted = min(self.index.size(), math.ceil(2 * count / max(passing.mean(), 1e-9)))
        reorder = max(reorder, wanted)
        keys = lambda query: search(query[0], wanted, reorder, leaves)[0]  # noqa: E731
        return self.post_filtered(keys, passing, count)

    def add(self, rows, first):
        self.index.searcher.upsert([None] * len(rows), rows, len(rows))

    def smallest(self, dimension):
        rows = np.eye(16, dimension, dtype=np.float32)
        index = self.builder(rows).score_brute_force().build()
        return lambda query: index.searcher.search(query[0], 10, -1, -1)[0]


class ScaNNSOAR(ScaNN):
    soar = {"soar_lambda": 1.5, "overretrieve_factor": 2.0}


#: Name of an engine in tables, and what makes it, in the order of tables.
ENGINES = {
    "scann-soar": ("ScaNN 1.4 with SOAR", ScaNNSOAR),
    "scann": ("ScaNN 1.4", ScaNN),
    "faiss-hnsw": ("FAISS 1.15 HNSW32 SQ8", FaissHNSW),
    "hnswlib": ("hnswlib 0.8 M16", HNSWLib),
    "usearch": ("USearch 2.26 bf16", USearch),
    "faiss-ivfpq": ("FAISS IVF-PQ FastScan + float32", FaissIVFPQ),
    "faiss-rabitq": ("FAISS IVF-RaBitQ FastScan + float32", FaissIVFRaBitQ),
    "faiss-flat": ("FAISS Flat (exact)", Faiss),
}
