import { lines } from "./lines.js";

/** One server-sent event. */
export interface ServerEvent {
  event: string;
  data: string;
}

/**
 * Reads the events of a response's body as they come. EventSource cannot POST, nor send a key. Comments are passed
 * over, and so is an event that the connection's end has cut off.
 */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, undefined> {
  let event = "";
  let data: string[] = [];
  for await (const line of lines(body)) {
    if (line === "") {
      if (data.length > 0) yield { event: event || "message", data: data.join("\n") };
      [event, data] = ["", []];
      continue;
    }
    const [name, value] = field(line);
    if (name === "event") event = value;
    if (name === "data") data.push(value);
  }
}

/** The name and value of a line; a comment has the name "". */
function field(line: string): [string, string] {
  const colon = line.indexOf(":");
  if (colon < 0) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}
