package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// What is written to a file that has no name any more is gone with the process:
// the money that was spent, too. So nothing is, until the file is back.
func TestDatabaseIsTakenAway(t *testing.T) {
	for name, take := range map[string]func(dir, path string) (putBack func() error, err error){
		"the folder": func(dir, _ string) (func() error, error) {
			return func() error { return os.Rename(dir+".away", dir) }, os.Rename(dir, dir+".away")
		},
		"the file": func(_, path string) (func() error, error) {
			return func() error { return os.Rename(path+".away", path) }, os.Rename(path, path+".away")
		},
		"its log": func(_, path string) (func() error, error) {
			return func() error { return os.Rename(path+".away", path+"-wal") }, os.Rename(path+"-wal", path+".away")
		},
		"another in its place": func(_, path string) (func() error, error) {
			if err := os.Rename(path, path+".away"); err != nil {
				return nil, err
			}
			return func() error { return os.Rename(path+".away", path) }, os.WriteFile(path, nil, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			s := open(t, Config{Dir: dir, Limits: testLimits})
			reserve(t, s, "r", "a", 100)
			putBack, err := take(dir, filepath.Join(dir, sqliteFile))
			ok(t, err)
			wantErr(t, s.Reserve(t.Context(), reservationOf("lost", "a", 1)), ErrMoved)
			wantErr(t, s.Reserve(t.Context(), reservationOf("asked too soon", "a", 1)), ErrUnavailable)
			ok(t, putBack())
			eventually(t, func() error { return s.Settle(context.Background(), "r", bill(30)) })
			eventually(t, func() error { return s.Append(context.Background(), recordOf(1)) })
			wantBalances(t, s, "a", noon, 30, 0, 30, 0, 30, 0, 30, 0)
			ok(t, s.Close())
			again := open(t, Config{Dir: dir, Limits: testLimits})
			wantBalances(t, again, "a", noon, 30, 0, 30, 0, 30, 0, 30, 0)
			ok(t, again.VerifyChain(t.Context()))
		})
	}
}
