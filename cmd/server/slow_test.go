package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// slowServer serves on loopback with little patience.
func slowServer(t *testing.T, p patience, h http.HandlerFunc) (addr string) {
	t.Helper()
	a := &app{log: slog.New(slog.DiscardHandler)}
	srv := a.newServer(h, p)
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- serving(srv.Serve(ln)) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := errors.Join(srv.Shutdown(ctx), <-done); err != nil { // waits for connections that were cut off
			t.Error(err)
		}
	})
	return ln.Addr().String()
}

// trickle sends the start of a request and then a byte now and then, until the
// server ends the connection. It returns what the server said.
func trickle(t *testing.T, addr, start, each string) string {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.WriteString(conn, start)
		for {
			select {
			case <-ended:
				return
			case <-time.After(10 * time.Millisecond):
				_, _ = io.WriteString(conn, each) // fails when the server has gone
			}
		}
	}()
	said, err := io.ReadAll(bufio.NewReader(conn))
	close(ended)
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		t.Errorf("the server still listens after a minute")
	}
	return string(said)
}

// A sender of a byte now and then is cut off, in the head and in the body.
func TestSlowSendersAreCutOff(t *testing.T) {
	t.Parallel()
	read := make(chan error, 1)
	addr := slowServer(t, patience{head: time.Second, request: 2 * time.Second, next: time.Minute},
		func(_ http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			read <- err
		})
	if said := trickle(t, addr, "POST / HTTP/1.1\r\nHost: a\r\nX-Slow: ", "a"); strings.Contains(said, " 200 ") {
		t.Errorf("a head without an end was answered: %s", said)
	}
	select {
	case err := <-read:
		t.Fatalf("the handler was called: %v", err)
	default:
	}
	trickle(t, addr, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", "a")
	select {
	case err := <-read:
		if err == nil {
			t.Error("a body without an end was read")
		}
	case <-time.After(time.Minute):
		t.Error("the handler was not called")
	}
}

// A handler that waits for the model longer than a sender may take is not
// broken off, and a connection is let go when nothing follows.
func TestSlowAnswersAreNot(t *testing.T) {
	t.Parallel()
	p := patience{head: time.Second, request: time.Second, next: 100 * time.Millisecond}
	addr := slowServer(t, p, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		select {
		case <-r.Context().Done():
			t.Error("the request was broken off")
		case <-time.After(2 * p.request):
		}
		_, _ = io.WriteString(w, "answer")
	})
	said := trickle(t, addr, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", "")
	if !strings.HasSuffix(said, "answer") {
		t.Errorf("%s", said)
	}
}

// The timeouts fit together: a sender's is over long before the answer's, and a
// model call of 30 s fits into a request.
func TestTimeoutsFitAModelCall(t *testing.T) {
	const call = 30 * time.Second
	if longest := (recommend.Timeouts{Attempt: call}).Longest(); longest <= call {
		t.Errorf("a request ends after %s, before a call of %s", longest, call)
	}
	if forPeers.head > forPeers.request || forPeers.request > time.Minute {
		t.Errorf("%+v", forPeers)
	}
}
