package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"ballast.internal/ballast/client"
	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/httpapi/apikey"
	"ballast.internal/ballast/internal/telemetry"
)

// terminalBatch is one job on the terminal.
type terminalBatch struct {
	file, out string
	server    string // "": on this machine
	client    string
	set       settings
	env       environment
}

// batchKeyEnv is the key for -server.
const batchKeyEnv = envPrefix + "KEY"

const batchUsage = "server batch FILE [flags]"

func runBatch(ctx context.Context, args []string, env environment) (err error) {
	b := terminalBatch{env: env}
	if len(args) > 0 && (args[0] == "-" || !strings.HasPrefix(args[0], "-")) {
		b.file, args = args[0], args[1:]
	}
	b.set, err = loadTerminalSettings(args, env, batchUsage, func(fs *flag.FlagSet) {
		fs.StringVar(&b.out, "o", "-", "write the results to this `file`, JSON Lines")
		fs.StringVar(&b.server, "server", "", "`URL` of a running server, with its key in "+batchKeyEnv+"; without it the job runs here")
		fs.StringVar(&b.client, "client", terminalClient, "without -server, the configured `client` whose budget is spent")
	})
	if err != nil {
		return err
	}
	if b.file == "" {
		return usagef("want: %s; FILE is of JSON Lines, one request of the API each, or - for standard input", batchUsage)
	}
	if b.out != "-" && sameFile(b.file, b.out) {
		return usagef("-o: %s holds the requests", b.out)
	}
	lines, done, err := openLines(b.file, env.stdin)
	if err != nil {
		return usageError{err}
	}
	defer done()
	if b.server == "" {
		return b.here(ctx, lines)
	}
	c, err := client.New(b.server, env.getenv(batchKeyEnv))
	if err != nil || env.getenv(batchKeyEnv) == "" {
		return usagef("-server: want an http or https URL, and the key in %s", batchKeyEnv)
	}
	return b.run(ctx, c, lines)
}

// openLines opens a file, or keeps what comes by standard input in one, to be
// sent again if need be.
func openLines(path string, stdin io.Reader) (io.ReadSeeker, func(), error) {
	if path != "-" {
		f, err := os.Open(path) //nolint:gosec // whoever runs the command names the file
		return f, func() { _ = f.Close() }, err
	}
	f, err := os.CreateTemp("", "ballast-batch-*")
	if err != nil {
		return nil, nil, err
	}
	forget := func() { _ = f.Close(); _ = os.Remove(f.Name()) }
	if _, err := io.Copy(f, stdin); err != nil {
		forget()
		return nil, nil, err
	}
	return f, forget, nil
}

// here does the job on this machine, by the same API on a port of loopback
// that only this command has the token of.
func (b terminalBatch) here(ctx context.Context, lines io.ReadSeeker) error {
	log, err := telemetry.NewLogger(b.env.stderr, "text", "error")
	if err != nil {
		return err
	}
	a, c, err := newBackend(ctx, b.set, log)
	if err != nil {
		return err
	}
	if err := a.checkSpender(b.client); err != nil {
		return errors.Join(err, a.release())
	}
	token := rand.Text()
	a.identify = only{token, httpapi.Principal{Name: b.client, Role: apikey.RoleClient}}
	handler, err := a.newHandler(c)
	if err != nil {
		return errors.Join(err, a.release())
	}
	stop, addr, err := serveLoopback(handler)
	if err != nil {
		return errors.Join(err, a.release())
	}
	taking, enough := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	working.Go(func() { a.jobs.Runner.Run(taking) })
	caller, err := client.New("http://"+addr, token)
	if err == nil {
		err = b.run(ctx, caller, lines)
	}
	enough()
	working.Wait()
	close(a.stopping)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.set.ShutdownTimeout)
	defer cancel()
	return errors.Join(err, stop(), a.jobs.Runner.Close(end), a.service.Close(end), a.release())
}

// only lets one token in.
type only struct {
	token string
	who   httpapi.Principal
}

// Authenticate implements httpapi.Authenticator.
func (o only) Authenticate(_ context.Context, token string, _ time.Time) (httpapi.Principal, error) {
	if token != o.token {
		return httpapi.Principal{}, httpapi.ErrUnauthenticated
	}
	return o.who, nil
}

// run sends the lines, writes the results as they come and shows how far it is.
// When ctx ends the job is cancelled, and what was under way is waited for.
func (b terminalBatch) run(ctx context.Context, c *client.Client, lines io.ReadSeeker) error {
	out, err := createResults(b.out, b.env.stdout)
	if err != nil {
		return usageError{fmt.Errorf("-o: %w", err)}
	}
	lasting := context.WithoutCancel(ctx)
	// Once all lines are sent the answer is waited for: a job that nobody knows of
	// could not be cancelled.
	job, err := c.CreateBatch(lasting, rand.Text(), interruptible{ctx, lines})
	if err != nil {
		return errors.Join(refusedBatch(err), out.Close())
	}
	show := newProgress(b.env.stderr, b.env.isTerminal(b.env.stderr), b.env.paletteFor(b.env.stderr))
	fmt.Fprintf(b.env.stderr, "batch %s  %d lines\n", job.ID, job.Lines.Total)
	cancelled := make(chan error, 1)
	unwatch := context.AfterFunc(ctx, func() {
		_, err := c.CancelBatch(lasting, job.ID)
		cancelled <- err
	})
	var writing sync.WaitGroup
	var writeErr error
	writing.Go(func() {
		if writeErr = empty(out); writeErr == nil {
			writeErr = writeResults(out, c, lasting, job.ID)
		}
	})
	job, err = c.WaitBatch(lasting, job.ID, show.every(), show.show)
	if !unwatch() {
		err = errors.Join(err, <-cancelled)
	}
	writing.Wait()
	show.end(job)
	if err = errors.Join(err, writeErr, out.Close()); err == nil && job.Status == client.BatchStatusCancelled {
		err = fmt.Errorf("cancelled: %d of %d lines were answered", job.Lines.Succeeded, job.Lines.Total)
	}
	return err
}

// interruptible is read until ctx ends.
type interruptible struct {
	ctx context.Context //nolint:containedctx // a reader is asked without one
	in  io.ReadSeeker
}

// Read implements io.Reader.
func (r interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

// Seek implements io.Seeker.
func (r interruptible) Seek(offset int64, whence int) (int64, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Seek(offset, whence)
}

// refusedBatch is the caller's mistake when the lines were at fault.
func refusedBatch(err error) error {
	if refused, ok := errors.AsType[*client.Error](err); ok && refused.Status < 500 && refused.Status != 429 {
		return usageError{err}
	}
	return err
}

func writeResults(out io.Writer, c *client.Client, ctx context.Context, id string) error { //nolint:revive // the client is the subject
	for line, err := range c.BatchResultLines(ctx, id, 0) {
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n", line); err != nil {
			return err
		}
	}
	return nil
}

// createResults opens where results go; what is private is the owner's alone. A
// file that is there keeps what it has until a job is taken.
func createResults(path string, stdout io.Writer) (io.WriteCloser, error) {
	if path == "-" {
		return unclosed{stdout}, nil
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
}

// empty makes room for the results of a job, where they go to a file.
func empty(out io.Writer) error {
	f, ok := out.(*os.File)
	if !ok {
		return nil
	}
	if at, err := f.Stat(); err != nil || !at.Mode().IsRegular() {
		return err
	}
	return f.Truncate(0)
}

// unclosed stays open.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }
