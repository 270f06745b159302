package store

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"ballast.internal/ballast/internal/budget"
)

// TestLogBeginsAnew makes changes without a pause: the log of SQLite must not
// grow with them.
func TestLogBeginsAnew(t *testing.T) {
	dir, most := t.TempDir(), budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
	s := open(t, Config{Dir: dir, Limits: budget.Limits{Default: most, Global: most}, Logger: slog.New(slog.DiscardHandler)})
	size := func() int64 {
		info, err := os.Stat(filepath.Join(dir, sqliteFile+"-wal"))
		ok(t, err)
		return info.Size()
	}
	change := func(n int) {
		var callers sync.WaitGroup
		for k := range 16 {
			callers.Go(func() {
				for i := range checkpointChanges / 8 {
					if err := s.Reserve(t.Context(), reservationOf(fmt.Sprintf("%d_%d_%d", n, k, i), "a", 10)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		callers.Wait()
	}
	change(0)
	once := size()
	for n := range 3 {
		change(n + 1)
	}
	later := size()
	if later > 2*once {
		t.Errorf("the log has %d bytes after some changes and %d after four times as many", once, later)
	}
}
