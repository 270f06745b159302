// Package golden compares what tests make with files that are kept beside them.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// Check fails a test whose outcome differs from the file at path, which may be
// of several segments. With -update it writes the file instead.
func Check[Text string | []byte](t testing.TB, got Text, path ...string) {
	t.Helper()
	file := filepath.Join(path...)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // part of the sources
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // part of the sources
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (-update writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("differs from %s, which -update writes (-want +got):\n%s", file, diff)
	}
}
