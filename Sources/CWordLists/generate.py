#!/usr/bin/env python3
"""Makes lists/LANGUAGE.words (Sources/Spelling/FORMAT.md) from public word lists.

    python3 generate.py --work DIR [en es fr de]

Needs `pip install wordfreq==3.1.1 symspellpy==6.10.1 codespell==2.4.3`, the program `hunspell`,
and network for `apt-get download` of the Debian packages named below (they are unpacked under
--work, nothing is installed). lists/LICENSE.md says what comes from where.
"""

import argparse
import importlib.resources as resources
import os
import pathlib
import struct
import subprocess

import wordfreq

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = {
    "en": ["scowl"],
    "es": ["hunspell-es"],
    "fr": ["hunspell-fr-comprehensive"],
    "de": ["hunspell-de-de"],
}
HUNSPELL = {"es": "es_ES", "fr": "fr", "de": "de_DE"}
# Words kept of each language, the most frequent first.
WORD_LIMIT = {"en": 105_000, "es": 90_000, "fr": 90_000, "de": 100_000}
BIGRAM_LIMIT = 160_000
# Bits of the header's flags.
ACCENTS_MATTER, COMPOUNDS, ELISION, POSSESSIVE = 1, 2, 4, 8
FLAGS = {"en": POSSESSIVE, "es": ACCENTS_MATTER, "fr": ACCENTS_MATTER | ELISION,
         "de": ACCENTS_MATTER | COMPOUNDS}
FREQUENCY_STEPS = 30  # a step of the frequency byte is 1/30 of a power of ten


def unpack(work, language):
    root = work / "debian"
    root.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES[language]:
        if not list(root.glob(f"{package}_*.deb")):
            subprocess.run(["apt-get", "download", package], cwd=root, check=True)
        for archive in root.glob(f"{package}_*.deb"):
            subprocess.run(["dpkg-deb", "-x", archive, root], check=True)
    return root / "usr/share"


def is_word(text):
    parts = text.replace("’", "'").split("'")
    return all(part.isalpha() for part in parts if part) and any(parts) and len(text) <= 32


def zipf(word, language):
    return wordfreq.zipf_frequency(word.lower(), language, wordlist="best")


def scowl(share):
    """SCOWL's words up to size 70 (names to 50), without possessives, by their usual case."""
    words = {}
    for path in sorted((share / "dict/scowl").iterdir()):
        kind, size = path.name.rsplit(".", 1)
        dialect, category = kind.split("-", 1)
        limit = {"words": 70, "upper": 70, "contractions": 70, "proper-names": 60}.get(category, 0)
        if dialect.endswith("variant_2") or dialect.endswith("variant_3"):
            limit = 0
        if int(size) > limit:
            continue
        for word in path.read_text("latin-1").split():
            if word.endswith("'s") or not is_word(word):
                continue
            words[word] = min(words.get(word, 99), int(size))
    # A word of the dictionary in lower case stands for its capitalised twin.
    for word in list(words):
        if word.lower() != word and word.lower() in words:
            del words[word]
    return words


def common_errors():
    """Words that codespell takes for errors, and what is meant."""
    path = resources.files("codespell_lib") / "data/dictionary.txt"
    errors = {}
    for line in path.read_text("utf-8").splitlines():
        wrong, right = line.split("->", 1)
        errors[wrong] = [word.strip() for word in right.split(",") if word.strip()]
    return errors


def english(share):
    errors = common_errors()
    chosen = {}
    for word, size in scowl(share).items():
        frequency = zipf(word, "en")
        if frequency == 0:
            if size > 60 or not word.islower():
                continue
            frequency = 1.0 if size <= 50 else 0.7
        # A rare word that mostly is a slip of a common one would hide the slip.
        meant = errors.get(word.lower())
        if meant and max(zipf(other, "en") for other in meant) - frequency > 1.2:
            continue
        if len(word) < 3 and frequency < 4.3:
            continue
        if len(word) == 3 and frequency < 2.5:
            continue
        chosen[word] = frequency
    # What many write and SCOWL has not: brands, chat. Slips of far more common words are left out.
    known = {word.lower(): frequency for word, frequency in chosen.items()}
    near = {}
    for word in known:
        for place in range(len(word)):
            near.setdefault(word[:place] + word[place + 1:], set()).add(word)
    for word in wordfreq.top_n_list("en", 60_000):
        frequency = zipf(word, "en")
        if not is_word(word) or not word.isascii() or len(word) < 3 or frequency < 3.2:
            continue
        if word in known or word in errors or word.endswith("s") and word[:-1] in known:
            continue
        if "'" in word:
            # that's, let's, who's; possessives are made by rule.
            if frequency >= 4.5:
                chosen[word] = frequency
            continue
        shorter = {word[:place] + word[place + 1:] for place in range(len(word))}
        others = {other for text in shorter | {word} for other in near.get(text, ())} | shorter
        if any(known.get(other, 0) - frequency > 1.8 for other in others):
            continue
        chosen[word] = frequency
    return chosen


def checked(share, language):
    """Words of wordfreq that the language's hunspell dictionary knows, by their usual case."""
    candidates = [w for w in wordfreq.iter_wordlist(language, wordlist="best") if is_word(w)]
    candidates = candidates[: 4 * WORD_LIMIT[language]]
    if language == "de":
        # wordfreq counts ß with ss.
        candidates += [v for word in candidates if "ss" in word for v in sharp_variants(word)]
    dictionary = str(share / "hunspell" / HUNSPELL[language])

    def unknown(words):
        run = subprocess.run(["hunspell", "-d", dictionary, "-i", "UTF-8", "-l"],
                             input="\n".join(words), capture_output=True, text=True, check=True,
                             env={**os.environ, "LC_ALL": "C.UTF-8"})
        return set(run.stdout.split("\n"))

    wrong = unknown(candidates)
    capital = [word.capitalize() for word in candidates if word in wrong]
    wrong_capital = unknown(capital)
    chosen = {}
    for word in candidates:
        if word in wrong and (word.capitalize() in wrong_capital or word.capitalize() == word):
            continue
        frequency = zipf(word, language)
        if len(word) < 3 and frequency < 4.3 or len(word) == 3 and frequency < 2.8:
            continue
        chosen[word.capitalize() if word in wrong else word] = frequency
    return chosen


def sharp_variants(word):
    """The word with any of its ss written as ß."""
    parts = word.split("ss")
    for choice in range(1, 1 << (len(parts) - 1)):
        yield "".join(part + ("" if i == len(parts) - 1 else "ß" if choice >> i & 1 else "ss")
                      for i, part in enumerate(parts))


def bigrams(identifiers):
    """Pairs of words and log10 P(second | first) as a byte, those that say most first."""
    path = resources.files("symspellpy") / "frequency_bigramdictionary_en_243_342.txt"
    counts, total = [], {}
    for line in path.read_text("utf-8-sig").splitlines():
        first, second, count = line.split(" ")
        total[first] = total.get(first, 0) + int(count)
        if first in identifiers and second in identifiers:
            counts.append((int(count), first, second))
    counts.sort(reverse=True)
    pairs = {}
    for count, first, second in counts[:BIGRAM_LIMIT]:
        share = count / total[first]
        pairs.setdefault(identifiers[first], {})[identifiers[second]] = share
    return pairs


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def write(language, chosen):
    import math

    kept = sorted(chosen, key=lambda word: (-chosen[word], word))[: WORD_LIMIT[language]]
    kept = sorted(kept, key=lambda word: word.encode())
    steps = {w: max(0, min(255, round(chosen[w] * FREQUENCY_STEPS))) for w in kept}
    words, previous = bytearray(), b""
    for word in kept:
        text = word.encode()
        shared = len(os.path.commonprefix([previous, text]))
        shared = min(shared, 255)
        words += bytes([shared, len(text) - shared]) + text[shared:]
        previous = text
    frequencies = bytes(steps[word] for word in kept)
    # A word's number is its place by frequency, then by bytes.
    ranked = sorted(kept, key=lambda word: (-steps[word], word.encode()))
    identifiers = {word.lower(): number for number, word in reversed(list(enumerate(ranked)))}
    pairs = bytearray()
    pair_count = 0
    if language == "en":
        table = bigrams(identifiers)
        previous = 0
        for first in sorted(table):
            row = sorted(table[first].items())
            pairs += varint(first - previous) + varint(len(row))
            previous, before = first, 0
            for second, share in row:
                pairs += varint(second - before)
                pairs.append(max(0, min(255, round(-math.log10(share) * FREQUENCY_STEPS))))
                before = second
                pair_count += 1
    body = bytes(words) + frequencies + bytes(pairs)
    head = struct.pack("<4sI8sIIIII", b"KWRD", 1, language.encode().ljust(8, b"\0"), FLAGS[language],
                       len(kept), len(words), pair_count, len(pairs))
    check = crc32c(head + body)
    path = HERE / "lists" / f"{language}.words"
    path.write_bytes(head + struct.pack("<I", check) + body)
    print(f"{path.name}: {len(kept)} words, {pair_count} pairs, {path.stat().st_size} bytes")


def crc32c(data):
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 255]
    return value ^ 0xFFFFFFFF


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("languages", nargs="*", default=list(PACKAGES))
    arguments = parser.parse_args()
    for language in arguments.languages:
        share = unpack(arguments.work, language)
        write(language, english(share) if language == "en" else checked(share, language))


if __name__ == "__main__":
    main()
