import assert from "node:assert/strict";
import { test } from "node:test";

import { BallastError, Client, ConnectionError, NotBallastError, type RecommendationRequest, type RetryOptions, type Stage } from "../src/index.js";

const request: RecommendationRequest = { portfolio: { as_of: "2026-11-20", base_currency: "USD", cash: [{ currency: "USD", amount: "1" }] } };

type Reply = Response | Error;

const ok = (body: unknown) => Response.json(body);
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: "t", title: "No.", status, code, request_id: "req_1", instance: "i" }), {
    status, headers: { "Content-Type": "application/problem+json", ...headers },
  });
const stream = (...events: [string, unknown][]) =>
  new Response(events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join(""), {
    headers: { "Content-Type": "text/event-stream" },
  });

/** A client whose server gives the replies in turn, and what was sent and waited. */
function harness(first?: RetryOptions | Reply, ...rest: Reply[]) {
  const own = first === undefined || first instanceof Response || first instanceof Error ? {} : first;
  const replies = first === undefined || first === own ? rest : [first as Reply, ...rest];
  const sent: { url: string; init: RequestInit }[] = [];
  const waits: number[] = [];
  const client = new Client({
    baseURL: "http://server/", key: () => "blk_k", random: () => 0, ...own,
    sleep: (ms) => { waits.push(ms); return Promise.resolve(); },
    fetch: (url, init) => {
      sent.push({ url: String(url), init: init! });
      const reply = replies.shift();
      return reply instanceof Response ? Promise.resolve(reply) : Promise.reject(reply ?? new Error("nothing left"));
    },
  });
  return { client, sent, waits, header: (n: number, name: string) => new Headers(sent[n]!.init.headers).get(name) };
}

test("a passing refusal is repeated after the time that the server names, under one key", async () => {
  const h = harness(problem(429, "rate_limited", { "Retry-After": "7" }), problem(503, "unavailable"), ok({ id: "rec_1" }));
  assert.equal((await h.client.recommend(request)).id, "rec_1");
  assert.deepEqual(h.waits, [7000, 500]);
  assert.match(h.header(0, "Idempotency-Key")!, /^[0-9a-f]{32}$/);
  assert.equal(h.header(2, "Idempotency-Key"), h.header(0, "Idempotency-Key"));
  assert.equal(h.header(0, "Authorization"), "Bearer blk_k");
  assert.equal(h.sent[0]!.url, "http://server/v1/recommendations");
});

test("a document that is kept is not sent again", async () => {
  const document = () => Response.json({ openapi: "3.1.0" }, { headers: { ETag: '"b"' } });
  const h = harness(document(), new Response(null, { status: 304 }), document(), new Response(null, { status: 304 }));
  assert.deepEqual(await h.client.contract(), { document: { openapi: "3.1.0" }, etag: '"b"' });
  assert.equal(await h.client.contract({ etag: '"b"' }), undefined);
  assert.equal((await h.client.contract({ etag: '"a"' }))?.etag, '"b"');
  await assert.rejects(h.client.contract(), (e) => e instanceof BallastError && e.status === 304);
  assert.deepEqual([0, 1, 2, 3].map((n) => h.header(n, "If-None-Match")), [null, '"b"', '"a"', null]);
  assert.equal(h.sent[1]!.url, "http://server/openapi.json");
});

test("keys differ where there is no crypto", async (t) => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  t.after(() => own && Object.defineProperty(globalThis, "crypto", own));
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  const h = harness(ok({}), ok({}));
  await h.client.recommend(request);
  await h.client.recommend(request);
  assert.match(h.header(0, "Idempotency-Key")!, /^[0-9a-f]{32}$/);
  assert.notEqual(h.header(0, "Idempotency-Key"), h.header(1, "Idempotency-Key"));
});

test("an error names what is at fault", async () => {
  const errors = [
    { pointer: "/portfolio", code: "c", detail: "Bad." },
    { pointer: "", parameter: "limit", code: "c", detail: "Too many." },
    { pointer: "/portfolio", line: 3, code: "c", detail: "Bad." },
    { pointer: "", line: 4, code: "c", detail: "Bad." },
    { pointer: "", code: "c", detail: "Bad." },
  ];
  const body = JSON.stringify({ type: "t", title: "No.", status: 422, code: "c", request_id: "", instance: "i", errors });
  const h = harness(new Response(body, { status: 422, headers: { "Content-Type": "application/problem+json" } }));
  await assert.rejects(h.client.usage(), { message: "422 c: No.\n\t/portfolio: Bad.\n\tlimit: Too many.\n\tline 3 /portfolio: Bad.\n\tline 4: Bad.\n\tBad." });
});

test("a conflict is repeated when it says when", async () => {
  const h = harness(problem(409, "idempotency_conflict", { "Retry-After": "1" }), ok({ id: "rec_1" }));
  assert.equal((await h.client.recommend(request)).id, "rec_1");
});

test("a refusal for good is not repeated", async () => {
  for (const status of [400, 401, 403, 404, 409, 413, 422, 500]) {
    const h = harness(problem(status, "c"));
    await assert.rejects(h.client.usage(), (e) => e instanceof BallastError && e.status === status && e.code === "c");
    assert.equal(h.sent.length, 1);
  }
});

test("a time beyond the bound ends the call at once", async () => {
  const h = harness(problem(429, "budget_exhausted", { "Retry-After": "3600" }));
  await assert.rejects(h.client.usage(), (e) => e instanceof BallastError && e.retryAfter === 3600);
  assert.deepEqual(h.waits, []);
});

test("a limit that says no time is above for good, unless something between has set it", async () => {
  const h = harness(problem(429, "rate_limited"), stream(["problem", { type: "t", title: "T", status: 429, code: "rate_limited", request_id: "r", instance: "i" }]));
  await assert.rejects(h.client.usage(), BallastError);
  await assert.rejects(all(h.client.stages(request)), BallastError);
  assert.deepEqual(h.waits, []);
  assert.deepEqual(await harness(new Response("slow down", { status: 429 }), ok({ status: "s" })).client.usage(), { status: "s" });
});

test("a bound below the client's own pause cuts the pause and not the repetitions", async () => {
  const h = harness({ maxWait: 100 }, problem(503, "unavailable"), problem(503, "unavailable"), ok({ id: "rec_1" }));
  assert.equal((await h.client.recommend(request)).id, "rec_1");
  assert.deepEqual(h.waits, [100, 100]);
  await assert.rejects(harness({ maxWait: 100 }, problem(503, "unavailable", { "Retry-After": "1" })).client.usage(), BallastError);
});

test("repetitions are bounded", async () => {
  const h = harness(new Error("refused"), new Error("refused"), new Error("refused"), new Error("refused"), ok({}));
  await assert.rejects(h.client.usage(), ConnectionError);
  assert.equal(h.sent.length, 4);
});

test("an abort ends the call with its reason", async () => {
  const abort = new AbortController();
  abort.abort(new Error("left"));
  await assert.rejects(harness(new Error("aborted"), ok({})).client.usage({ signal: abort.signal }), /left/);
});

test("what is not a problem document becomes one", async () => {
  const h = harness(new Response("<html>", { status: 400, statusText: "Bad Request", headers: { "Content-Type": "text/html", "X-Request-Id": "r" } }));
  await assert.rejects(h.client.usage(), (e) => e instanceof BallastError && e.code === "unknown" && e.problem.request_id === "r");
});

/** Every way of calling. */
const ways: [string, (c: Client) => Promise<unknown>][] = [
  ["read", (c) => c.usage()],
  ["stages", (c) => all(c.stages(request))],
  ["results", async (c) => { for await (const _ of c.batchResults("bat_1")) assert.fail(); }],
];

test("a wrong base URL is told at once and by name", async () => {
  const page = (status: number) => new Response("<html>", { status, headers: { "Content-Type": "text/html; charset=utf-8" } });
  const failed = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
  for (const [way, call] of ways) {
    for (const [kind, reply] of [
      [ConnectionError, () => failed("ENOTFOUND")], [ConnectionError, () => failed("ERR_SSL_WRONG_VERSION_NUMBER")],
      [NotBallastError, () => page(200)], [BallastError, () => page(404)], [BallastError, () => problem(404, "not_found")],
    ] as const) {
      const h = harness(reply());
      await assert.rejects(call(h.client), (e) => e instanceof kind && e.message.includes("http://server/v1/"), `${way}: ${kind.name}`);
      assert.equal(h.sent.length, 1, `${way}: ${kind.name}`);
    }
  }
});

test("a host that may be found later is asked again", async () => {
  const later = new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "EAI_AGAIN" }) });
  assert.deepEqual(await harness(later, ok({})).client.usage(), {});
});

test("a report is a page", async () => {
  const h = harness(new Response("<html>", { headers: { "Content-Type": "text/html" } }));
  assert.equal(await h.client.report("rec_1"), "<html>");
});

async function all(stages: AsyncIterable<Stage>): Promise<Stage[]> {
  const out: Stage[] = [];
  for await (const s of stages) out.push(s);
  return out;
}

test("a broken stream is taken up again with the same key", async () => {
  const h = harness(stream(["analysis", {}], ["later_kind", 1]), new Error("restarting"), stream(["analysis", {}], ["recommendation", { id: "r" }]));
  const stages = await all(h.client.stages(request));
  assert.deepEqual(stages.map((s) => s.stage), ["analysis", "reconnecting", "reconnecting", "analysis", "recommendation"]);
  assert.equal(h.header(2, "Idempotency-Key"), h.header(0, "Idempotency-Key"));
  assert.equal(h.header(0, "Accept"), "text/event-stream");
});

test("a problem in a stream is thrown, and sent again only if it may pass", async () => {
  const gone = { type: "t", title: "T", status: 503, code: "model_unavailable", request_id: "r", instance: "i" };
  const h = harness(stream(["problem", gone]), stream(["recommendation", { id: "r" }]));
  assert.deepEqual((await all(h.client.stages(request))).map((s) => s.stage), ["reconnecting", "recommendation"]);
  assert.deepEqual(h.waits, [250]);
  const told = harness(stream(["problem", { ...gone, retry_after_s: 7 }]), stream(["recommendation", { id: "r" }]));
  await all(told.client.stages(request));
  assert.deepEqual(told.waits, [7000]);
  const long = harness(stream(["problem", { ...gone, retry_after_s: 3600 }]));
  await assert.rejects(all(long.client.stages(request)), (e) => e instanceof BallastError && e.retryAfter === 3600);
  await assert.rejects(all(harness(stream(["problem", { ...gone, status: 500 }])).client.stages(request)), BallastError);
});

test("results that break off are taken up after the last that came", async () => {
  const results = (broken: boolean, ...numbers: number[]) =>
    new Response(new ReadableStream({
      start(c) { for (const line of numbers) c.enqueue(new TextEncoder().encode(`{"line":${line}}\n`)); },
      pull(c) { if (broken) c.error(new Error("cut")); else c.close(); },
    }));
  const h = harness(results(true, 1, 3), results(false, 4), ok({ status: "running" }), results(false), ok({ status: "completed" }), results(false, 7),
    results(false, 7), ok({ status: "completed" }), results(false));
  const seen: number[] = [];
  for await (const r of h.client.batchResults("bat_1")) seen.push(r.line);
  assert.deepEqual(seen, [1, 3, 4, 7]);
  const queries = h.sent.map((s) => s.url.replace(/.*results\?/, "")).filter((u) => u.includes("after="));
  assert.deepEqual(queries, ["after=0&follow=true", "after=3&follow=true", "after=4&follow=true", "after=4&limit=1", "after=4&follow=true", "after=7&limit=1"]);
});

test("results are given up when a reading fails again and again", async () => {
  const h = harness(new Error("down"), new Error("down"), new Error("down"), new Error("down"));
  await assert.rejects(async () => { for await (const _ of h.client.batchResults("bat_1")) assert.fail(); }, ConnectionError);
  assert.equal(h.sent.length, 4);
});
