package store

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// byAReader runs f as somebody who may read the files of a folder, and write
// nothing.
func byAReader(t *testing.T, dir string, f func()) {
	t.Helper()
	ok(t, os.Chmod(filepath.Dir(dir), 0o755))
	ok(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	ok(t, os.Chmod(filepath.Join(dir, sqliteFile), 0o444))
	_ = os.Chmod(filepath.Join(dir, sqliteFile+"-wal"), 0o444) // if there is one
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // for good: the thread ends with what it may not do
		if os.Geteuid() == 0 { // who is asked nothing
			wantErr(t, syscall.Setfsuid(65534), nil)
		}
		f()
	}()
	<-done
}

// A backup is proven where it is kept, on a medium that takes no changes; one whose
// last records are in a log that cannot be read there is not taken for whole.
func TestBackupIsReadWhereNothingCanBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		running bool // when the copy was made
		want    error
	}{"a file": {false, nil}, "a file and its log": {true, ErrLogged}} {
		t.Run(name, func(t *testing.T) {
			original := copied(t, Config{}, migrated.sqlite)
			s := open(t, original)
			fill(t, s, 2)
			if !c.running {
				ok(t, s.Close())
			}
			dir := t.TempDir()
			ok(t, os.CopyFS(dir, os.DirFS(original.Dir)))
			for _, beside := range []string{"-shm", ".migration", ".migration-journal"} {
				_ = os.Remove(filepath.Join(dir, sqliteFile+beside))
			}
			byAReader(t, dir, func() {
				backup, err := Open(t.Context(), Config{Dir: dir, Existing: true})
				wantErr(t, err, c.want)
				if err != nil {
					return
				}
				wantErr(t, backup.VerifyChain(t.Context()), nil)
				head, err := backup.Head(t.Context())
				if err != nil || head.Seq != 2 {
					t.Errorf("%+v, %v: want two records", head, err)
				}
				wantErr(t, backup.Close(), nil)
			})
		})
	}
}
