package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestReferenceFitsAPhone opens /docs as wide as a phone: its long paths and
// names wrap.
func TestReferenceFitsAPhone(t *testing.T) {
	t.Parallel()
	p := localRaced(t, nil)
	b := newTab(t, p.lines["api"]+"/docs")
	b.do("open", chromedp.Navigate(p.lines["api"]+"/docs"), chromedp.WaitReady("main article"))
	b.size(390, 844)
}
