#!/usr/bin/python3
"""Imports three entries and searches them, with the client beside this file.

    demo.py SOCKET BUSINESS             over the Unix socket, as the user who runs the service
    demo.py HOST:PORT --api-key KEY     over TCP, as the business that the key belongs to

Make the messages first, from the top of the repository:
    protoc -Iproto-lite --python_out=Examples/python proto-lite/knowledge.proto
"""

import argparse
import sys

try:
    import knowledge_pb2 as messages
    from knowledge_client import Client, Refused
except ModuleNotFoundError as error:
    sys.exit(f"demo.py: {error}\n"
             "  make the messages with: protoc -Iproto-lite --python_out=Examples/python "
             "proto-lite/knowledge.proto\n"
             "  and on Debian: apt-get install protobuf-compiler python3-protobuf")

ENTRIES = [
    ("returns", "Returning shoes", "Send worn-once shoes back within 30 days, free of charge."),
    ("delivery", "Delivery times", "Orders before noon leave on the same day."),
    ("care", "Caring for leather", "Let wet boots dry slowly, away from heat, then wax them."),
]
QUESTION = "how do I return shoes"


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", help="path of the Unix socket, or HOST:PORT")
    parser.add_argument("business", nargs="?", default="", help="name, where no key says it")
    parser.add_argument("--api-key", default="", help="the key that knowledge business create printed")
    given = parser.parse_args()
    if not given.business and not given.api_key:
        parser.error("name a BUSINESS (knowledge business list shows them), or give its --api-key")
    return given


def main():
    given = arguments()
    address = given.address
    if "/" not in address and ":" in address:
        host, port = address.rsplit(":", 1)
        address = (host, int(port))
    try:
        with Client(address, api_key=given.api_key, business=given.business) as client:
            entries = [
                messages.Entry(external_id=key, title=title, content=content)
                for key, title, content in ENTRIES
            ]
            print(f"importing {len(entries)} entries")
            counts = client.bulk_import([entries])
            print(f"inserted {counts.counts.inserted}, updated {counts.counts.updated}, "
                  f"unchanged {counts.counts.unchanged}")
            print(f"searching for \"{QUESTION}\"")
            reply = client.search(text=QUESTION, k=3, min_xid=counts.xid, wait_ms=2000)
            for hit in reply.hits:
                print(f"{hit.score:.3f}  {hit.entry.external_id:10} {hit.entry.title}")
    except Refused as refusal:
        if refusal.code == "ERROR_CODE_UNAUTHENTICATED":
            sys.exit(f"demo.py: {refusal.message}\n"
                     "  give --api-key KEY, the key that knowledge business create printed; over "
                     "the Unix socket\n  the service's own user and root need none")
        sys.exit(f"demo.py: {refusal}")
    except OSError as error:
        sys.exit(f"demo.py: no service answers at {given.address}: {error}\n"
                 "  start it with: knowledge serve")


if __name__ == "__main__":
    main()
