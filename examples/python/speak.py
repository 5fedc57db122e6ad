#!/usr/bin/python3
"""Speaks one turn as a device, by hand: publishes it to Kafka and takes what comes back from the router.

    speak.py [--bootstrap HOST:PORT] [--router URL] [--device ID] [--token TOKEN] WAV
    speak.py --self-test

WAV is 16 kHz, mono, 16 bit. Ends with 0 when the turn has closed well. Needs Python 3.9 and kafka-python
(Debian: python3-kafka); what the records mean is in docs/kafka-layout.md, what the router says in
directive-router/README.md.
"""

import argparse
import http.client
import json
import queue
import secrets
import sys
import threading
import time
import urllib.parse
import uuid
import wave

CHUNK_SECONDS = 0.2
CHUNK_FRAMES = 3_200  # 200 ms at 16 kHz: 6,400 bytes
ACKNOWLEDGED_WITHIN = 10
CLOSED_WITHIN = 60

# docs/kafka-layout.md: device, murmur2 & 0x7fffffff, partition of 8.
VECTORS = [
    ("kitchen", 1408521619, 3),
    ("living-room", 228104798, 6),
    ("device-0001", 1566696447, 7),
    ("a", 584102524, 4),
    ("0f8fad5b-d9cb-469f-a165-70867728950e", 1063352469, 5),
]


def murmur2(data):
    """Kafka's hash of a key, as an unsigned 32-bit number."""
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    h = 0x9747B28C ^ len(data)
    whole = len(data) & ~3
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i : i + 4], "little") * m & mask
        k = (k ^ (k >> 24)) * m & mask
        h = (h * m & mask) ^ k
    if whole < len(data):
        h = (h ^ int.from_bytes(data[whole:], "little")) * m & mask
    h = (h ^ (h >> 13)) * m & mask
    return h ^ (h >> 15)


def partition_of(device, partitions):
    return (murmur2(device.encode()) & 0x7FFFFFFF) % partitions


def self_test():
    for device, hashed, of8 in VECTORS:
        found = murmur2(device.encode()) & 0x7FFFFFFF, partition_of(device, 8)
        assert found == (hashed, of8), f"{device}: {found} is not {(hashed, of8)}"


class Turn:
    """One turn in parley.speech: a begin, its audio, and always exactly one end or cancel."""

    def __init__(self, producer, topic, device, lang):
        partitions = producer.partitions_for(topic)
        if not partitions:
            raise SystemExit(f"Kafka has no topic {topic}: ./parley topics makes it")
        self.producer, self.topic, self.device, self.lang = producer, topic, device, lang
        self.partition = partition_of(device, len(partitions))
        self.dialog = str(uuid.uuid4())
        self.message = str(uuid.uuid4())
        self.source = secrets.token_hex(8)
        self.seq = 0

    def begin(self):
        event = {
            "header": {
                "namespace": "SpeechRecognizer",
                "name": "Recognize",
                "messageId": self.message,
                "dialogRequestId": self.dialog,
            },
            "payload": {
                "lang": self.lang,
                "profile": "CLOSE_TALK",
                "format": "AUDIO_L16_RATE_16000_CHANNELS_1",
                "initiator": {"type": "TAP", "inputSource": "SELF"},
            },
        }
        self._send("begin", json.dumps({"context": [], "event": event}).encode())

    def audio(self, pcm):
        self._send("audio", pcm)

    def end(self):
        self._send("end", b"")

    def cancel(self):
        self._send("cancel", b"")

    def _send(self, kind, value):
        headers = {
            "v": "1",
            "kind": kind,
            "device": self.device,
            "message": self.message,
            "seq": str(self.seq),
            "source": self.source,
        }
        # One after another: a record that is not acknowledged is the last one of its turn.
        sent = self.producer.send(
            self.topic,
            key=self.dialog.encode(),
            value=value,
            partition=self.partition,
            headers=[(name, text.encode()) for name, text in headers.items()],
        )
        self.seq += 1
        sent.get(ACKNOWLEDGED_WITHIN)


class Router(threading.Thread):
    """Listens to a device's stream of directives; puts (event, id, data) into its queue."""

    def __init__(self, url, device, token):
        super().__init__(daemon=True)
        self.url = urllib.parse.urlsplit(url)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.path = f"/v1/devices/{device}"
        self.events = queue.Queue()
        self.listening = threading.Event()

    def request(self, method, path, body=None, headers=None):
        connect = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        connection = connect(self.url.netloc, timeout=60)
        connection.request(method, path, body, {**self.headers, **(headers or {})})
        return connection.getresponse()

    def run(self):
        cursor, deadline = "", time.monotonic() + 30
        while True:
            try:
                stream = self.request(
                    "GET", self.path + "/directives", headers={"Last-Event-ID": cursor} if cursor else {}
                )
                if stream.status == 200:
                    cursor, again = self._read(stream, cursor)
                    if not again:
                        return
                    deadline = time.monotonic() + 30
                elif stream.status != 503 or time.monotonic() > deadline:
                    self.events.put(("refused", "", {"error": f"{stream.status} {stream.read().decode()}"}))
                    return
            except (OSError, http.client.HTTPException) as e:
                if time.monotonic() > deadline:
                    self.events.put(("refused", "", {"error": str(e)}))
                    return
            time.sleep(0.5)

    def _read(self, stream, cursor):
        """Reads server-sent events until the stream ends; the last id, and whether to come again."""
        name, id_, data = "message", "", []
        for line in stream:
            field, _, value = line.decode().rstrip("\r\n").partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                name = value
            elif field == "id":
                id_ = value
            elif field == "data":
                data.append(value)
            elif not field and value == "connected":
                self.listening.set()
            elif not field and data:  # A blank line ends an event; any other without a field is a comment.
                cursor = id_ or cursor
                self.events.put((name, id_, json.loads("\n".join(data))))
                if name == "replaced":
                    return cursor, False
                name, id_, data = "message", "", []
        return cursor, True

    def fetch(self, path):
        response = self.request("GET", path)
        if response.status != 200:
            raise OSError(f"{path}: {response.status} {response.read().decode()}")
        return response.read()

    def acknowledge(self, cursor):
        self.request("POST", self.path + "/acks", json.dumps({"cursor": int(cursor)})).read()


class Answer(threading.Thread):
    """Takes what comes of a turn until it is closed."""

    def __init__(self, router, turn):
        super().__init__(daemon=True)
        self.router, self.turn = router, turn
        self.stop_capture = threading.Event()
        self.over = threading.Event()
        self.closed = None

    def run(self):
        try:
            while not self.over.is_set():
                self._take(*self.router.events.get())
        except (OSError, http.client.HTTPException, ValueError) as e:
            say(f"cannot be taken: {e}")
        finally:
            self.over.set()

    def _take(self, event, cursor, data):
        if event == "directive":
            header = data["directive"]["header"]
            name = f"{header['namespace']}.{header['name']}"
            say(f"{data['source']:10} {name} {json.dumps(data['directive']['payload'], ensure_ascii=False)}")
            if name == "SpeechRecognizer.StopCapture" and data.get("turn") == self.turn.message:
                self.stop_capture.set()
            for content_id, path in data["attachments"].items():
                self._fetch(content_id, path)
        elif event == "attachment":
            self._fetch(data["contentId"], data["url"])
        elif event == "turn-closed":
            if data["turn"] == self.turn.message:
                say(f"closed     {data['status']} ({data['reason']}): {data['detail']}")
                self.closed = data
                self.router.acknowledge(cursor)
                self.over.set()
        elif event in ("replaced", "refused"):
            say(f"router     {event}: {data.get('error', 'another stream of this device was opened')}")
            self.over.set()

    def _fetch(self, content_id, path):
        say(f"device     has the sound {content_id}: {len(self.router.fetch(path)):,} bytes")


BEGAN = time.monotonic()


def say(text):
    print(f"{time.monotonic() - BEGAN:7.3f} s  {text}", flush=True)


def speak(turn, recording, answer):
    """Publishes a turn as fast as a person speaks, until the recording ends or CIC has heard enough."""
    turn.begin()
    try:
        next_chunk = time.monotonic()
        while pcm := recording.readframes(CHUNK_FRAMES):
            next_chunk += CHUNK_SECONDS
            if answer.over.wait(0) or answer.stop_capture.wait(max(0.0, next_chunk - time.monotonic())):
                break
            turn.audio(pcm)
    except KeyboardInterrupt:
        turn.cancel()
        raise
    turn.end()
    say(f"device     {'stops, as it was told,' if answer.stop_capture.is_set() else 'ends'} after {turn.seq - 2} chunks")


def main():
    parser = argparse.ArgumentParser(description="Speaks one turn as a device.")
    parser.add_argument("wav", nargs="?", help="16 kHz, mono, 16 bit")
    parser.add_argument("--bootstrap", default="127.0.0.1:9092", metavar="HOST:PORT")
    parser.add_argument("--router", default="http://127.0.0.1:8082", metavar="URL")
    parser.add_argument("--device", default="kitchen", metavar="ID")
    parser.add_argument("--token", help="what the device shows to the router, if it asks for one")
    parser.add_argument("--lang", default="en", choices=["ko", "ja", "en"])
    parser.add_argument("--topic", default="parley.speech")
    parser.add_argument("--self-test", action="store_true", help="only checks the partitioner")
    told = parser.parse_args()
    self_test()
    if told.self_test:
        print(f"the partitioner agrees with all {len(VECTORS)} vectors")
        return 0
    if not told.wav:
        parser.error("which WAV?")

    from kafka import KafkaProducer
    from kafka.errors import KafkaError

    try:
        recording = wave.open(told.wav)
    except (OSError, wave.Error, EOFError) as e:
        parser.error(f"{told.wav}: {e}")
    with recording:
        if (recording.getframerate(), recording.getnchannels(), recording.getsampwidth()) != (16_000, 1, 2):
            parser.error(f"{told.wav} is not 16 kHz, mono, 16 bit; ./parley speak takes any WAV")
        router = Router(told.router, told.device, told.token)
        router.start()
        try:
            producer = KafkaProducer(
                bootstrap_servers=told.bootstrap,
                acks="all",
                # A repeated record is skipped by its seq, a missing one closes the turn: so try again, in order.
                retries=3,
                max_in_flight_requests_per_connection=1,
                linger_ms=0,
            )
            turn = Turn(producer, told.topic, told.device, told.lang)
            answer = Answer(router, turn)
            answer.start()
            # Who listens only after speaking may miss StopCapture.
            while not router.listening.wait(0.1):
                if answer.over.is_set():
                    return 1
            speak(turn, recording, answer)
            producer.close(ACKNOWLEDGED_WITHIN)
        except KafkaError as e:
            print(f"speak.py: Kafka at {told.bootstrap}: {e}", file=sys.stderr)
            return 1
        if not answer.over.wait(CLOSED_WITHIN):
            print(f"speak.py: the turn has not closed within {CLOSED_WITHIN} s", file=sys.stderr)
            return 1
        return 0 if answer.closed and answer.closed["status"] == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
