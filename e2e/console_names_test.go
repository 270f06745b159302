package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
)

// named are the names that a screen reader tells of what has a role, in order.
func (b *tab) named(role string) []string {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	var names []string
	for _, n := range tree.Nodes {
		if !n.Ignored && n.Role != nil && n.Name != nil && strings.Trim(string(n.Role.Value), `"`) == role {
			names = append(names, strings.ReplaceAll(strings.Trim(string(n.Name.Value), `"`), " :", ":")) // a part of its own may have a space before it
		}
	}
	return names
}

// TestConsoleNamesForScreenReaders tells holdings and charts apart.
func TestConsoleNamesForScreenReaders(t *testing.T) {
	t.Parallel()
	b := browse(t, local(t, nil))
	more := b.named("DisclosureTriangle")
	for _, want := range []string{"More: AAPL", "More: BND"} {
		if !slices.Contains(more, want) {
			t.Errorf("nothing of %q in %q", want, more)
		}
	}
	removes := slices.DeleteFunc(b.named("button"), func(name string) bool { return !strings.HasPrefix(name, "Remove ") })
	for _, want := range []string{"Remove AAPL (Position 3)", "Remove Cash 1"} {
		if !slices.Contains(removes, want) {
			t.Errorf("nothing of %q in %q", want, removes)
		}
	}
	if slices.Sort(removes); len(slices.Compact(slices.Clone(removes))) != len(removes) {
		t.Errorf("two buttons remove under one name: %q", removes)
	}
	b.click(".rows > .add")
	b.wait(`document.querySelectorAll(".row-item .more").length === 5`)
	if more := b.named("DisclosureTriangle"); !slices.Contains(more, "More: Position 5") {
		t.Errorf("a holding without a name is called %q", more)
	}
	b.click(".row-item[data-item='4'] > .remove")
	b.click(submit)
	b.wait(done)
	figures := b.named("figure")
	for _, want := range []string{"Allocation", "Distance from the target", "Concentration", "Fund fees a year"} {
		if !slices.Contains(figures, want) {
			t.Errorf("no figure is called %q: %q", want, figures)
		}
	}
	bar := value[string](b, `[...document.querySelectorAll(".bar-text")].map(e => e.textContent).find(s => s.includes("points"))`)
	if heard := b.named("StaticText"); !slices.Contains(heard, bar) {
		t.Errorf("the bar of %q is silent: %q", bar, heard)
	}
	b.clean()
}
