package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestConsoleTellsWhatFails shows each fault in words, with what there is
// instead of the model's.
func TestConsoleTellsWhatFails(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		budget, faults, want string
	}{
		"budget gone":     {"0.000000001", "", "The budget does not allow another call."},
		"model throttled": {"5", "throttle=1", "The model is throttled."},
	} {
		t.Run(name, func(t *testing.T) {
			server, _ := production(t, tc.budget, "", tc.faults)
			b := browse(t, server)
			b.click(submit)
			b.wait(done)
			if got := b.text(".degraded"); !strings.Contains(got, tc.want) {
				t.Errorf("told %q", got)
			}
			if got := b.text(".card"); !strings.Contains(got, "AAPL") || !strings.Contains(got, "Rules") {
				t.Errorf("the first card says %s", got)
			}
			b.accessible(name)
			b.clean()
		})
	}
}

// TestConsoleOutlivesTheServer kills the server while the model thinks. The
// page keeps the analysis, says that the connection is lost, and when the server
// is back says that it holds the first request to be under way; asked again, it
// answers.
func TestConsoleOutlivesTheServer(t *testing.T) {
	t.Parallel()
	server, _ := production(t, "5", "", "latency=2s")
	b := browse(t, server)
	b.click(submit)
	b.wait(`document.querySelector(".chart")`) // the analysis is here
	awaitCall(t, server, "frontend")
	server.kill()
	b.wait(`/attempt/.test(document.querySelector(".stage-now").textContent)`)
	start(t, raced, "admin", append(server.cmd.Env, "BALLAST_ADDR="+strings.TrimPrefix(server.lines["api"], "http://")))
	b.wait(`document.querySelector(".trouble")`)
	if told := b.text(".trouble"); !strings.Contains(told, "idempotency_conflict") {
		t.Errorf("told %q", told)
	}
	b.click(".trouble button")
	b.wait(done)
	b.checkAdvice(t, "#advise")
}

// TestConsoleRefusesAWrongKey, says so, and keeps what was typed for the right one.
func TestConsoleRefusesAWrongKey(t *testing.T) {
	t.Parallel()
	p := local(t, nil)
	b := browse(t, p)
	price := `[name="/portfolio/positions/0/price"]`
	b.fill(price, "251")
	b.run(`sessionStorage.setItem("ballast-key", "blk_none_none")`)
	b.do("load the page anew", chromedp.Reload())
	b.wait(`document.querySelector("main.gate [role=alert]")`)
	b.focused(`#key[aria-invalid="true"][aria-describedby~="key-fault"]`)
	b.accessible("with a wrong key")
	b.fill("#key", p.lines["key"])
	b.click("main.gate .primary")
	b.wait(`document.querySelector(".submit button[aria-disabled=false]") && document.querySelector('` + price + `')?.value === "251"`)
	b.click(".bar > .quiet") // leaves nothing behind
	b.wait(`document.querySelector("main.gate") && !Object.keys(sessionStorage).some(k => /key|draft/.test(k))`)
}

// TestConsoleTellsProblemsInThePagesLanguage also where the service says them in
// English: a refusal, the member at fault, and what an import asks and leaves.
func TestConsoleTellsProblemsInThePagesLanguage(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	b.choose(".preferences select", "de")
	b.wait(`document.documentElement.lang === "de"`)
	b.drop(string(samples(t)["schwab.csv"]))
	b.wait(`document.querySelector(".imported .questions select")`)
	if asked := b.text(".imported .questions"); !strings.Contains(asked, "Wie werden Gewinne in diesem Konto besteuert?") || strings.Contains(asked, "Without") {
		t.Errorf("asked %q", asked)
	}
	b.drop(`{"portfolio": {"as_of": "2026-11-20", "base_currency": "USD", "positions": [
		{"instrument": {"id": {"isin": "US0378331006"}, "type": "equity"}, "quantity": "1", "price": "1", "currency": "USD"}]}}`)
	b.click(submit)
	b.wait(`document.querySelector("#advise .trouble")`)
	if told := b.text("#advise"); !strings.Contains(told, "Die Anfrage ist nicht gültig.") || !strings.Contains(told, "Prüfziffer") || strings.Contains(told, "mistyped") {
		t.Errorf("told %q", told)
	}
	b.clean()
}
