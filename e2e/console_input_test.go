package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestConsoleImports drops a broker's file, answers what the file does not tell
// where it is asked, and gets advice on what is left.
func TestConsoleImports(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.drop("neither,a request\nnor,a file")
	b.wait(`document.querySelector(".start .fault")`)
	for _, file := range samples(t) { // each is known by its own marks
		b.drop(string(file))
		b.wait(`document.querySelector(".imported")`)
		b.choose("#example", "retiree") // forgets what was imported
		b.wait(`!document.querySelector(".imported")`)
	}
	b.drop(string(samples(t)["schwab.csv"]))
	b.wait(`document.querySelector(".imported .questions select")`)
	if told := b.text(".imported"); !strings.Contains(told, "7") || !strings.Contains(told, "Charles Schwab") || !strings.Contains(told, "SCHB") {
		t.Errorf("told %q", told)
	}
	if asked := b.text(".imported .questions"); !strings.Contains(asked, "account-1") || strings.Contains(asked, "Other debt") {
		t.Errorf("asked %q", asked)
	}
	if n := value[int](b, `document.querySelectorAll(".imported > details:first-of-type li").length`); n != 3 {
		t.Errorf("%d parts of the file are listed as left out, want 3", n)
	}
	b.accessible("with a file's questions")
	for pointer, answer := range map[string]string{
		"/portfolio/positions/4/instrument/asset_class": "equity",
		"/portfolio/positions/3/instrument/asset_class": "alternative",
		"/portfolio/accounts/0/tax_treatment":           "taxable",
	} {
		field := fmt.Sprintf(`.imported [name=%q]`, pointer)
		b.choose(field, answer)
		b.wait(fmt.Sprintf(`document.querySelector(%q).value === %q`, field, answer))
	}
	for name, answer := range map[string]string{"risk_tolerance": "moderate", "risk_capacity": "moderate"} {
		b.choose(`[name="/investor_profile/`+name+`"]`, answer)
	}
	b.fill(`[name="/investor_profile/time_horizon_years"]`, "12")
	b.click(submit)
	b.wait(`document.querySelector(".stages.done") || document.querySelector(".trouble")`)
	if got := b.text("#advise .stat.total dd"); !strings.Contains(got, "USD") {
		t.Errorf("total %q: %s", got, b.page())
	}
	b.clean()
}

// samples are the files that the importers are tested with, by their names.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("../internal/portfolio/imports/testdata/*.[cjoq][sfx]*")
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d samples, %v", len(paths), err)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = content
	}
	return files
}

// drop lets go of a file over the page's field for portfolios.
func (b *tab) drop(content string) {
	b.t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		b.t.Fatal(err)
	}
	b.run(fmt.Sprintf(`{
		const carried = new DataTransfer();
		carried.items.add(new File([%s], "positions.csv"));
		document.querySelector(".drop").dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: carried}));
	}`, text))
}

// TestConsoleByKeyboard goes from the top of the page to advice without a mouse:
// every stop can be seen and has a name, the order is that of the page, and
// nothing holds the focus.
func TestConsoleByKeyboard(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.run(`document.activeElement.blur(); window.stops = []`)
	for range 200 {
		b.press(kb.Tab)
		if value[bool](b, `(() => {
			const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
			window.stops.push({e, what: e.outerHTML.slice(0, 120), seen: box.width > 0 && box.height > 0 && (style.outlineStyle !== "none" || style.boxShadow !== "none"),
				named: !!(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim())});
			return e.matches(".submit button");
		})()`) {
			break
		}
	}
	if !value[bool](b, `document.activeElement.matches(".submit button")`) {
		t.Fatalf("200 steps do not lead to the button: %s", value[string](b, `window.stops.slice(-5).map(s => s.what).join("\n")`))
	}
	if wrong := value[string](b, `window.stops.filter(s => !s.seen || !s.named).map(s => s.what).join("\n")`); wrong != "" {
		t.Errorf("the focus cannot be seen or has no name on\n%s", wrong)
	}
	if back := value[string](b, `window.stops.filter((s, i) => i > 0 && !(window.stops[i - 1].e.compareDocumentPosition(s.e) & Node.DOCUMENT_POSITION_FOLLOWING)).map(s => s.what).join("\n")`); back != "" {
		t.Errorf("the focus goes back to\n%s", back)
	}
	b.press(kb.Enter)
	b.wait(done)
	b.checkAdvice(t, "#advise")
}

func (b *tab) press(key string) {
	b.t.Helper()
	b.do("press a key", chromedp.KeyEvent(key))
}
