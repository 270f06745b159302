package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"

	"ballast.internal/ballast/internal/httpapi/api"
)

// Listener answers with problems what net/http itself refuses, before there is
// a request that a handler could see: headers that are too large or too slow,
// and bytes that are no HTTP. Each is logged and counted like a request. It
// wants a listener of TCP connections; others stay as they are.
func (a *API) Listener(ln net.Listener) net.Listener { return refusing{ln, a.server} }

type refusing struct {
	net.Listener
	server *server
}

// Accept waits for the next connection.
func (l refusing) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &refusingConn{TCPConn: tcp, server: l.server}, err
	}
	return conn, err
}

// refusingConn is the whole TCP connection but for what net/http writes on its
// own account.
type refusingConn struct {
	*net.TCPConn
	server *server
	begun  atomic.Bool // something has come that was not answered
	slow   atomic.Bool // what came last did not come in time
}

// Read notes what has come.
func (c *refusingConn) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	if n > 0 {
		c.begun.Store(true)
	}
	c.slow.Store(errors.Is(err, os.ErrDeadlineExceeded)) // a deadline in the past, between requests, is net/http's own
	return n, err
}

// Write sends b, or a problem in place of net/http's own refusal.
func (c *refusingConn) Write(b []byte) (int, error) {
	c.begun.Store(false)
	status := refusalIn(b)
	if status == 0 {
		return c.TCPConn.Write(b)
	}
	id := c.server.NewRequestID()
	c.refused(status, id)
	_, err := c.TCPConn.Write(unreadProblem(status, id))
	return len(b), err
}

// Close notes a request whose head did not come in time: net/http says nothing
// then.
func (c *refusingConn) Close() error {
	if c.begun.Swap(false) && c.slow.Load() {
		c.refused(http.StatusRequestTimeout, c.server.NewRequestID())
	}
	return c.TCPConn.Close()
}

// refused is the line of the log of what never became a request, and its count.
func (c *refusingConn) refused(status int, id string) {
	s := c.server
	s.metrics.requests.WithLabelValues(unreadRoute, knownMethod(""), strconv.Itoa(status)).Inc()
	s.Logger.LogAttrs(context.Background(), slog.LevelInfo, "request", slog.String("request_id", id),
		slog.String("remote", clientAddr(&http.Request{RemoteAddr: c.RemoteAddr().String()}, nil)),
		slog.String("route", unreadRoute), slog.Int("status", status))
}

// unreadRoute stands in metrics and in the log for a request that could not be
// read.
const unreadRoute = "unread"

// refusalHead is how net/http begins a refusal, right after its status line. A
// handler's answer has a date there.
var refusalHead = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// expectationHead is how it refuses an Expect that it does not know. No handler
// has this status.
var expectationHead = []byte("HTTP/1.1 417 ")

// refusalIn is the status of a refusal by net/http; 0: something else is written.
func refusalIn(b []byte) int {
	if bytes.HasPrefix(b, expectationHead) {
		return http.StatusExpectationFailed
	}
	rest, ok := bytes.CutPrefix(b, []byte("HTTP/1.1 "))
	if !ok || len(rest) < 3 {
		return 0
	}
	line := bytes.IndexByte(rest, '\r')
	if line < 0 || !bytes.HasPrefix(rest[line:], refusalHead) {
		return 0
	}
	status, err := strconv.Atoi(string(rest[:3]))
	if err != nil {
		return 0
	}
	return status
}

// unreadProblem is a whole response. What was sent names no request, so that
// the server does.
func unreadProblem(status int, id string) []byte {
	kind := kindUnread
	if status == http.StatusRequestHeaderFieldsTooLarge {
		kind = kindHeaders
	}
	body, err := json.Marshal(api.Problem{
		Type: "/docs#" + kind.code, Title: kind.title, Status: status, Code: kind.code, RequestID: id, Instance: "urn:ballast:request:" + id,
	})
	if err != nil {
		body = []byte(`{}`) // cannot be: a problem has nothing that fails to encode
	}
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n%s: %s\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), len(body), requestIDHeader, id, body)
}
