package httpapi

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
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
	reg, log := prometheus.NewPedanticRegistry(), &syncBuffer{}
	srv.Listener = watched(t, reg, log).Listener(srv.Listener)
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
		"expectation":      {"POST / HTTP/1.1\r\nHost: a\r\nExpect: MARKED\r\nContent-Length: 1\r\n\r\n", 417, "malformed_request"},
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
			if !strings.Contains(log.String(), `"request_id":"`+header.Get("X-Request-Id")+`","remote":"127.0.0.1","route":"unread","status":`+strconv.Itoa(c.status)) {
				t.Errorf("not logged: %s", log.String())
			}
		})
	}
	if strings.Contains(log.String(), "MARKED") {
		t.Errorf("logged: %s", log.String())
	}
	const want = `
		# HELP ballast_http_requests_total HTTP requests by route pattern, method and status code.
		# TYPE ballast_http_requests_total counter
		ballast_http_requests_total{code="400",method="other",route="unread"} 3
		ballast_http_requests_total{code="417",method="other",route="unread"} 1
		ballast_http_requests_total{code="431",method="other",route="unread"} 1
		ballast_http_requests_total{code="501",method="other",route="unread"} 1
		ballast_http_requests_total{code="505",method="other",route="unread"} 1
	`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "ballast_http_requests_total"); err != nil {
		t.Error(err)
	}
}

// watched is an API of which only the listener is used.
func watched(t *testing.T, reg *prometheus.Registry, log io.Writer) *API {
	t.Helper()
	m, err := newMetrics(reg)
	if err != nil {
		t.Fatal(err)
	}
	return &API{server: &server{Config: Config{Logger: slog.New(slog.NewJSONHandler(log, nil)), NewRequestID: newRequestID}, metrics: m}}
}

// A head that begins and does not end in time is logged and counted. An idle
// connection is not, and neither is one that has been answered.
func TestSlowHeadsAreCounted(t *testing.T) {
	for name, c := range map[string]struct {
		answered bool
		then     func(near, far net.Conn) error
		count    int
	}{
		"half a head":                 {false, nil, 1},
		"answered":                    {true, nil, 0},
		"half of the next, then gone": {true, leaveHalfway, 0}, // between the two net/http sets a deadline in the past
	} {
		reg := prometheus.NewPedanticRegistry()
		near, far := connected(t, watched(t, reg, io.Discard))
		if _, err := io.WriteString(far, "GET / HT"); err != nil {
			t.Fatal(err)
		}
		if _, err := near.Read(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		if c.answered {
			if _, err := io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
		}
		if err := near.SetReadDeadline(time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := near.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		if c.then != nil {
			if err := c.then(near, far); err != nil {
				t.Fatal(err)
			}
		}
		if err := near.Close(); err != nil {
			t.Fatal(err)
		}
		if n, err := testutil.GatherAndCount(reg, "ballast_http_requests_total"); n != c.count || err != nil {
			t.Errorf("%s: counted %d times, %v", name, n, err)
		}
	}
}

// leaveHalfway sends half a head from the far end, and no more.
func leaveHalfway(near, far net.Conn) error {
	_, errSend := io.WriteString(far, "GET / HT")
	err := errors.Join(errSend, far.(*net.TCPConn).CloseWrite(), near.SetReadDeadline(time.Time{}))
	_, errRead := io.ReadAll(near)
	return errors.Join(err, errRead)
}

// connected is a connection of a watched listener, and its other end.
func connected(t *testing.T, api *API) (near, far net.Conn) {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if far, err = (&net.Dialer{}).DialContext(t.Context(), "tcp", ln.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = far.Close() })
	if near, err = api.Listener(ln).Accept(); err != nil {
		t.Fatal(err)
	}
	return near, far
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
