"""A client of the knowledge service: frames over a socket, messages by protoc.

Everything that is particular to the service is in this file; it follows proto-lite/WIRE.md. Make
the messages first:

    protoc -Iproto-lite --python_out=Examples/python proto-lite/knowledge.proto

    from knowledge_client import Client
    with Client("/var/lib/knowledge/knowledge.sock", business="demo") as client:
        reply = client.search(text="how do I return shoes", k=3)

There is no TLS in it. To a port that speaks TLS go through a tunnel such as stunnel, or use the
program knowledge with --host and --tls.

Needs Python 3.8 and the package protobuf (3.20 or later). One thread uses a client at a time.
"""

import collections
import select
import socket
import struct
import time

import knowledge_pb2 as messages

MAGIC = b"KNW1"
VERSION = 1
HEADER = struct.Struct("<IBBHIIHH")  # length, version, kind, method, id, deadline, flags, reserved
HELLO, REQUEST, RESPONSE, ITEM, END, ERROR, CANCEL, CREDIT = range(1, 9)
ITEMS_FOLLOW = 1


class Refused(Exception):
    """The service's own error: see `code`, `message`, `remediation` and `details`."""

    def __init__(self, reply):
        self.code = messages.ErrorCode.Name(reply.code)
        self.message = reply.message
        self.remediation = reply.remediation
        self.details = dict(reply.details)
        super().__init__(f"{self.message} ({self.code}). {self.remediation}")


class _Call:
    """A request under way: what came for it, and what may still be sent."""

    def __init__(self, method, window):
        self.method = method
        self.window = window
        self.items = collections.deque()
        self.taken = 0
        self.final = None  # (kind, bytes)


class Client:
    """A connection, bound to a business or to the operator for its whole life."""

    def __init__(self, address, api_key="", business="", stream_window=1 << 20, timeout=10.0):
        """Connects and says hello.

        address: the path of a Unix socket, or (host, port) for TCP.
        api_key: not needed where the service trusts this user on its Unix socket.
        business: name or UUID, for an operator who works for one.
        """
        if isinstance(address, str):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.connect(address)
        else:
            self._socket = socket.create_connection(address, timeout=timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self._received = bytearray()
        self._unsent = bytearray()
        self._calls = {}
        self._next_id = 1
        self._window = stream_window
        self.hello = None
        self._send(HELLO, 0, 0, messages.HelloRequest(
            magic=MAGIC, version_lowest=VERSION, version_highest=VERSION, api_key=api_key,
            business=business, client="python", stream_window=stream_window))
        self._run(lambda: self.hello, time.monotonic() + timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._socket.close()

    # Methods

    def call(self, method, request, reply, deadline=None):
        """Asks and waits: `reply` is the message class to return; `deadline` is in seconds."""
        number = messages.Method.Value("METHOD_" + method)
        id, call = self._open(number, request, deadline)
        return self._finish(id, call, reply, deadline)

    def ping(self, payload=b""):
        return self.call("PING", messages.PingRequest(payload=payload), messages.PingReply)

    def describe(self):
        return self.call("DESCRIBE", messages.DescribeRequest(), messages.DescribeReply)

    def search(self, deadline=None, **fields):
        """Fields of SearchRequest, such as text, vector, k, collection, filter."""
        if isinstance(fields.get("vector"), (list, tuple)):
            fields["vector"] = messages.FloatVector(values=fields["vector"])
        return self.call(
            "SEARCH", messages.SearchRequest(**fields), messages.SearchReply, deadline)

    def hybrid(self, deadline=None, **fields):
        """Fields of HybridRequest, such as text, k, mode, fusion, language, filter."""
        if isinstance(fields.get("vector"), (list, tuple)):
            fields["vector"] = messages.FloatVector(values=fields["vector"])
        return self.call(
            "HYBRID", messages.HybridRequest(**fields), messages.HybridReply, deadline)

    def get(self, **fields):
        return self.call("GET", messages.GetRequest(**fields), messages.GetReply)

    def match(self, query, **fields):
        """Which product or service is meant; fields of MatchRequest, such as k, collections."""
        return self.call(
            "MATCH", messages.MatchRequest(query=query, **fields), messages.MatchReply)

    def spell(self, text, **fields):
        """The text with its spelling corrected; fields of SpellRequest, such as language."""
        return self.call("SPELL", messages.SpellRequest(text=text, **fields), messages.SpellReply)

    def spell_feedback(self, outcomes):
        """Records what became of corrections: a list of SpellingOutcomeReport."""
        return self.call(
            "SPELL_FEEDBACK", messages.SpellFeedbackRequest(outcomes=outcomes),
            messages.SpellFeedbackReply)

    def upsert(self, entries, **fields):
        request = messages.UpsertRequest(entries=entries, **fields)
        return self.call("UPSERT", request, messages.UpsertReply)

    def delete(self, **fields):
        return self.call("DELETE", messages.DeleteRequest(**fields), messages.DeleteReply)

    def bulk_import(self, batches, collection="", on_conflict=0, acknowledged=None):
        """Sends lists of entries; returns the ImportSummary.

        acknowledged: called with each ImportAck; a batch is stored when its own has come.
        """
        request = messages.ImportRequest(collection=collection, on_conflict=on_conflict)
        id, call = self._open(messages.METHOD_BULK_IMPORT, request, None, ITEMS_FOLLOW)

        def take():
            for data in self._take(id, call):
                if acknowledged:
                    acknowledged(messages.ImportAck.FromString(data))

        for sequence, entries in enumerate(batches, start=1):
            item = messages.ImportBatch(sequence=sequence, entries=entries)
            data = item.SerializeToString()
            # An item may go while the window is above zero; acknowledgements are read meanwhile.
            self._run(lambda: call.window > 0 or call.final)
            if call.final:
                break
            call.window -= HEADER.size + len(data)
            self._send(ITEM, call.method, id, data)
            self._run(lambda: not self._unsent or call.final)
            take()
        if not call.final:
            self._send(END, call.method, id, b"")
        while not call.final:
            self._run(lambda: call.items or call.final)
            take()
        take()
        return self._finish(id, call, messages.ImportSummary, None)

    def export(self, collection="", filter=None, include_vector=False):
        """Yields entries; the service waits where they are not taken."""
        request = messages.ExportRequest(
            collection=collection, filter=filter, include_vector=include_vector)
        id, call = self._open(messages.METHOD_EXPORT, request, None)
        while call.items or not call.final:
            self._run(lambda: call.items or call.final)
            for data in self._take(id, call):
                yield from messages.ExportItem.FromString(data).entries
        self._finish(id, call, messages.ExportSummary, None)

    # Requests

    def _open(self, method, request, deadline, flags=0):
        while self._next_id in self._calls or self._next_id == 0:
            self._next_id = (self._next_id + 1) & 0xFFFFFFFF
        id, call = self._next_id, _Call(method, self.hello.stream_window)
        self._calls[id] = call
        self._next_id = (self._next_id + 1) & 0xFFFFFFFF
        milliseconds = 0 if deadline is None else max(1, int(deadline * 1000))
        self._send(REQUEST, method, id, request, milliseconds, flags)
        return id, call

    def _finish(self, id, call, reply, deadline):
        # The service answers late requests itself; a second more for that answer to come.
        until = None if deadline is None else time.monotonic() + deadline + 1
        self._run(lambda: call.final, until)
        del self._calls[id]
        kind, data = call.final
        if kind == ERROR:
            raise Refused(messages.ErrorReply.FromString(data))
        return reply.FromString(data)

    def _take(self, id, call):
        """The items that came, giving credit for them."""
        items, call.items = call.items, collections.deque()
        call.taken += sum(HEADER.size + len(data) for data in items)
        if call.taken >= self._window // 4 and not call.final:
            self._send(CREDIT, call.method, id, messages.Credit(bytes=call.taken))
            call.taken = 0
        return items

    # Frames

    def _send(self, kind, method, id, message, deadline=0, flags=0):
        data = message if isinstance(message, bytes) else message.SerializeToString()
        self._unsent += HEADER.pack(
            HEADER.size - 4 + len(data), VERSION, kind, method, id, deadline, flags, 0)
        self._unsent += data

    def _run(self, done, until=None):
        """Sends and receives until done() is true."""
        while not done():
            wait = None if until is None else until - time.monotonic()
            if wait is not None and wait <= 0:
                raise TimeoutError("no answer came in time")
            readable, writable, _ = select.select(
                [self._socket], [self._socket] if self._unsent else [], [], wait)
            if writable:
                try:
                    sent = self._socket.send(self._unsent)
                    del self._unsent[:sent]
                except BrokenPipeError:
                    pass  # What the service said before it closed is still to be read.
            if readable:
                data = self._socket.recv(1 << 18)
                if not data:
                    raise ConnectionError(
                        "the service closed the connection; if this is a TLS port, note that this "
                        "client speaks no TLS")
                self._received += data
                self._read_frames()

    def _read_frames(self):
        offset = 0
        while len(self._received) - offset >= HEADER.size:
            length, _, kind, _, id, _, _, _ = HEADER.unpack_from(self._received, offset)
            end = offset + 4 + length
            if len(self._received) < end:
                break
            data = bytes(self._received[offset + HEADER.size:end])
            offset = end
            self._receive(kind, id, data)
        del self._received[:offset]

    def _receive(self, kind, id, data):
        if kind == HELLO:
            self.hello = messages.HelloReply.FromString(data)
            if self.hello.magic != MAGIC:
                raise ConnectionError("the peer is not a knowledge service")
        elif kind == ERROR and id == 0:
            raise Refused(messages.ErrorReply.FromString(data))
        elif id in self._calls:
            call = self._calls[id]
            if kind == ITEM:
                call.items.append(data)
            elif kind == CREDIT:
                call.window += messages.Credit.FromString(data).bytes
            elif kind in (RESPONSE, END, ERROR):
                call.final = (kind, data)
