// A CIC made of other people's parts: node's http2 for the wire, busboy for the multipart bodies.
// It says Hello, takes events, and answers each with what it understood, for a test to compare.
// Prints the port it listens on; ends with its standard input.
import http2 from "node:http2";
import { createHash, randomUUID } from "node:crypto";
import busboy from "busboy";

const BOUNDARY = "foreign-boundary";

function part(directive) {
  return (
    `--${BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n` +
    `${JSON.stringify({ directive })}\r\n`
  );
}

function header(namespace, name, dialogRequestId) {
  return { namespace, name, messageId: randomUUID(), dialogRequestId };
}

const server = http2.createServer();
server.on("stream", (stream, headers) => {
  stream.on("error", () => {});
  const multipart = { ":status": 200, "content-type": `multipart/related; boundary=${BOUNDARY};` };
  if (headers[":path"] === "/v1/directives") {
    stream.respond(multipart);
    stream.write(part({ header: header("Clova", "Hello"), payload: {} }));
    return;
  }
  let metadata = null;
  let parts = 0;
  const sizes = [];
  const audio = createHash("sha256");
  const parser = busboy({ headers: { "content-type": headers["content-type"] } });
  parser.on("field", (name, value) => {
    metadata = { name, json: JSON.parse(value) };
    parts++;
  });
  parser.on("file", (name, file) => {
    parts++;
    const index = sizes.push(0) - 1;
    file.on("data", (data) => {
      sizes[index] += data.length;
      audio.update(data);
    });
  });
  parser.on("close", () => {
    const event = metadata.json.event.header;
    stream.respond(multipart);
    stream.end(
      part({
        header: header("Clova", "RenderText", event.dialogRequestId),
        payload: {
          metadataName: metadata.name,
          event: `${event.namespace}.${event.name}`,
          parts,
          sizes,
          sha256: audio.digest("hex"),
          contentLength: headers["content-length"] ?? null,
        },
      }) + `--${BOUNDARY}--\r\n`,
    );
  });
  parser.on("error", (error) => {
    stream.respond({ ":status": 400 });
    stream.end(error.message);
  });
  stream.pipe(parser);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
