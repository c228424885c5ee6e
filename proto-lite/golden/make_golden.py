#!/usr/bin/python3
"""Writes the golden bytes of proto-lite with Google's protobuf for Python.

Use, from the top of the repository:
    protoc -Iproto-lite --python_out=DIRECTORY proto-lite/knowledge.proto
    PYTHONPATH=DIRECTORY proto-lite/golden/make_golden.py [TARGET DIRECTORY]

Golden bytes never change: add cases, do not edit them. The same values stand, in Swift, in
Tests/RPCTests/GoldenTests.swift.
"""

import os
import struct
import sys

import knowledge_pb2 as k

IDENTITY = bytes(range(16))


def entry():
    return k.Entry(
        id=IDENTITY, external_id="sku-1", collection="products", entry_type="product",
        title="Läufer №1 🏃", content="x" * 300, metadata_json='{"size":42}',
        keywords=["shoe", "", "run"], tags=["new"], category="shoes", priority=-7,
        language="de", is_active=False, version=2**63, created_at=-1, updated_at=1795248997493038,
        vector=[0.5, -0.25, 1e-30])


def nested_filter():
    return k.Filter(
        categories=["a", "b"], entry_types=["product"], keywords=["k"], languages=["en"],
        is_active=True, priority_lowest=-2147483648, priority_highest=2147483647,
        created_from=0, created_to=2**62, updated_from=-5, updated_to=5,
        all_of=[k.Filter(categories=["c"])],
        any_of=[k.Filter(), k.Filter(none_of=[k.Filter(keywords=["deep"])])],
        none_of=[k.Filter(is_active=False)])


def metadata_filter():
    return k.Filter(
        none_of=[k.Filter(metadata=[k.MetadataCondition(key="gone", exists=True)])],
        metadata=[k.MetadataCondition(
            key="size.eu",
            any_of=[
                k.MetadataValue(text=""), k.MetadataValue(number=0.5),
                k.MetadataValue(integer=-1), k.MetadataValue(flag=False), k.MetadataValue()],
            gt=0, gte=-0.25, lt=float("inf"), lte=1e300, exists=False)])


def position():
    return k.Position(snapshot="10:20:10,14", system_identifier="7350", sequence=300)


MESSAGES = {
    "empty": k.SearchRequest(),
    "hello": k.HelloRequest(
        magic=b"KNW1", version_lowest=1, version_highest=1, api_key="kn_key", business="demo",
        client="golden", stream_window=1 << 20),
    "hello_reply": k.HelloReply(
        magic=b"KNW1", version=1, server="knowledge", business_id=IDENTITY, is_operator=True,
        stream_window=4 << 20, message_byte_limit=4 << 20, item_byte_limit=16 << 20,
        requests_in_flight=64),
    "error": k.ErrorReply(
        code=k.ERROR_CODE_DIMENSION_MISMATCH, message="3 is not 384", remediation="Embed again.",
        details={"zeta": "1", "alpha": "2", "": "empty key"}),
    "entry": entry(),
    "filter": nested_filter(),
    "filter_metadata": metadata_filter(),
    "search_text": k.SearchRequest(
        collection="knowledge", text="how do I return shoes", k=5, filter=nested_filter(),
        exact=True, recall_target=0.999, min_xid=2**40, wait_ms=250, omit_content=True),
    "search_empty_text": k.SearchRequest(text=""),
    "search_vector": k.SearchRequest(
        vector=k.FloatVector(values=[i / 64 for i in range(384)]), k=1000, include_vector=True),
    "search_ids": k.SearchRequest(vector=k.FloatVector(values=[1]), explain=True, ids_only=True),
    "search_reply": k.SearchReply(
        hits=[
            k.Hit(entry=entry(), score=0.875, chunk=2, span_start=10, span_end=200),
            k.Hit(score=-0.0),
        ],
        exact=True, position=position(), stale_ms=3, took_us=127, rows_considered=100000),
    "search_batch": k.SearchBatchRequest(
        texts=["a", "b"], vectors=[k.FloatVector(values=[1]), k.FloatVector()], k=3),
    "get": k.GetRequest(ids=[IDENTITY, b""], external_ids=["x", ""], include_vector=True),
    "upsert": k.UpsertRequest(
        collection="products", entries=[entry(), k.Entry()], on_conflict=k.ON_CONFLICT_SKIP),
    "upsert_reply": k.UpsertReply(
        outcomes=[
            k.Outcome(index=0, kind=k.OUTCOME_KIND_INSERTED, id=IDENTITY),
            k.Outcome(
                index=4294967295, kind=k.OUTCOME_KIND_REJECTED, field="title", reason="empty"),
        ],
        xid=2**64 - 1),
    "import_batch": k.ImportBatch(sequence=9, collection="c", entries=[entry()]),
    "import_ack": k.ImportAck(
        sequence=9, counts=k.ImportCounts(inserted=1, updated=2, unchanged=3, skipped=4, rejected=5),
        rejected=[k.Outcome(index=3, kind=k.OUTCOME_KIND_REJECTED, field="f", reason="r")], xid=7),
    "stats": k.StatsReply(
        collections=[
            k.CollectionStats(
                business_id=IDENTITY, name="knowledge", entries=1000, vectors=1000,
                file_bytes=2**33, delta_rows=12, segments=3, tombstones=1, model="hash-384",
                dimension=384, checksum=0xFEDCBA9876543210)
        ],
        feed=k.FeedStats(lag_ms=4, position=position(), truth_connected=True, applied=5),
        rpc=k.RPCStats(
            connections_open=1, refusals={"hello_ms": 2, "connections": 1}, requests=10,
            methods=[k.MethodStats(method=k.METHOD_SEARCH, requests=10, p50_us=9, p99_us=40)]),
        resident_bytes=123456789, uptime_ms=1, version="1.0"),
    "verify_reply": k.VerifyReply(
        files_checked=10, faults=[k.Fault(file="s/1", offset=4096, what="checksum")],
        quarantined=["s/1"], truth_differences=1),
    # A value that this schema does not name.
    "unknown_enum": k.HealthReply(status=77, reasons=["?"]),
    "negative_enum": k.HealthReply(status=-1),
    "hybrid": k.HybridRequest(
        collection="products", text="\"running shoes\" wat*", vector=k.FloatVector(values=[0.5]),
        k=7, filter=metadata_filter(), mode=k.HYBRID_MODE_TEXT, fusion=k.HYBRID_FUSION_SCORES,
        language="pt-BR", text_weight=0.0, min_xid=9, wait_ms=250, min_position=position(),
        omit_content=True, recall_target=0.5, exact=True),
    "hybrid_reply": k.HybridReply(
        hits=[
            k.HybridHit(
                entry=entry(), score=0.03125, text_score=8.5, text_share=0.75, text_rank=1,
                vector_score=0.0, vector_share=0.25, vector_rank=200, chunk=2, span_start=5,
                span_end=300,
                highlights=[
                    k.Highlight(field="keywords", keyword=1, start=0, end=4), k.Highlight()]),
            k.HybridHit()],
        exact=True, position=position(), stale_ms=1, took_us=2, rows_considered=3, is_stale=True,
        incomplete=True, pending_embeddings=4, recall_target=0.99),
    "hybrid_relevance": k.HybridRequest(
        text="x", fusion=k.HYBRID_FUSION_RANKS, false_answer_rate=0.125),
    "hybrid_relevance_reply": k.HybridReply(
        hits=[k.HybridHit(score=0.5, relevance=0.75, text_coverage=0.25)],
        relevance_threshold=0.625, nothing_relevant=True),
    "match": k.MatchRequest(
        query="x200 größe 41", collections=["products", "services"], k=7, threshold=0.0,
        include_inactive=True, available_only=True, omit_semantic=True, omit_content=True,
        min_xid=9, wait_ms=250, min_position=position()),
    "match_reply": k.MatchReply(
        candidates=[
            k.MatchCandidate(
                entry=entry(), confidence=0.875, name="Läufer №1",
                parts=k.MatchParts(
                    edit=0.5, token_set=0.25, token_sort=1, ngram=0.125, prefix=1e-3,
                    initialism=0.75, alias=1, code=0.5, semantic=0),
                edits=[
                    k.MatchEdit(
                        kind=k.MATCH_EDIT_KIND_REPLACE, word_class=k.WORD_CLASS_CODE,
                        query_start=1, query_end=300, name_start=2, name_end=4, distance=1),
                    k.MatchEdit()]),
            k.MatchCandidate()],
        verdict=k.MATCH_VERDICT_AMBIGUOUS,
        question=k.MatchQuestion(
            reason=k.MATCH_REASON_CODE, code="X200",
            options=[k.MatchOption(id=IDENTITY, collection="products", label="X220")]),
        position=position(), stale_ms=1, took_us=2, is_stale=True, incomplete=True,
        pending_embeddings=3, items=4),
    "spell": k.SpellRequest(
        text="were is my ordr", language="en", threshold=0.0, alternatives=0, min_xid=1,
        wait_ms=2, min_position=position()),
    "spell_reply": k.SpellReply(
        text="where is my order",
        changes=[k.SpellingCorrection(
            kind=k.SPELLING_KIND_RESPELLED, start=0, end=4, original="were",
            replacement="where", confidence=0.75,
            alternatives=[k.SpellingSuggestion(text="we're", share=0.125)])],
        questions=[k.SpellingCorrection(kind=k.SPELLING_KIND_JOINED)], language="en",
        has_word_list=True, words=4, vocabulary=5, position=position(), stale_ms=6, took_us=7,
        is_stale=True),
    "spell_feedback": k.SpellFeedbackRequest(
        outcomes=[
            k.SpellingOutcomeReport(
                original="ordr", replacement="order", kind=k.SPELLING_KIND_SPLIT, confidence=0.5,
                outcome=k.SPELLING_OUTCOME_CHANGED, changed_to="odor", language="en"),
            k.SpellingOutcomeReport()]),
}

KINDS = dict(hello=1, request=2, response=3, item=4, end=5, error=6, cancel=7, credit=8)


def frame(kind, method, request_id, message, deadline=0, flags=0):
    return struct.pack(
        "<IBBHIIHH", 16 + len(message), 1, KINDS[kind], method, request_id, deadline, flags, 0
    ) + message


FRAMES = {
    "frame_request": frame(
        "request", k.METHOD_SEARCH, 7, MESSAGES["search_text"].SerializeToString(), deadline=250),
    "frame_stream": frame(
        "request", k.METHOD_BULK_IMPORT, 0xFFFFFFFF, k.ImportRequest(collection="c")
        .SerializeToString(), flags=1),
    "frame_cancel": frame("cancel", k.METHOD_SEARCH, 7, b""),
    "frame_credit": frame("credit", k.METHOD_EXPORT, 8, k.Credit(bytes=262144).SerializeToString()),
}


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    cases = {name: m.SerializeToString(deterministic=True) for name, m in MESSAGES.items()}
    cases.update(FRAMES)
    for name, data in cases.items():
        with open(os.path.join(target, name + ".bin"), "wb") as file:
            file.write(data)
        with open(os.path.join(target, name + ".hex"), "w") as file:
            for start in range(0, len(data), 16):
                row = data[start:start + 16]
                text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
                file.write(f"{start:06x}  {row.hex(' '):<47}  {text}\n")


if __name__ == "__main__":
    main()
