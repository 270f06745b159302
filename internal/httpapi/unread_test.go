package httpapi

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What never becomes a request is refused with a problem too, and connections
// that send proper requests do not notice.
func TestWhatIsNoRequestGetsAProblem(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "418 a handler's own answer")
	}))
	srv.Listener = Listener(srv.Listener)
	srv.Config.MaxHeaderBytes = 1 << 10
	srv.Start()
	defer srv.Close()
	for name, c := range map[string]struct {
		sent   string
		status int
		code   string
	}{
		"large headers":    {"GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("MARKED", 2000) + "\r\n\r\n", 431, "headers_too_large"},
		"no host":          {"GET /MARKED HTTP/1.1\r\n\r\n", 400, "malformed_request"},
		"no HTTP":          {"MARKED\r\n\r\n", 400, "malformed_request"},
		"a strange coding": {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: MARKED\r\n\r\n", 501, "malformed_request"},
		"two lengths":      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "malformed_request"},
		"another protocol": {"GET / HTTP/9.1\r\nHost: a\r\n\r\n", 505, "malformed_request"},
		"a handler's own":  {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 418, ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, header, body := sendRaw(t, srv.Listener.Addr().String(), c.sent)
			if status != c.status || strings.Contains(string(body), "MARKED") {
				t.Fatalf("%d %s", status, body)
			}
			if c.code == "" {
				return
			}
			var p map[string]any
			if err := json.Unmarshal(body, &p); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			if header.Get("Content-Type") != "application/problem+json" || p["code"] != c.code || p["status"] != float64(c.status) ||
				p["request_id"] != header.Get("X-Request-Id") || p["request_id"] == "" {
				t.Errorf("%v %s", header, body)
			}
		})
	}
}

// sendRaw sends text as it is and reads one response.
func sendRaw(t *testing.T, addr, text string) (int, http.Header, []byte) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, body
}
