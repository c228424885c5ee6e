"""Labelled questions with and without an answer, made of real texts: always the same ones.

Each set is a collection of texts with questions of several kinds. A part of the texts (or, of the
catalogue, of the products) is held out of the collection, and so are the questions of those: they
have no answer in it. What is nearly the same as a text that stays is no question without an answer.

  paraphrase  most words of a text by other words of WordNet, some left out, as a question
  misspelt    four to six words of a text, one of them with a typing error
  codes       a word of a text that has a digit, with one or two others
  names       another shop's name for a product (of the catalogue)
  asked       what customers ask a sample shop (Examples/demo)
  foreign     questions of another set: none is answered
"""
import collections
import csv
import gzip
import json
import os
import random
import re

STOPS = set("""a an and any are as at be been but by can could did do does for from had has have he
her his how i if in into is it its may me more most my no not of on one only or other our out she
should so some such than that the their them then there these they this those to up use used uses
using was we were what when where which who will with would you your""".split())
FRAMES = ["{}", "{}", "{}", "what is {}", "looking for {}", "how does {} work", "is there {}",
          "tell me about {}", "{} please", "which one is {}"]
HELD_SHARE = 0.35


class Case:
    """A collection and its questions; `right` numbers texts: none where there is no answer."""

    def __init__(self, name, part, texts, queries):
        self.name, self.part, self.texts, self.queries = name, part, texts, queries


def rows(directory, name):
    with gzip.open(os.path.join(directory, name), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def line(text):
    return " ".join(text.split())


def mistyped(word, chance):
    """One letter left out, doubled, exchanged with the next, or replaced."""
    place = chance.randrange(len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1:]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind == 2:
        return word[:place] + word[place + 1] + word[place] + word[place + 2:]
    return word[:place] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[place + 1:]


class Thesaurus:
    """Synonyms of words in their most frequent sense, from WordNet's database files."""

    def __init__(self, directory):
        self.synonyms = {}
        for kind in ("noun", "verb", "adj", "adv"):
            sets = {}
            with open(os.path.join(directory, f"data.{kind}"), encoding="latin-1") as lines:
                for each in lines:
                    if each.startswith(" "):
                        continue
                    parts = each.split(" ")
                    count = int(parts[3], 16)
                    sets[parts[0]] = [
                        re.sub(r"\(.*", "", parts[4 + 2 * n]).replace("_", " ").lower()
                        for n in range(count)]
            with open(os.path.join(directory, f"index.{kind}"), encoding="latin-1") as lines:
                for each in lines:
                    if each.startswith(" "):
                        continue
                    parts = each.split()
                    senses = int(parts[2])
                    first, tagged = parts[-senses], int(parts[-senses - 1])
                    others = [one for one in sets[first] if one != parts[0].replace("_", " ")]
                    known = self.synonyms.get(parts[0])
                    if others and (known is None or tagged > known[0]):
                        self.synonyms[parts[0]] = (tagged, others)

    def of(self, word):
        """Of the word, or of what it may be a form of; an empty list where there are none."""
        forms = [word] + [word[:-len(end)] + new for end, new in (
            ("ies", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ied", "y"), ("ed", ""), ("ed", "e"),
            ("ing", ""), ("ing", "e")) if word.endswith(end) and len(word) > len(end) + 2]
        for form in forms:
            if form in self.synonyms:
                return self.synonyms[form][1]
        return []


def paraphrase(text, thesaurus, chance):
    """nil where the text has too few words."""
    words = [word for word in re.findall(r"[A-Za-z][A-Za-z'\-]*[A-Za-z]", text.lower())
             if word not in STOPS]
    if len(words) < 4:
        return None
    kept = sorted(chance.sample(range(len(words)), max(3, min(9, round(0.7 * len(words))))))
    changed, said = 0, []
    for place in kept:
        others = thesaurus.of(words[place])
        if others and chance.random() < 0.6:
            said.append(chance.choice(others))
            changed += 1
        else:
            said.append(words[place])
    if changed == 0:
        return None
    if chance.random() < 0.3:
        turn = chance.randrange(1, len(said))
        said = said[turn:] + said[:turn]
    return chance.choice(FRAMES).format(" ".join(said))


def misspelt(text, chance):
    words = re.findall(r"[A-Za-z]{4,}", text)
    if len(words) < 6:
        return None
    picked = chance.sample(words, chance.randint(4, 6))
    place = chance.randrange(len(picked))
    picked[place] = mistyped(picked[place], chance)
    return " ".join(picked)


CODE = re.compile(r"(?<!\S)(?=\S*\d)(?=\S*[A-Za-z])[\w.\-]{4,}(?!\S)")


def coded(text, chance):
    """The code, and the question."""
    codes = CODE.findall(text)
    words = re.findall(r"[A-Za-z]{4,}", text)
    if not codes or not words:
        return None
    code = chance.choice(codes)
    return code, " ".join([code] + chance.sample(words, min(len(words), chance.randint(1, 2))))


def bag(text):
    return {word for word in re.findall(r"\w+", text.lower()) if word not in STOPS}


class Near:
    """Finds texts that share most of their words."""

    def __init__(self, texts, rare=400):
        self.bags = [bag(text) for text in texts]
        counts = collections.Counter(word for each in self.bags for word in each)
        self.index = collections.defaultdict(list)
        for number, each in enumerate(self.bags):
            for word in each:
                if counts[word] <= rare:
                    self.index[word].append(number)

    def like(self, text, share):
        """Numbers of texts that have at least this part of both texts' words in common."""
        words = bag(text)
        shared = collections.Counter(
            number for word in words for number in self.index.get(word, ()))
        found = []
        for number, _ in shared.most_common(1000):
            other = self.bags[number]
            if len(words & other) >= share * len(words | other):
                found.append(number)
        return found


def of_texts(name, part, texts, thesaurus, count, seed):
    """`count` questions of each kind with an answer, and as many without."""
    chance = random.Random(seed)
    chance.shuffle(texts)
    kept_count = round(len(texts) * (1 - HELD_SHARE))
    kept, held = texts[:kept_count], texts[kept_count:]
    near = Near(kept)
    everything = " ".join(kept).lower()
    queries = []
    for has_answer, pool in ((True, kept), (False, held)):
        counts = collections.Counter()
        for number, text in enumerate(pool):
            if has_answer:
                right = sorted(set([number] + near.like(text, 0.7)))
            elif near.like(text, 0.4):
                continue
            else:
                right = []
            made = {"paraphrase": paraphrase(text, thesaurus, chance),
                    "misspelt": misspelt(text, chance)}
            code = coded(text, chance)
            if code and (has_answer or code[0].lower() not in everything):
                made["codes"] = code[1]
            for kind, query in made.items():
                if query and counts[kind] < count:
                    counts[kind] += 1
                    queries.append({"text": query, "right": right, "kind": kind})
    return Case(name, part, [{"text": text} for text in kept], queries)


def of_catalogue(category, part, names, asked, count, seed):
    chance = random.Random(seed)
    own = [row["id"] for row in names if row["category"] == category]
    inside = set(own)
    questions = [row for row in asked if row["ids"] and set(row["ids"]) <= inside]
    chance.shuffle(questions)
    # With a product goes whatever resembles the question: other sizes and colours are answers, too.
    near = Near([names[each]["name"] for each in own], rare=len(own))
    gone = set()
    for row in questions[:round(HELD_SHARE * len(questions))]:
        if len(gone) < 0.6 * len(own):
            gone.update(row["ids"])
            gone.update(own[place] for place in near.like(row["text"], 0.25))
    numbers = {each: place for place, each in enumerate(i for i in own if i not in gone)}
    texts = [line(names[each]["name"]) for each in numbers]
    everything = " ".join(texts).lower()
    kept_near = Near(texts, rare=len(own))
    queries, counts = [], collections.Counter()
    for row in questions:
        right = [numbers[each] for each in row["ids"] if each in numbers]
        if not right and kept_near.like(row["text"], 0.25):
            continue
        text = line(row["text"])
        words = [word for word in text.split() if re.fullmatch("[A-Za-z]{4,}", word)]
        made = {"names": text}
        if words:
            wrong = chance.choice(words)
            made["misspelt"] = text.replace(wrong, mistyped(wrong, chance), 1)
        codes = [code for code in CODE.findall(text)
                 if any(code.lower() in names[each]["name"].lower() for each in row["ids"])]
        if codes and words:
            code = chance.choice(codes)
            if right or code.lower() not in everything:
                made["codes"] = f"{code} {chance.choice(words)}"
        for kind, query in made.items():
            if counts[kind, bool(right)] < count:
                counts[kind, bool(right)] += 1
                queries.append({"text": query, "right": right, "kind": kind})
    return Case(category, part, [{"text": text} for text in texts], queries)


def of_shop(directory, part, folds, seed):
    """The sample shop, `folds` times with other answers held out."""
    with open(os.path.join(directory, "knowledge.csv"), encoding="utf-8") as file:
        entries = [
            {"id": row["id"], "title": row["question"], "content": row["answer"],
             "keywords": [one for one in row["keywords"].split(";") if one]}
            for row in csv.DictReader(file)]
    with open(os.path.join(directory, "products.json"), encoding="utf-8") as file:
        products = [
            {"id": row["sku"], "title": row["name"], "content": row["description"],
             "keywords": row["aliases"]} for row in json.load(file)]
    with open(os.path.join(directory, "queries.jsonl"), encoding="utf-8") as lines:
        asked = [json.loads(each) for each in lines]
    chance = random.Random(seed)
    chance.shuffle(asked)
    for name, rows_of in (("knowledge", entries), ("products", products)):
        own = [row for row in asked if row["collection"] == name]
        for fold in range(folds):
            gone = {row["expected"] for place, row in enumerate(own) if place % folds == fold}
            kept = [row for row in rows_of if row["id"] not in gone]
            numbers = {row["id"]: place for place, row in enumerate(kept)}
            queries = [
                {"text": row["query"], "kind": "asked",
                 "right": [numbers[row["expected"]]] if row["expected"] in numbers else []}
                for row in own]
            yield Case(f"shop {name} {fold + 1}", part, kept, queries)


def cases(data, demo, wordnet, foreign_count=300):
    """All sets: part is `learn` or `report`; nothing was tuned on the latter."""
    thesaurus = Thesaurus(wordnet)
    by_source = collections.defaultdict(list)
    for row in rows(data, "texts.jsonl.gz"):
        by_source[row["source"]].append(line(row["text"]))
    made = []
    for name, part, size, seed in (
            ("man", "learn", 20000, 11), ("wn-gloss", "learn", 6000, 12),
            ("deb-short", "learn", 3000, 13), ("wn-example", "learn", 1200, 14),
            ("deb-long", "report", 15000, 21), ("trivia", "report", 5000, 22)):
        chance = random.Random(seed)
        made.append(of_texts(
            name, part, chance.sample(by_source[name], size), thesaurus, 300, seed))
    names, asked = rows(data, "catalogue.jsonl.gz"), rows(data, "catalogue_queries.jsonl.gz")
    for category, part, seed in (("computers", "learn", 15), ("shoes", "learn", 16),
                                 ("cameras", "report", 25), ("watches", "report", 26)):
        made.append(of_catalogue(category, part, names, asked, 300, seed))
    made += of_shop(demo, "report", 3, 27)
    # Of the other part's own kinds, and of what none of them is about.
    chance = random.Random(31)
    strange = [line(row["text"]) for row in rows(data, "queries.jsonl.gz")
               if row["source"] in ("sgd", "taskmaster", "polyai-span")]
    for case in made:
        others = strange + [
            query["text"] for other in made
            if other.part == case.part and other.name.split()[0] != case.name.split()[0]
            for query in other.queries]
        chance.shuffle(others)
        case.queries += [{"text": text, "right": [], "kind": "foreign"}
                         for text in others[:foreign_count if len(case.texts) > 500 else 60]]
    return made
