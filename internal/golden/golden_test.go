package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// noted is a test whose failures are noted.
type noted struct {
	testing.TB
	failed string
}

func (n *noted) Helper() {}

func (n *noted) Errorf(format string, args ...any) { n.failed = fmt.Sprintf(format, args...) }

func (n *noted) Fatalf(format string, args ...any) {
	n.failed = fmt.Sprintf(format, args...)
	panic(n)
}

// checked is what Check complains of.
func checked(t *testing.T, got string, path ...string) string {
	t.Helper()
	n := &noted{TB: t}
	func() {
		defer func() {
			if p := recover(); p != nil && p != any(n) {
				panic(p)
			}
		}()
		Check(n, got, path...)
	}()
	return n.failed
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "deep", "file.txt")
	if failed := checked(t, "a\n", path); !strings.Contains(failed, "-update writes it") {
		t.Errorf("a file that is not there: %q", failed)
	}
	*update = true
	failed := checked(t, "a\n", dir, "deep", "file.txt")
	*update = false
	if written, err := os.ReadFile(path); failed != "" || err != nil || string(written) != "a\n" {
		t.Errorf("written %q, %v, %q", written, err, failed)
	}
	if failed := checked(t, "a\n", path); failed != "" {
		t.Errorf("the same: %q", failed)
	}
	if failed := checked(t, "b\n", path); !strings.Contains(failed, path) || !strings.Contains(failed, "b") {
		t.Errorf("another: %q", failed)
	}
}
