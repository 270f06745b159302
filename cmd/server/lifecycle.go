package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// maintainEvery is how often reservations of processes that died are looked for.
const maintainEvery = 10 * time.Second

// patience is how long a peer may take to send a request's head, the whole
// request, and the next request.
type patience struct{ head, request, next time.Duration }

var forPeers = patience{head: 5 * time.Second, request: 30 * time.Second, next: 2 * time.Minute}

// newServer bounds what a slow or hostile peer may hold. Answers have no write
// timeout of their own: a streamed answer takes as long as the model does, and
// the handler ends every request, and every piece of writing, itself.
func (a *app) newServer(h http.Handler, p patience) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: p.head, ReadTimeout: p.request, IdleTimeout: p.next, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
}

func (a *app) listen(ctx context.Context) (err error) {
	var lc net.ListenConfig
	if a.apiLn, err = lc.Listen(ctx, "tcp", a.set.Addr); err != nil {
		return fmt.Errorf("API: %w; -addr or %sADDR sets where to listen", err, envPrefix)
	}
	a.onRelease(closing(a.apiLn))
	if a.adminLn, err = lc.Listen(ctx, "tcp", a.set.AdminAddr); err != nil {
		return fmt.Errorf("admin: %w; -admin-addr or %sADMIN_ADDR sets where to listen", err, envPrefix)
	}
	a.onRelease(closing(a.adminLn))
	return nil
}

// closing closes a listener that its server may have closed already.
func closing(ln net.Listener) func() error {
	return func() error {
		if err := ln.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
}

// Serve serves until ctx ends or a server fails, then waits for the requests
// in flight and for paid model calls, and releases everything.
func (a *app) Serve(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serving(a.api.Serve(a.apiLn)) })
	g.Go(func() error { return serving(a.admin.Serve(a.adminLn)) })
	g.Go(func() error { a.maintain(ctx); return nil })
	g.Go(func() error { a.watchConfig(ctx); return nil })
	g.Go(func() error { a.shared.keepLooking(ctx); return nil })
	g.Go(func() error { a.jobs.Runner.Run(ctx); return nil })
	g.Go(func() error { <-ctx.Done(); return a.stop() })
	a.health.Ready(true)
	return errors.Join(g.Wait(), a.release())
}

func serving(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// stop ends the servers gracefully: not ready, until load balancers have seen
// it, no new connections, requests in flight to their end, lines of jobs and
// detached model calls to theirs.
func (a *app) stop() error {
	close(a.stopping)
	a.health.Ready(false)
	time.Sleep(a.set.DrainDelay)
	ctx, cancel := context.WithTimeout(context.Background(), a.set.ShutdownTimeout)
	defer cancel()
	return errors.Join(a.api.Shutdown(ctx), a.jobs.Runner.Close(ctx), a.service.Close(ctx), a.admin.Shutdown(ctx))
}

// maintain charges the reservations that nobody will settle any more, and
// forgets what need not be kept any longer.
func (a *app) maintain(ctx context.Context) {
	tick := time.NewTicker(maintainEvery)
	defer tick.Stop()
	for {
		done, err := a.store.Maintain(ctx, a.set.now())
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			a.log.ErrorContext(ctx, "maintenance", slog.Any("error", err))
		case done.Expired > 0:
			a.log.WarnContext(ctx, "reservations expired and were charged in full", slog.Int("count", done.Expired))
		}
		if done.Pruned+done.Jobs > 0 {
			a.log.InfoContext(ctx, "erased at the end of their time", slog.Int("records", done.Pruned), slog.Int("batches", done.Jobs))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (a *app) onRelease(f func() error) { a.cleanups = append(a.cleanups, f) }

// release undoes newApp, last first. It may be called again.
func (a *app) release() error {
	var errs []error
	for len(a.cleanups) > 0 {
		last := len(a.cleanups) - 1
		errs = append(errs, a.cleanups[last]())
		a.cleanups = a.cleanups[:last]
	}
	return errors.Join(errs...)
}

// isAddress tells what can be listened at, if the host is this machine's.
func isAddress(text string) bool {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return false
	}
	_, err = net.LookupPort("tcp", port)
	return err == nil
}
