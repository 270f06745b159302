package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// TestPageOfAnotherOrigin calls with the TypeScript client and with fetch alone
// from a page that cors_origins names: through preflights, in stages, a whole
// batch, and with the headers that say when to come again. A page that it does
// not name gets nothing.
func TestPageOfAnotherOrigin(t *testing.T) {
	t.Parallel()
	page := clientPage(t)
	ours, theirs := page(), page()
	server, _ := productionWith(t, "0.000000001", "", "", fmt.Sprintf("cors_origins: [%q]", ours))
	setUp := fmt.Sprintf(`(async () => {
		const { Client } = await import("/client.js");
		const base = %q, key = %q, request = %s;
		const client = new Client({ baseURL: base, key, retries: 0 });`, server.lines["api"], server.lines["key"], example(t, "p0.json", nil))

	b := newTab(t, ours)
	b.do("open", chromedp.Navigate(ours))
	got := value[map[string]any](b, setUp+`
		const stages = [];
		for await (const s of client.stages(request, { idempotencyKey: "one" })) stages.push(s.stage);
		const again = await fetch(base + "/v1/recommendations", {
			method: "POST", headers: { Authorization: "Bearer " + key, "Content-Type": "application/json", "Idempotency-Key": "one" }, body: JSON.stringify(request),
		});
		const refused = await client.recommend({ ...request, options: { mode: "model" } }).catch((e) => e);
		const seen = ["Idempotency-Replayed", "X-Request-Id", "RateLimit", "RateLimit-Policy"].filter((h) => again.headers.get(h));
		const listed = (await client.history()).recommendations;
		const reply = await client.ask(listed[0].id, { topic: "why" });
		return { stages: stages.at(0) + " … " + stages.at(-1), seen: seen.length, refused: refused.code, later: refused.retryAfter > 0, asked: reply.answered };
	})()`)
	want := map[string]any{"stages": "analysis … recommendation", "seen": 4.0, "refused": "budget_exhausted", "later": true, "asked": true}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	got = value[map[string]any](b, setUp+`
		const batch = await client.createBatch(new Blob([1, 2, 3].map((n) => JSON.stringify({ custom_id: "c" + n, ...request }) + "\n")));
		const lines = [];
		for await (const r of client.batchResults(batch.id)) lines.push(r.custom_id + " " + (r.recommendation ?? r.error).source);
		const ended = (await client.batch(batch.id)).status;
		await client.cancelBatch(batch.id);
		const { etag } = await client.contract();
		const kept = (await client.contract({ etag })) === undefined;
		return { lines: lines.join(", "), ended, kept };
	})()`)
	want = map[string]any{"lines": "c1 rules, c2 rules, c3 rules", "ended": "completed", "kept": true}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("a batch (-want +got):\n%s", d)
	}

	b = newTab(t, theirs)
	b.do("open", chromedp.Navigate(theirs))
	if name := value[string](b, setUp+`return client.usage().then(() => "answered", (e) => e.name); })()`); name != "ConnectionError" {
		t.Errorf("a page of no named origin: %s", name)
	}
}

// clientPage compiles and bundles the TypeScript client, and returns what serves
// it beside an empty page, each time from another origin.
func clientPage(t *testing.T) (serve func() (origin string)) {
	t.Helper()
	dir := t.TempDir()
	npm(t, "clients/typescript", nil, "tsc", "--outDir", dir)
	npm(t, "clients/typescript", nil, "esbuild", filepath.Join(dir, "src", "index.js"), "--bundle", "--minify", "--format=esm", "--target=es2022", "--outfile="+filepath.Join(dir, "client.js"))
	write(t, filepath.Join(dir, "index.html"), "<!doctype html><title>A page</title>")
	return func() string {
		pages := httptest.NewServer(http.FileServer(http.Dir(dir)))
		t.Cleanup(pages.Close)
		return pages.URL
	}
}
