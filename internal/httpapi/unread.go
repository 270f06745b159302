package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"

	"ballast.internal/ballast/internal/httpapi/api"
)

// Listener answers with problems what net/http itself refuses, before there is
// a request that a handler could see: headers that are too large, and bytes
// that are no HTTP. It wants a listener of TCP connections; others stay as
// they are.
func Listener(ln net.Listener) net.Listener { return refusing{ln} }

type refusing struct{ net.Listener }

// Accept waits for the next connection.
func (l refusing) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &refusingConn{tcp}, err
	}
	return conn, err
}

// refusingConn is the whole TCP connection but for what net/http writes on its
// own account.
type refusingConn struct{ *net.TCPConn }

// Write sends b, or a problem in place of net/http's own refusal.
func (c *refusingConn) Write(b []byte) (int, error) {
	status := refusalIn(b)
	if status == 0 {
		return c.TCPConn.Write(b)
	}
	_, err := c.TCPConn.Write(unreadProblem(status))
	return len(b), err
}

// refusalHead is how net/http begins a refusal, right after its status line. A
// handler's answer has a date there.
var refusalHead = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")

// refusalIn is the status of a refusal by net/http; 0: something else is written.
func refusalIn(b []byte) int {
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
func unreadProblem(status int) []byte {
	kind := kindUnread
	if status == http.StatusRequestHeaderFieldsTooLarge {
		kind = kindHeaders
	}
	id := newRequestID()
	body, err := json.Marshal(api.Problem{
		Type: "/docs#" + kind.code, Title: kind.title, Status: status, Code: kind.code, RequestID: id, Instance: "urn:ballast:request:" + id,
	})
	if err != nil {
		body = []byte(`{}`) // cannot be: a problem has nothing that fails to encode
	}
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n%s: %s\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), len(body), requestIDHeader, id, body)
}
