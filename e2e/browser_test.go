package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long a browser on a busy machine may take for one step.
const patience = time.Minute

// tab is a page in a real Chromium. Every step waits for its condition; one
// that does not come in time fails the test.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string // of the server

	mu      sync.Mutex
	asked   []string // every URL that the page has asked for
	refused []string // those that were answered with an error or not at all
	said    []string // errors and violations on the browser's console
}

// browse opens the console of a server with its key.
func browse(t *testing.T, p *process) *tab {
	t.Helper()
	b := newTab(t, p.lines["api"])
	b.do("open", chromedp.EmulateViewport(1440, 900), chromedp.Navigate(b.url+"/#key="+p.lines["key"]))
	b.wait(`document.querySelector(".submit button[aria-disabled=false]") && document.querySelectorAll("main .field").length > 20`)
	return b
}

// newTab starts a browser. url is where its pages come from.
func newTab(t *testing.T, url string) *tab {
	t.Helper()
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("needs chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.ExecPath("chromium"), chromedp.WSURLReadTimeout(patience))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, url: url}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	go b.listen(chromedp.Console(ctx))
	return b
}

func (b *tab) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			b.refused = append(b.refused, fmt.Sprint(e.Response.Status, " ", e.Response.URL))
		}
	case *network.EventLoadingFailed:
		if !e.Canceled { // what the page itself leaves is no failure
			b.refused = append(b.refused, e.ErrorText)
		}
	}
}

// listen keeps what the browser complains of. A request that the server refuses
// is told there as well and is no fault of the page.
func (b *tab) listen(messages func(yield func(chromedp.ConsoleMessage, error) bool)) {
	for m, err := range messages {
		if err != nil {
			return
		}
		if kind := string(m.Type); (kind == "error" || kind == "exception" || kind == "warning") && !strings.Contains(m.Text, "Failed to load resource") {
			b.mu.Lock()
			b.said = append(b.said, kind+": "+m.Text)
			b.mu.Unlock()
		}
	}
}

func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\n%s", what, err, b.page())
	}
}

// page is what the reader sees, for messages.
func (b *tab) page() string {
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

// wait returns when a JavaScript expression holds.
func (b *tab) wait(condition string) {
	b.t.Helper()
	b.do("wait for "+condition, chromedp.Poll[chromedp.Void]("("+condition+")", chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(50*time.Millisecond)))
}

func (b *tab) click(selector string) {
	b.t.Helper()
	b.do("click "+selector, chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
}

// fill replaces what stands in a field, as typing does.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do("fill "+selector, chromedp.Focus(chromedp.CSS(selector)))
	b.run(fmt.Sprintf(`document.querySelector(%q).select()`, selector))
	b.do("type into "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// choose takes an option of a list.
func (b *tab) choose(selector, value string) {
	b.t.Helper()
	b.run(fmt.Sprintf(`{ const s = document.querySelector(%q); s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})); }`, selector, value))
}

func (b *tab) run(script string) {
	b.t.Helper()
	b.do(script, chromedp.Evaluate[chromedp.Void](script))
}

func value[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// text is what a reader reads in the first element that matches.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return value[string](b, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, selector))
}

// accessible runs axe-core over the page.
func (b *tab) accessible(what string) {
	b.t.Helper()
	axe, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	if err != nil {
		b.t.Skip("the npm packages are not installed: npm ci")
	}
	if !value[bool](b, `"axe" in window`) {
		b.run(string(axe) + "; null")
	}
	found := value[string](b, `axe.run({resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => JSON.stringify(r.violations.map(v => ({rule: v.id, help: v.help, at: v.nodes.slice(0, 3).map(n => n.target.join(" ") + ": " + n.failureSummary)}))))`)
	if found != "[]" {
		var pretty any
		_ = json.Unmarshal([]byte(found), &pretty)
		out, _ := json.MarshalIndent(pretty, "", " ")
		b.t.Errorf("%s: axe-core finds %s", what, out)
	}
}

// size sets the viewport; nothing may reach over its edge.
func (b *tab) size(width, height int64) {
	b.t.Helper()
	b.do("resize", chromedp.EmulateViewport(width, height))
	b.wait(fmt.Sprintf(`innerWidth === %d`, width))
	if over := value[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("at %d px the page is %d px too wide: %s", width, over, value[string](b,
			`[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join("\n")`))
	}
}

// prefer tells the page which colours its reader's system has.
func (b *tab) prefer(scheme string) {
	b.t.Helper()
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, params); err != nil {
		b.t.Fatal(err)
	}
}

// shoot keeps a picture of the page in docs/screenshots if BALLAST_SCREENSHOTS
// is set; otherwise it does nothing.
func (b *tab) shoot(name string) {
	b.t.Helper()
	if os.Getenv("BALLAST_SCREENSHOTS") == "" {
		return
	}
	b.run(`scrollTo(0, 0); document.activeElement.blur()`)
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", "docs", "screenshots", name+".png"), picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// served reports requests that were refused or failed: the browser's console is red
// with them, which clean lets pass.
func (b *tab) served() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.refused {
		b.t.Errorf("the page asked in vain: %s", r)
	}
}

// clean reports requests to other hosts and what the browser complained of.
func (b *tab) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, url := range b.asked {
		if !strings.HasPrefix(url, b.url+"/") && !strings.HasPrefix(url, "data:") { // the browser's own icons
			b.t.Errorf("the page asked for %s", url)
		}
	}
	if len(b.asked) == 0 {
		b.t.Error("no request was seen")
	}
	for _, s := range b.said {
		b.t.Error(s)
	}
}
