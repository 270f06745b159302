// Against a running server at BALLAST_URL with the key BALLAST_KEY; e2e/typescript_test.go starts one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import createClient from "openapi-fetch";

import type { paths } from "../src/contract.gen.js";
import { BallastError, batchEnded, Client, type RecommendationRequest } from "../src/index.js";

const baseURL = process.env["BALLAST_URL"];
const key = process.env["BALLAST_KEY"] ?? "";
const options = baseURL ? {} : { skip: "BALLAST_URL is not set" };

let client: Client;
before(() => { client = new Client({ baseURL: baseURL ?? "", key, retries: 0 }); });

const example = (name: string) =>
  JSON.parse(readFileSync(`${process.env["BALLAST_EXAMPLES"] ?? "../../examples"}/${name}`, "utf8")) as RecommendationRequest;

test("server: a recommendation, and the record of it", options, async () => {
  const answer = await client.recommend(example("p0.json"));
  assert.equal(answer.analysis.total_value, "100000.00");
  assert.equal(answer.recommendations[0]?.trades[0]?.quantity, "45");
  assert.equal(answer.usage.provider, "emulator");
  assert.deepEqual(await client.recommendation(answer.id), answer);
});

test("server: the history, and what came of a recommendation", options, async () => {
  const first = await client.recommend(example("p0.json"));
  const second = await client.recommend(example("household-with-debts.json"));
  const page = await client.history({ limit: 1 });
  assert.equal(page.recommendations[0]?.id, second.id);
  assert.ok(page.next);
  const rest = await client.history({ limit: 200, cursor: page.next });
  assert.ok(rest.recommendations.some((r) => r.id === first.id));
  const action = first.recommendations[0]!.id;
  const receipt = await client.feedback(first.id, { outcome: "dismissed", action, reason: "Not now." });
  assert.deepEqual([receipt.recommendation_id, receipt.action], [first.id, action]);
  const idempotencyKey = `told-${Date.now()}`;
  const told = await client.feedback(first.id, { outcome: "accepted", action }, { idempotencyKey });
  assert.deepEqual(await client.feedback(first.id, { outcome: "accepted", action }, { idempotencyKey }), told);
  const { feedback } = await client.givenFeedback(first.id);
  assert.deepEqual(feedback.map((f) => [f.outcome, f.action, f.reason]), [["accepted", action, null], ["dismissed", action, "Not now."]]);
  await assert.rejects(client.feedback(first.id, { outcome: "accepted", action: "A99" }),
    (e) => e instanceof BallastError && e.code === "invalid_request" && e.faults[0]?.pointer === "/action");
});

test("server: a question by topic, to the model, and one that the data do not answer", options, async () => {
  const { id, recommendations } = await client.recommend(example("p0.json"));
  const why = await client.ask(id, { topic: "why", action: recommendations[0]!.id });
  assert.deepEqual([why.source, why.answered, why.usage.cost_usd], ["rules", true, "0"]);
  const asked = await client.ask(id, { question: "Tell me about the expense ratio of everything that I hold, please, in total" });
  assert.deepEqual([asked.source, asked.answered, asked.degraded], ["model", true, null]);
  assert.ok(asked.evidence.length > 0 && !asked.answer.includes("{"));
  const unknown = await client.ask(id, { question: "Who was queen when the mountain hut above the village was built?" });
  assert.equal(unknown.answered, false);
});

test("server: the contract, once", options, async () => {
  const { document, etag } = (await client.contract())!;
  assert.match(String(document["openapi"]), /^3\.1/);
  assert.equal(await client.contract({ etag }), undefined);
});

test("server: its status", options, async () => {
  const status = await client.status();
  assert.equal(status.provider, "emulator");
  assert.match(status.notice, /No model on AWS is asked/);
});

test("server: one key, one answer", options, async () => {
  const idempotencyKey = `test-${Date.now()}`;
  const first = await client.recommend(example("young-saver.json"), { idempotencyKey });
  assert.deepEqual(await client.recommend(example("young-saver.json"), { idempotencyKey }), first);
  await assert.rejects(client.recommend(example("p0.json"), { idempotencyKey }),
    (e) => e instanceof BallastError && e.code === "idempotency_mismatch");
});

test("server: stages", options, async () => {
  const seen: string[] = [];
  for await (const s of client.stages(example("retiree.json"))) {
    if (seen.at(-1) !== s.stage) seen.push(s.stage);
    if (s.stage === "recommendation") assert.ok(s.recommendation.recommendations.length > 0);
  }
  assert.deepEqual(seen, ["analysis", "progress", "recommendation"]);
});

test("server: the analysis, the estimate, the usage and the models", options, async () => {
  assert.equal((await client.analyze(example("p0.json"))).facts[0]?.code, "total_value");
  assert.ok((await client.estimate(example("concentrated-founder.json"))).input_tokens > 0);
  assert.deepEqual((await client.usage()).budgets.map((b) => b.window), ["day", "month"]);
  assert.ok((await client.models()).some((m) => m.in_use && m.provider === "emulator"));
});

test("server: an import", options, async () => {
  const fdc3 = { type: "fdc3.portfolio", positions: [{ type: "fdc3.position", holding: 5, instrument: { type: "fdc3.instrument", id: { ticker: "AAPL" } } }] };
  const got = await client.importPortfolio("fdc3", JSON.stringify(fdc3), { as_of: "2026-11-20" });
  assert.equal(got.portfolio.positions?.[0]?.instrument.id.ticker, "AAPL");
  assert.ok(got.missing.length > 0);
});

test("server: a book as one job, its results and its end", options, async () => {
  const book = readFileSync(`${process.env["BALLAST_EXAMPLES"] ?? "../../examples"}/book.jsonl`, "utf8") + '{"custom_id":"bad"}\n';
  const idempotencyKey = `book-${Date.now()}`;
  const job = await client.createBatch(new Blob([book]), { idempotencyKey });
  assert.deepEqual([job.lines.total, job.lines.failed], [4, 1]);
  assert.equal((await client.createBatch(book, { idempotencyKey })).id, job.id);
  const seen: string[] = [];
  for await (const r of client.batchResults(job.id)) {
    seen.push(`${r.line} ${r.custom_id} ${r.recommendation?.source ?? r.error?.code}`);
    if (r.recommendation) assert.deepEqual(await client.recommendation(r.recommendation.id), r.recommendation);
  }
  assert.deepEqual(seen, ["1 household-1 model", "2 household-2 model", "3 household-3 rules", "4 bad invalid_request"]);
  const ended = await client.batch(job.id);
  assert.ok(batchEnded(ended) && ended.status === "completed" && Number(ended.cost_usd) > 0);
  for await (const r of client.batchResults(job.id, { after: 3 })) assert.equal(r.line, 4);
  assert.equal((await client.cancelBatch(job.id)).status, "completed"); // what has ended stays as it is
  await assert.rejects(async () => { for await (const _ of client.batchResults("bat_none")) assert.fail(); },
    (e) => e instanceof BallastError && e.code === "not_found");
  await assert.rejects(client.createBatch("{}\n"), (e) => e instanceof BallastError && e.faults.some((f) => f.line === 1));
});

test("server: faults name their member, and a wrong key is refused", options, async () => {
  const bad = example("p0.json");
  bad.portfolio.base_currency = "XXQ";
  await assert.rejects(client.recommend(bad),
    (e) => e instanceof BallastError && e.status === 422 && e.faults.some((f) => f.pointer === "/portfolio/base_currency"));
  await assert.rejects(new Client({ baseURL: baseURL!, key: "blk_wrong" }).usage(),
    (e) => e instanceof BallastError && e.code === "unauthenticated");
});

// What openapi-typescript makes of the contract is fit for openapi-fetch as it stands.
test("server: through openapi-fetch", options, async () => {
  const other = createClient<paths>({ baseUrl: baseURL!, headers: { Authorization: `Bearer ${key}` } });
  const body: RecommendationRequest = { ...example("p0.json"), target_allocation: { equity: "0.60", fixed_income: "0.35", cash: "0.05" } };
  const { data, error } = await other.POST("/v1/recommendations", { body });
  assert.ok(data, error?.code);
  const source: "model" | "mixed" | "rules" = data.source;
  assert.deepEqual([source, data.recommendations[0]?.kind, data.degraded?.reason], ["model", "reduce_concentration", undefined]);
  const read = await other.GET("/v1/recommendations/{id}", { params: { path: { id: data.id } } });
  assert.equal(read.data?.analysis.total_value, "100000.00");
  const staged = await other.POST("/v1/recommendations", { body, headers: { Accept: "text/event-stream" }, parseAs: "text" });
  const events: string | undefined = staged.data;
  assert.match(events ?? "", /^event: analysis\n/);
  // @ts-expect-error: there is no such class
  const target: NonNullable<RecommendationRequest["target_allocation"]> = { equities: "1" };
  const refused = await other.POST("/v1/analyses", { body: { portfolio: body.portfolio, target_allocation: target } });
  assert.equal(refused.error?.errors?.[0]?.pointer, "/target_allocation/equities");
});
