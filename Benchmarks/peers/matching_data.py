"""What the matching benchmark and the training of its weights share: the catalogue, its queries in
two halves, and noise with a fixed seed.

A query whose words are a name of the catalogue as they stand may not be answered with that name, by
anybody: `without` is its number. Halves are by the SHA-256 of the query's text, so that they never
move; weights are learned on the first and figures are of the second.
"""

import gzip
import hashlib
import json
import random
import re

KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
# What customers shorten, in general: no product is named.
SHORT = {
    "watch": "wtch", "black": "blk", "white": "wht", "silver": "slvr", "camera": "cam",
    "memory": "mem", "drive": "drv", "black/white": "blk/wht", "internal": "int",
    "external": "ext", "professional": "pro", "battery": "batt", "original": "orig",
    "television": "tv", "wireless": "wl", "keyboard": "kb", "digital": "dig", "leather": "lthr",
    "automatic": "auto", "running": "run", "shoes": "shs", "blue": "blu", "green": "grn",
}


def lines(path):
    with gzip.open(path, "rt") if path.endswith(".gz") else open(path) as rows:
        return [json.loads(row) for row in rows]


def load(folder):
    """Names, their categories, and queries with `text`, `ids`, `without`, `half` (0 or 1)."""
    catalogue = lines(f"{folder}/catalogue.jsonl.gz")
    names = [row["name"] for row in catalogue]
    place = {name: number for number, name in enumerate(names)}
    queries = []
    for row in lines(f"{folder}/catalogue_queries.jsonl.gz"):
        text = row["text"]
        queries.append({
            "text": text, "ids": row["ids"], "without": place.get(text),
            "half": hashlib.sha256(text.encode()).digest()[0] & 1,
            "category": catalogue[row["ids"][0]]["category"]})
    return names, [row["category"] for row in catalogue], queries


def typing_error(word, rng):
    """One edit of letters: a neighbour key, an exchange, a loss or a doubling."""
    place = rng.randrange(1, len(word)) if len(word) > 1 else 0
    kind = rng.randrange(4)
    if kind == 0:
        for row in KEYS:
            at = row.find(word[place].lower())
            if at >= 0:
                near = row[max(0, at - 1)] if rng.random() < 0.5 and at > 0 else row[
                    min(len(row) - 1, at + 1)]
                return word[:place] + near + word[place + 1:]
        return word
    if kind == 1 and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2:]
    if kind == 2:
        return word[:place] + word[place + 1:]
    return word[:place] + word[place] + word[place:]


def with_noise(text, rng):
    """Typing errors in words of four letters or more (one in five, at least one), and shortened
    words; codes and numbers stay."""
    words = text.split(" ")
    plain = [i for i, word in enumerate(words) if re.fullmatch(r"[^\W\d_]{4,}", word)]
    for i, word in enumerate(words):
        short = SHORT.get(word.lower())
        if short and rng.random() < 0.5:
            words[i] = short
            if i in plain:
                plain.remove(i)
    wrong = [i for i in plain if rng.random() < 0.2] or plain[:1]
    for i in wrong:
        words[i] = typing_error(words[i], rng)
    return " ".join(words)


def noisy(queries, seed=2026):
    """The same queries with abbreviations and typing errors."""
    rng = random.Random(seed)
    return [row | {"text": with_noise(row["text"], rng)} for row in queries]


def customers(queries, seed=2026):
    """What a customer types for a name that the catalogue has: two to six words of it in their
    order, lower case, half of them with a typing error; its own name may answer."""
    rng = random.Random(seed)
    rows = []
    for row in queries:
        if row["without"] is None:
            continue
        words = row["text"].split("|")[0].split()
        words = [word for i, word in enumerate(words) if word not in words[:i]]
        count = min(len(words), rng.randint(2, 6))
        first = words[: max(count, 8)]
        chosen = sorted(rng.sample(range(len(first)), count))
        text = " ".join(first[i] for i in chosen).lower()
        if rng.random() < 0.5:
            text = with_noise(text, rng)
        rows.append(row | {"text": text, "ids": row["ids"] + [row["without"]], "without": None})
    return rows
