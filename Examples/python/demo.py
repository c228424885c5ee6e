#!/usr/bin/python3
"""Imports three entries and searches them, with the client beside this file.

Use, from the top of the repository, with the service running:
    protoc -Iproto-lite --python_out=Examples/python proto-lite/knowledge.proto
    Examples/python/demo.py SOCKET [BUSINESS]
"""

import sys

import knowledge_pb2 as messages
from knowledge_client import Client, Refused

ENTRIES = [
    ("returns", "Returning shoes", "Send worn-once shoes back within 30 days, free of charge."),
    ("delivery", "Delivery times", "Orders before noon leave on the same day."),
    ("care", "Caring for leather", "Let wet boots dry slowly, away from heat, then wax them."),
]


def main():
    address = sys.argv[1]
    business = sys.argv[2] if len(sys.argv) > 2 else ""
    try:
        with Client(address, business=business) as client:
            entries = [
                messages.Entry(external_id=key, title=title, content=content)
                for key, title, content in ENTRIES
            ]
            summary = client.bulk_import([entries])
            print(f"inserted {summary.counts.inserted}, updated {summary.counts.updated}")
            reply = client.search(
                text="how do I return shoes", k=3, min_xid=summary.xid, wait_ms=2000)
            for hit in reply.hits:
                print(f"{hit.score:.3f}  {hit.entry.external_id:10} {hit.entry.title}")
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
