"""Writes Tests/EmbeddingTests/Golden/minilm.jsonl: 50 texts with the ids and vectors that
sentence-transformers gives them, to which the tests hold the local model.

    .venv/bin/pip install -r Benchmarks/peers/embedding-requirements.txt
    .venv/bin/python Benchmarks/peers/golden_vectors.py .build/model/all-MiniLM-L6-v2
"""

import json
import pathlib
import sys

from sentence_transformers import SentenceTransformer

TARGET = pathlib.Path(__file__).parents[2] / "Tests/EmbeddingTests/Golden/minilm.jsonl"

TEXTS = [
    "",
    " \t\n",
    "a",
    "How do I return shoes?",
    "You can send anything back within thirty days; the parcel label is in the box.",
    "What are your opening hours on Sundays and public holidays?",
    "The CAT sat on the Mat",
    "the cat sat on the mat",
    "Does the warranty cover water damage, e.g. from rain?",
    "ORDER-2024/00117 hasn't arrived: tracking says \"in transit\" since 03.11.",
    "Größe 42½ ist ausverkauft, wann kommt die nächste Lieferung?",
    "Können Sie mir die Öffnungszeiten der Filiale in Köln-Süd nennen? Schöne Grüße",
    "STRASSE, Straße und STRAẞE",
    "Où puis-je trouver la taille des chaussures ? Ça coûte combien, s'il vous plaît ?",
    "¿Cuánto tarda el envío a Málaga? ¡Gracias!",
    "Zażółć gęślą jaźń",
    "İstanbul'da ıspanak, Iğdır'da şeftali",
    "Ελληνικά: Πόσο κοστίζει η αποστολή; ΣΟΦΟΣ ΟΔΥΣΣΕΥΣ",
    "Сколько стоит доставка в Санкт-Петербург? Ёлка и йод",
    "كم تكلفة الشحن إلى القاهرة؟ السَّلامُ عَلَيْكُم",
    "מה שעות הפתיחה שלכם? שָׁלוֹם",
    "请问这双鞋可以退货吗？我买错了尺码。",
    "東京から大阪までの送料はいくらですか。カタカナとひらがな",
    "배송은 얼마나 걸리나요? 환불하고 싶습니다.",
    "शिपिंग में कितना समय लगता है?",
    "ค่าส่งเท่าไหร่คะ",
    "Giao hàng đến Thành phố Hồ Chí Minh mất bao lâu?",
    "👟👟 are these waterproof? 🌧️☔ thx 😂👍🏽 👨‍👩‍👧‍👦 🇩🇪",
    "e\u0301cole, re\u0301sume\u0301, Å vs A\u030a vs \u212b",
    "ﬁne ﬂavour, ① ² ½ ™ © ㎏ Ｆｕｌｌ ｗｉｄｔｈ",
    "zero\u200bwidth soft\u00adhyphen no\u00a0break \ufeffmark \u0000nul \ufffdreplacement",
    "tab\tand\nnewline\r\nand\u000bvertical\u000cfeed\u0085next\u2028line\u2029paragraph",
    "[CLS] a text that names [MASK] and [SEP] itself [PAD] [UNK] [cls]",
    "##ing ## # wordpiece ##s",
    "https://example.com/shop?item=42&size=9.5#reviews mail@example.org",
    "x = {'a': [1, 2, 3], \"b\": None}; print(x['a'][0] + 10_000)",
    "$19.99, 20 €, £5, ¥1,000, 50 % off - 3+1=4, a|b ~c^d `e` <f> \\g",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "z" * 100,
    "z" * 101,
    "w" * 3000 + " and a word after it",
    "!!! ??? ... --- ___ *** ((( )))",
    "\U0001d54c\U0001d55f\U0001d55a 𐍈 𒀀 \U000e0041 \U0010ffff \ue000",
    "The quick brown fox jumps over the lazy dog. " * 3,
    "shoe " * 253,
    "shoe " * 254,
    "shoe " * 255,
    "The parcel was left at the neighbour's door although nobody had rung. " * 143,
    "一" * 10_000,
    "Return policy\nKeywords: refund, exchange, money back\nUnworn items can be returned within "
    "30 days of delivery. We pay the return postage within the EU; elsewhere the customer does. "
    "Refunds arrive within five working days after the parcel reached our warehouse.",
]


def main():
    assert len(TEXTS) == 50 and len(set(TEXTS)) == 50
    model = SentenceTransformer(sys.argv[1], device="cpu")
    vectors = model.encode(TEXTS, batch_size=1, normalize_embeddings=True)
    with TARGET.open("w") as file:
        for text, vector in zip(TEXTS, vectors):
            ids = model.tokenizer(text, truncation=True, max_length=model.max_seq_length)["input_ids"]
            rounded = [round(float(x), 5) for x in vector]
            file.write(json.dumps({"text": text, "ids": ids, "vector": rounded}) + "\n")


if __name__ == "__main__":
    main()
