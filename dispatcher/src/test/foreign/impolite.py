"""A CIC that speaks HTTP/2 by somebody else's hands (python3-h2) and has no manners.

    impolite.py BEHAVIOUR

prints the port it listens on and ends with its standard input. All behaviours that the table below
does not name are good: Hello on the downchannel, and RenderText for each event once it is whole.
"""

import socket
import sys
import threading

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

BOUNDARY = "impolite"
CODES = h2.errors.ErrorCodes


def part(namespace, name):
    return (
        f"--{BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
        f'{{"directive":{{"header":{{"namespace":"{namespace}","name":"{name}",'
        f'"messageId":"00000000-0000-4000-8000-000000000000"}},"payload":{{}}}}}}\r\n'
    ).encode()


HELLO = part("Clova", "Hello")
TEXT = part("Clova", "RenderText")
STOP = part("SpeechRecognizer", "StopCapture")
END = f"--{BOUNDARY}--\r\n".encode()


class Manners:
    """What all connections of one server share."""

    def __init__(self, behaviour):
        self.behaviour = behaviour
        self.downchannels = 0
        self.lock = threading.Lock()

    def opening(self):
        """Which downchannel this is, from 0."""
        with self.lock:
            self.downchannels += 1
            return self.downchannels - 1


class Connection:
    def __init__(self, sock, manners):
        self.sock = sock
        self.manners = manners
        self.h2 = h2.connection.H2Connection(
            config=h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        )
        self.paths = {}
        self.answered = set()
        self.owed = {}

    def serve(self):
        settings = {
            "one-stream": {h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 1},
            "window-1k": {h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 1_024},
            "credit-late": {h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 8_192},
        }.get(self.manners.behaviour)
        if settings:
            # In its first word: a window that shrinks while the client sends is another matter.
            self.h2.local_settings.update(settings)
            self.h2.local_settings.acknowledge()
        self.h2.initiate_connection()
        self.flush()
        while data := self.sock.recv(65_535):
            for event in self.h2.receive_data(data):
                self.handle(event)
            self.flush()

    def flush(self):
        self.sock.sendall(self.h2.data_to_send())

    def handle(self, event):
        if isinstance(event, h2.events.RequestReceived):
            self.paths[event.stream_id] = dict(event.headers)[":path"]
            if self.is_downchannel(event.stream_id):
                self.downchannel(event.stream_id)
        elif isinstance(event, h2.events.DataReceived):
            self.credit(event.stream_id, event.flow_controlled_length)
            if not self.is_downchannel(event.stream_id) and event.stream_id not in self.answered:
                self.begun(event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            if not self.is_downchannel(event.stream_id) and event.stream_id not in self.answered:
                self.answer(event.stream_id)

    def is_downchannel(self, stream):
        return self.paths[stream].endswith("/directives")

    def credit(self, stream, length):
        """At once, or only once nothing of the window is left."""
        if self.manners.behaviour == "credit-late":
            self.late(stream, length)
        else:
            self.h2.acknowledge_received_data(length, stream)

    def late(self, stream, length):
        self.owed[stream] = self.owed.get(stream, 0) + length
        if self.h2.remote_flow_control_window(stream) == 0:
            self.h2.acknowledge_received_data(self.owed.pop(stream), stream)

    def head(self, stream, status="200", *more):
        self.h2.send_headers(
            stream,
            [
                (":status", status),
                ("content-type", f"multipart/related; boundary={BOUNDARY}"),
                *more,
            ],
        )

    def downchannel(self, stream):
        opening = self.manners.opening()
        behaviour = self.manners.behaviour
        if behaviour == "no-head" and opening == 0:
            return
        if behaviour == "later" and opening == 0:
            self.head(stream, "429", ("retry-after", "1"))
            self.h2.end_stream(stream)
            return
        self.head(stream)
        if behaviour == "no-hello" and opening == 0:
            return
        if behaviour == "half-a-hello" and opening == 0:
            self.h2.send_data(stream, HELLO[:50])
            return
        self.h2.send_data(stream, HELLO)
        if behaviour == "ends-at-once" and opening < 2:
            self.h2.send_data(stream, END, end_stream=True)
        else:
            self.h2.send_data(stream, f"--{BOUNDARY}\r\n".encode())

    def begun(self, stream):
        """The first bytes of an event have come."""
        behaviour = self.manners.behaviour
        if behaviour.startswith("answers-and-resets-"):
            self.answer(stream)
            self.h2.reset_stream(stream, CODES[behaviour.removeprefix("answers-and-resets-")])
        elif behaviour == "stops-and-resets":
            self.answer(stream, STOP + TEXT)
            self.h2.reset_stream(stream, CODES.NO_ERROR)
        elif behaviour.startswith("goaway-"):
            # It serves what it has begun, and asks for no more.
            self.answered.add(stream)
            self.head(stream)
            self.h2.send_data(stream, TEXT + END, end_stream=True)
            self.flush()
            self.h2.close_connection(
                CODES[behaviour.removeprefix("goaway-")],
                additional_data=b"so it says",
                last_stream_id=stream,
            )
        elif behaviour == "shrinks":
            self.h2.update_settings({h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 2})
            self.manners.behaviour = "good"

    def answer(self, stream, parts=TEXT):
        self.answered.add(stream)
        if self.manners.behaviour == "refuses-region":
            self.head(stream, "451")
            body = b'{"redirect_uri":"https://elsewhere.example/"}'
            self.h2.send_data(stream, body, end_stream=True)
            return
        self.head(stream)
        self.h2.send_data(stream, parts + END, end_stream=True)


def serve(sock, manners):
    try:
        with sock:
            Connection(sock, manners).serve()
    except (OSError, h2.exceptions.ProtocolError):
        pass  # The client has gone, or was a probe.


def accept(listening, manners):
    while True:
        sock, _ = listening.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(sock, manners), daemon=True).start()


def main():
    listening = socket.create_server(("127.0.0.1", 0))
    manners = Manners(sys.argv[1])
    threading.Thread(target=accept, args=(listening, manners), daemon=True).start()
    print(listening.getsockname()[1], flush=True)
    sys.stdin.read()


main()
