"""What the matching benchmark and the training of its weights share: the catalogue, its queries in
two halves, and noise with a fixed seed.

A query whose words are a name of the catalogue as they stand may not be answered with that name, by
anybody: `without` has its number. Halves are by the SHA-256 of the query's text, so that they never
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
            "text": text, "ids": row["ids"],
            "without": [place[text]] if text in place else [],
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


def is_plain(word, length):
    return re.fullmatch(rf"[^\W\d_]{{{length},}}", word) is not None


def shortened(word, rng):
    """A word as customers cut it: its beginning, or its first letter and consonants."""
    if rng.random() < 0.5:
        return word[: rng.randint(3, 4)]
    return (word[0] + re.sub(r"[aeiouAEIOU]", "", word[1:]))[: rng.randint(3, 4)]


def phrases(names):
    """The words that stand side by side in a name, two or three: the catalogue's own evidence."""
    found = {}
    for number, name in enumerate(names):
        words = [word.lower() for word in name.split(" ")]
        for first in range(len(words)):
            for count in (2, 3):
                part = words[first:first + count]
                if len(part) == count and all(is_plain(word, 2) for word in part):
                    found.setdefault(" ".join(part), set()).add(number)
    return found


def misspelt(queries, seed=2026):
    """Each query with typing errors in one word of four letters or more of five, at least one."""
    rng = random.Random(seed)
    rows = []
    for row in queries:
        words = row["text"].split(" ")
        plain = [i for i, word in enumerate(words) if is_plain(word, 4)]
        for i in [i for i in plain if rng.random() < 0.2] or plain[:1]:
            words[i] = typing_error(words[i], rng)
        rows.append(row | {"text": " ".join(words)})
    return rows


def abbreviated(queries, known, seed=2026):
    """Each query with up to two words shortened, and up to one phrase of two or three words, which
    another name has (`known` is of `phrases`), as its initials."""
    rng = random.Random(seed)
    rows = []
    for row in queries:
        words = row["text"].split(" ")
        runs = [(first, count) for count in (3, 2) for first in range(len(words) - count + 1)
                if known.get(" ".join(words[first:first + count]).lower(), set())
                - set(row["without"])]
        if runs and rng.random() < 0.5:
            first, count = rng.choice(runs)
            words[first:first + count] = ["".join(word[0] for word in words[first:first + count])]
        plain = [i for i, word in enumerate(words) if is_plain(word, 6)]
        for i in rng.sample(plain, min(len(plain), 2)):
            words[i] = shortened(words[i], rng)
        rows.append(row | {"text": " ".join(words)})
    return rows


def initials(queries, known, seed=2026):
    """The queries with a phrase of three words that another name has, written as its initials."""
    rng = random.Random(seed)
    rows = []
    for row in queries:
        words = row["text"].split(" ")
        runs = [first for first in range(len(words) - 2)
                if known.get(" ".join(words[first:first + 3]).lower(), set())
                - set(row["without"])]
        if runs:
            first = rng.choice(runs)
            words[first:first + 3] = ["".join(word[0] for word in words[first:first + 3])]
            rows.append(row | {"text": " ".join(words)})
    return rows


def absent(queries):
    """The queries without the names that they mean: nothing of what is left is right."""
    return [row | {"without": sorted(set(row["without"] + row["ids"])), "ids": []}
            for row in queries]


def small(names, queries, count, seed):
    """A catalogue of `count` names, and the queries that mean one of them."""
    chosen = sorted(random.Random(seed).sample(range(len(names)), count))
    place = {number: i for i, number in enumerate(chosen)}
    rows = []
    for row in queries:
        ids = [place[number] for number in row["ids"] if number in place]
        if ids:
            without = [place[number] for number in row["without"] if number in place]
            rows.append(row | {"ids": ids, "without": without})
    return [names[number] for number in chosen], rows


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
        if not row["without"]:
            continue
        words = row["text"].split("|")[0].split()
        words = [word for i, word in enumerate(words) if word not in words[:i]]
        count = min(len(words), rng.randint(2, 6))
        first = words[: max(count, 8)]
        chosen = sorted(rng.sample(range(len(first)), count))
        text = " ".join(first[i] for i in chosen).lower()
        if rng.random() < 0.5:
            text = with_noise(text, rng)
        rows.append(row | {"text": text, "ids": row["ids"] + row["without"], "without": []})
    return rows
