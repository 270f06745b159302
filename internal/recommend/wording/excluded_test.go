package wording

import (
	"slices"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/analysis"
)

// The caveat on a fund that holds some of what is excluded names it.
func TestExcludedSectorsAreNamed(t *testing.T) {
	a := analysis.Action{Caveats: []string{analysis.CaveatExcludedSector}, Sectors: []string{"energy", "tobacco"}}
	for _, lang := range Languages() {
		r := New(Config{Language: lang, Result: &analysis.Result{}})
		names := r.Label(ofSector, "energy") + r.Joints.Items + "tobacco"
		if got := r.Caveats(a); !slices.ContainsFunc(got, func(c string) bool { return strings.Contains(c, names) }) {
			t.Errorf("%s: %q does not name %s", lang, got, names)
		}
	}
}
