package main

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// slowly stands before a Redis and leaves the first connection that asks for
// anything without an answer.
func slowly(t *testing.T, to string) (address string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var (
		under sync.WaitGroup
		asked atomic.Bool
	)
	t.Cleanup(under.Wait)
	t.Cleanup(func() { _ = ln.Close() })
	pass := func(c net.Conn) {
		defer c.Close()
		question := make([]byte, 4096)
		n, err := c.Read(question)
		if err != nil || !asked.Swap(true) {
			_, _ = io.Copy(io.Discard, c) // until the other side gives up
			return
		}
		server, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer server.Close()
		under.Go(func() { _, _ = io.Copy(c, server) })
		_, _ = io.Copy(server, io.MultiReader(bytes.NewReader(question[:n]), c))
	}
	under.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			under.Go(func() { pass(c) })
		}
	})
	return ln.Addr().String()
}

// A Redis that is slow to be connected to is not told to be down by a start, and
// one that is down is told with the reason.
func TestRedisIsToldToBeDownWhenItIs(t *testing.T) {
	var log lockedBuffer
	server := miniredis.RunT(t)
	set, faults := readEnvironment(testEnvironment(nil, nil))
	if err := faults.err(); err != nil {
		t.Fatal(err)
	}
	set.Local, set.DataDir = true, t.TempDir()
	set.RedisURL, set.RedisTimeout = "redis://"+slowly(t, server.Addr()), 400*time.Millisecond
	a, _, err := newBackend(t.Context(), set, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.release(); err != nil {
			t.Error(err)
		}
	}()
	take := func() {
		t.Helper()
		if _, err := a.shared.store.Take(t.Context(), look); err != nil {
			t.Fatal(err)
		}
	}
	take()
	if said := log.String(); strings.Contains(said, "msg=Redis") {
		t.Errorf("a start has %s", said)
	}
	server.SetError("LOADING it reads its data")
	take()
	if said := log.String(); !strings.Contains(said, `msg=Redis down=true error="LOADING it reads its data"`) {
		t.Errorf("the reason is missing: %s", said)
	}
}
