package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// dropBook lets go of a file over the page of books.
func (b *tab) dropBook(content string) {
	b.t.Helper()
	b.run(fmt.Sprintf(`{
		const carried = new DataTransfer();
		carried.items.add(new File([%q], "book.jsonl"));
		document.querySelector("#batches .drop").dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: carried}));
	}`, content))
}

// TestConsoleBatches sends a book, watches it, opens one of its recommendations,
// and cancels another book.
func TestConsoleBatches(t *testing.T) {
	t.Parallel()
	server, _ := production(t, "5", "", "latency=2s")
	b := browse(t, server)
	b.prefer("light")
	b.click(`nav a[href="#/batches"]`)
	b.wait(`document.querySelector("#batches .drop")`)
	b.accessible("books")
	b.dropBook("{}\n")
	b.wait(`document.querySelector("#batches .trouble li")`)
	if told := b.text("#batches .trouble"); !strings.Contains(told, "Line 1") || !strings.Contains(told, "/portfolio") {
		t.Errorf("told %q", told)
	}
	b.dropBook(string(example(t, "book.jsonl", nil)) + `{"custom_id":"household-4"}` + "\n")
	b.wait(`document.querySelector("#batches .job .tone-kept") && document.querySelectorAll("#batches tbody tr").length === 4`)
	rows := b.text("#batches tbody")
	for _, want := range []string{"household-1", "household-3", "Model", "Rules", "Failed", "/portfolio"} {
		if !strings.Contains(rows, want) {
			t.Errorf("nothing of %s in %s", want, rows)
		}
	}
	if stats := b.text("#batches .job dl"); !strings.Contains(stats, "4 of 4") || !strings.Contains(stats, "USD 0.000") {
		t.Errorf("the job says %s", stats)
	}
	b.accessible("a book that is answered")
	b.shoot("batches")
	b.size(360, 900)
	b.size(1440, 900)
	id := b.text("#batches tbody tr a")
	b.click("#batches tbody tr a")
	b.wait(`document.querySelectorAll("#records .card").length > 0 && document.querySelector("#record").value === "` + id + `"`)

	b.run(`history.back()`) // the address is the job's
	b.wait(`document.querySelectorAll("#batches tbody tr").length === 4`)
	job := b.text("#batches .job code")
	b.run(`history.back()`)
	b.wait(`location.hash === "#/batches" && document.querySelector("#batches .drop") && !document.querySelector("#batches .job")`)
	b.do("load the page anew", chromedp.Reload())
	b.wait(`document.querySelector("#batches .recent")`)
	b.accessible("books before this one")
	b.click("#batches .recent a")
	b.wait(`location.hash === "#/batches/` + job + `" && document.querySelectorAll("#batches tbody tr").length === 4`)
	b.click("#batches > .panel-head a")
	b.wait(`document.querySelector("#batches .drop")`)
	var long strings.Builder
	for i := range 400 { // the better part of a minute
		long.Write(variant(t, i, func(map[string]any) {}))
		long.WriteByte('\n')
	}
	b.dropBook(long.String())
	b.click("#batches .cancel")
	b.wait(`document.querySelector("#batches .job .tone-refused") && !document.querySelector("#batches .cancel")`)
	b.accessible("a book that was cancelled")
	b.clean()
}
