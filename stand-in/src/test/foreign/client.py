"""A client of CIC on hyper's h2 (Debian's python3-h2). It makes one turn, right or with one breach, and prints the
status that the breach was answered with.

    client.py PORT BREACH TOKEN    where BREACH is one of those below
"""

import json
import socket
import sys
import time
import uuid

import h2.config
import h2.connection
import h2.events

BOUNDARY = "python-boundary"
CHUNK = 6400
PORT, BREACH, TOKEN = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Session:
    """One connection; what its streams were told is kept by their number."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", PORT), timeout=30)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.text = {}
        self.status = {}
        self.flush()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def request(self, method, path, more=(), end=False):
        stream = self.h2.get_next_available_stream_id()
        headers = [
            (":method", method),
            (":scheme", "http"),
            (":authority", "stand-in"),
            (":path", path),
            ("authorization", f"Bearer {TOKEN}"),
            ("user-agent", "Python/Foreign/1.0.0 (Linux 6;Box 1)"),
        ]
        self.h2.send_headers(stream, headers + list(more), end_stream=end)
        self.flush()
        return stream

    def downchannel(self):
        return self.request("GET", "/v1/directives", end=True)

    def event(self):
        content_type = ("content-type", f"multipart/form-data; boundary={BOUNDARY}")
        return self.request("POST", "/v1/events", [content_type])

    def send(self, stream, data, end=False):
        while data or end:
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if data and room == 0:
                self.receive()
                continue
            piece, data = data[:room], data[room:]
            last = end and not data
            self.h2.send_data(stream, piece, end_stream=last)
            self.flush()
            if not data:
                return

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise SystemExit("the connection ended")
        for event in self.h2.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                self.status[event.stream_id] = dict(event.headers)[":status"]
            elif isinstance(event, h2.events.DataReceived):
                self.text[event.stream_id] = self.text.get(event.stream_id, b"") + event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        self.flush()

    def told(self, stream, name):
        while f'"name":"{name}"'.encode() not in self.text.get(stream, b""):
            self.receive()

    def answered(self, stream):
        while stream not in self.status:
            self.receive()
        return self.status[stream]


def part(headers, body):
    return f"--{BOUNDARY}\r\n{headers}\r\n\r\n".encode() + body + b"\r\n"


def metadata():
    header = {
        "namespace": "SpeechRecognizer",
        "name": "Recognize",
        "messageId": str(uuid.uuid4()),
        "dialogRequestId": str(uuid.uuid4()),
    }
    event = {"header": header, "payload": {"lang": "ko"}}
    return part(
        'Content-Disposition: form-data; name="metadata"\r\nContent-Type: application/json; charset=UTF-8',
        json.dumps({"context": [], "event": event}).encode(),
    )


def audio(size):
    return part(
        'Content-Disposition: form-data; name="audio"\r\nContent-Type: application/octet-stream',
        bytes(size),
    )


FINAL = f"--{BOUNDARY}--\r\n".encode()


def turn(session, *sizes, final=FINAL):
    stream = session.event()
    session.send(stream, metadata() + b"".join(audio(size) for size in sizes) + final, end=True)
    return session.answered(stream)


def after_hello(session, downchannel, *sizes, final=FINAL):
    session.told(downchannel, "Hello")
    return turn(session, *sizes, final=final)


def second_downchannel(session, downchannel):
    return session.answered(session.downchannel())


def foreign_connection(session, downchannel):
    session.told(downchannel, "Hello")
    return turn(Session(), CHUNK)


def after_stop_capture(session, downchannel):
    session.told(downchannel, "Hello")
    stream = session.event()
    session.send(stream, metadata() + audio(CHUNK) * 3)
    session.told(downchannel, "StopCapture")
    for _ in range(8):
        time.sleep(0.1)
        session.send(stream, audio(CHUNK))
    session.send(stream, FINAL, end=True)
    return session.answered(stream)


BREACHES = {
    "none": lambda s, d: after_hello(s, d, CHUNK, CHUNK, 100),
    "before-hello": lambda s, d: turn(s, CHUNK),
    "second-downchannel": second_downchannel,
    "foreign-connection": foreign_connection,
    "missing-boundary": lambda s, d: after_hello(s, d, CHUNK, final=b""),
    "odd-audio": lambda s, d: after_hello(s, d, CHUNK, 101),
    "after-stop-capture": after_stop_capture,
}

mine = Session()
print(BREACHES[BREACH](mine, mine.downchannel()))
