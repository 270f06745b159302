package verify

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNamedAlternatives(t *testing.T) {
	const list = "@be = is|are # to be\n@seem = @be|looks\n[promise]\nit @be, @seem|was safe\n"
	want := map[string][]string{"promise": {"it is|are", "is|are|looks|was safe"}}
	if d := cmp.Diff(want, parseLexicon(list)); d != "" {
		t.Error(d)
	}
}

func TestNamesThatAreFaults(t *testing.T) {
	for fault, list := range map[string]string{
		"nothing is named @is": "@be = is|are\n[promise]\n@is safe, @be",
		"@be is never used":    "@be = is|are\n[promise]\nsafe",
		"@be is named twice":   "@be = is|are\n@be = is\n[promise]\n@be safe",
	} {
		t.Run(fault, func(t *testing.T) {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, fault) {
					t.Errorf("%q, want %q", got, fault)
				}
			}()
			parseLexicon(list)
		})
	}
}
