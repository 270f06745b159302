import assert from "node:assert/strict";
import { test } from "node:test";

import { serverEvents, type ServerEvent } from "../src/index.js";

/** The events of a text that arrives in pieces of `size` bytes. */
async function read(text: string, size: number): Promise<ServerEvent[]> {
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(c) {
      for (let i = 0; i < bytes.length; i += size) c.enqueue(bytes.slice(i, i + size));
      c.close();
    },
  });
  const out: ServerEvent[] = [];
  for await (const e of serverEvents(body)) out.push(e);
  return out;
}

const cases: Record<string, { text: string; want: ServerEvent[] }> = {
  "one event": { text: "event: analysis\ndata: {}\n\n", want: [{ event: "analysis", data: "{}" }] },
  "no name": { text: "data: 1\n\n", want: [{ event: "message", data: "1" }] },
  "comments": { text: ": still working\n\nevent: a\n: x\ndata: 1\n\n", want: [{ event: "a", data: "1" }] },
  "several lines": { text: "data: 1\ndata:2\ndata\n\n", want: [{ event: "message", data: "1\n2\n" }] },
  "CRLF": { text: "event: a\r\ndata: é\r\n\r\nevent: b\r\ndata: 2\r\n\r\n", want: [{ event: "a", data: "é" }, { event: "b", data: "2" }] },
  "CR": { text: "event: a\rdata: 1\r\rdata: 2\r\r\n", want: [{ event: "a", data: "1" }, { event: "message", data: "2" }] },
  "one blank is taken off": { text: "data:  1:2\n\n", want: [{ event: "message", data: " 1:2" }] },
  "other fields": { text: "id: 7\nretry: 10\ndata: 日本\n\n", want: [{ event: "message", data: "日本" }] },
  "a name is forgotten with its event": { text: "event: a\n\ndata: 1\n\n", want: [{ event: "message", data: "1" }] },
  "a cut event is not one": { text: "data: 1\n\nevent: b\ndata: 2\n", want: [{ event: "message", data: "1" }] },
};

for (const [name, { text, want }] of Object.entries(cases)) {
  test(`events: ${name}`, async () => {
    for (const size of [1, 2, 3, 5, 1000]) assert.deepEqual(await read(text, size), want, `in pieces of ${size}`);
  });
}
