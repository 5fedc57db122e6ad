// A client of CIC on node's own http2. It makes one turn, right or with one breach, and prints the status that the
// breach was answered with.
//
//   node client.mjs PORT BREACH TOKEN    where BREACH is one of those below
import http2 from "node:http2";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

const [port, breach, token] = process.argv.slice(2);
const BOUNDARY = "node-boundary";
const CHUNK = 6400;

const common = {
  authorization: `Bearer ${token}`,
  "user-agent": "Node/Foreign/1.0.0 (Linux 6;Box 1)",
};

const connect = () => http2.connect(`http://127.0.0.1:${port}`);

// The downchannel, and a promise for each directive of which it tells.
function open(session) {
  const stream = session.request({ ":path": "/v1/directives", ...common });
  let text = "";
  let look = () => {};
  stream.setEncoding("utf8");
  stream.on("data", (data) => {
    text += data;
    look();
  });
  const told = (name) =>
    new Promise((resolve) => {
      look = () => text.includes(`"name":"${name}"`) && resolve();
      look();
    });
  return { stream, told };
}

function post(session) {
  return session.request({
    ":method": "POST",
    ":path": "/v1/events",
    "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
    ...common,
  });
}

const status = (stream) =>
  new Promise((resolve, reject) => {
    stream.on("response", (headers) => resolve(headers[":status"]));
    stream.on("error", reject);
    stream.resume();
  });

function part(headers, body) {
  return Buffer.concat([Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\n`), body, Buffer.from("\r\n")]);
}

function metadata() {
  const event = {
    header: {
      namespace: "SpeechRecognizer",
      name: "Recognize",
      messageId: randomUUID(),
      dialogRequestId: randomUUID(),
    },
    payload: { lang: "ko" },
  };
  return part(
    'Content-Disposition: form-data; name="metadata"\r\nContent-Type: application/json; charset=UTF-8',
    Buffer.from(JSON.stringify({ context: [], event })),
  );
}

const audio = (bytes) =>
  part(
    'Content-Disposition: form-data; name="audio"\r\nContent-Type: application/octet-stream',
    Buffer.alloc(bytes),
  );

function speak(stream, chunks) {
  stream.write(metadata());
  chunks.forEach((bytes) => stream.write(audio(bytes)));
  return stream;
}

const finish = (stream) => stream.end(`--${BOUNDARY}--\r\n`);

const breaches = {
  async none(session, downchannel) {
    await downchannel.told("Hello");
    const event = speak(post(session), [CHUNK, CHUNK, 100]);
    finish(event);
    return status(event);
  },
  async "before-hello"(session) {
    const event = speak(post(session), [CHUNK]);
    finish(event);
    return status(event);
  },
  async "second-downchannel"(session) {
    return status(open(session).stream);
  },
  async "foreign-connection"(session, downchannel) {
    await downchannel.told("Hello");
    const other = connect();
    const event = speak(post(other), [CHUNK]);
    finish(event);
    const answered = await status(event);
    other.destroy();
    return answered;
  },
  async "missing-boundary"(session, downchannel) {
    await downchannel.told("Hello");
    const event = speak(post(session), [CHUNK]);
    event.end();
    return status(event);
  },
  async "odd-audio"(session, downchannel) {
    await downchannel.told("Hello");
    const event = speak(post(session), [CHUNK, 101]);
    finish(event);
    return status(event);
  },
  async "after-stop-capture"(session, downchannel) {
    await downchannel.told("Hello");
    const event = speak(post(session), [CHUNK, CHUNK, CHUNK]);
    await downchannel.told("StopCapture");
    for (let i = 0; i < 8; i++) {
      await pause(100);
      event.write(audio(CHUNK));
    }
    finish(event);
    return status(event);
  },
};

const session = connect();
const downchannel = open(session);
console.log(await breaches[breach](session, downchannel));
process.exit(0);
