// Package storetest runs a real PostgreSQL server for tests, from the binaries
// that are installed, in a temporary folder and on a Unix socket alone.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrAbsent says that PostgreSQL is not installed, or that there is no user to
// run it as.
var ErrAbsent = errors.New("no PostgreSQL server binaries: install the package postgresql to run this test")

// startTimeout bounds how long a server may take to accept connections.
const startTimeout = 30 * time.Second

// Server is a PostgreSQL server with trust authentication and, unless it is told
// otherwise, fsync off.
type Server struct {
	dir, bin string
	options  []string
	as       *syscall.Credential // nil: as ourselves
	cmd      *exec.Cmd
	n        atomic.Int64
}

// New creates and starts a server with more options for its command line, such
// as -c fsync=on. The caller must Close it.
func New(options ...string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, options: options}
	if s.dir, err = os.MkdirTemp("", "ballast-pg-"); err != nil {
		return nil, err
	}
	if err := errors.Join(s.dropRoot(), s.initdb()); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	if err := s.Start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Start runs a server for one test, or skips the test when it cannot.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := New()
	if errors.Is(err, ErrAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// binaries returns the folder of the newest server that is installed.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", ErrAbsent
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return n
}

// dropRoot arranges for the server to run as the user postgres, because it
// refuses to run as root.
func (s *Server) dropRoot() error {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("%w (%w)", ErrAbsent, err)
	}
	uid, errU := strconv.ParseUint(u.Uid, 10, 32)
	gid, errG := strconv.ParseUint(u.Gid, 10, 32)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return errors.Join(errU, errG, os.Chown(s.dir, int(uid), int(gid)))
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...) //nolint:gosec // the programs of one PostgreSQL, found at the start
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as, Setpgid: true}
	return cmd
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) initdb() error {
	out, err := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// Start starts the server again after Stop or Kill.
func (s *Server) Start() error {
	args := []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-F"}
	s.cmd = s.command("postgres", append(args, s.options...)...)
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own handle
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	return s.awaitReady()
}

func (s *Server) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		err := s.exec(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("PostgreSQL does not start: %w\n%s", err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server and the sessions on it at once, without a clean
// shutdown: what was committed survives.
func (s *Server) Stop() error {
	if s.cmd == nil || s.cmd.ProcessState != nil {
		return nil
	}
	if err := s.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		return err
	}
	_ = s.cmd.Wait() // it ends by the signal, which counts as an error
	return nil
}

// Freeze stops every process of the server without closing a connection, as a
// host that hangs does. It returns what thaws it.
func (s *Server) Freeze() (thaw func() error, err error) {
	pids, err := s.backends()
	if err != nil {
		return nil, err
	}
	pids = append(pids, s.cmd.Process.Pid)
	signal := func(sig syscall.Signal) (err error) {
		for _, pid := range pids {
			err = errors.Join(err, syscall.Kill(pid, sig))
		}
		return err
	}
	return func() error { return signal(syscall.SIGCONT) }, signal(syscall.SIGSTOP)
}

// backends returns the processes of the sessions that are open.
func (s *Server) backends() ([]int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	c, err := pgx.Connect(ctx, s.DSN("postgres"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close(ctx) }()
	rows, err := c.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}

// Close ends the server and removes its data.
func (s *Server) Close() error { return errors.Join(s.Stop(), os.RemoveAll(s.dir)) }

// DSN returns the address of a database.
func (s *Server) DSN(database string) string {
	q := url.Values{"host": {s.dir}}
	return "postgres://postgres@/" + url.PathEscape(database) + "?" + q.Encode()
}

// Database creates an empty database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	dsn, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

// Create is Database outside of a test.
func (s *Server) Create(ctx context.Context) (dsn string, err error) {
	return s.create(ctx, "template1")
}

// Copy creates a copy of a database to which nobody is connected.
func (s *Server) Copy(t testing.TB, dsn string) string {
	t.Helper()
	of, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	if dsn, err = s.create(t.Context(), of.Database); err != nil {
		t.Fatal(err)
	}
	return dsn
}

func (s *Server) create(ctx context.Context, template string) (dsn string, err error) {
	name := fmt.Sprintf("test%d", s.n.Add(1))
	return s.DSN(name), s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
}

func (s *Server) exec(ctx context.Context, statement string) error {
	c, err := pgx.Connect(ctx, s.DSN("postgres"))
	if err != nil {
		return err
	}
	_, err = c.Exec(ctx, statement)
	return errors.Join(err, c.Close(ctx))
}
