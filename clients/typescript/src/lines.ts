/** Whole lines of a body as they come, which end with LF, CR or both. What the connection's end has cut off is no line. */
export async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const held = rest.endsWith("\r") ? "\r" : ""; // its LF may be under way
      const parts = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
      rest = parts.pop()! + held;
      yield* parts;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
