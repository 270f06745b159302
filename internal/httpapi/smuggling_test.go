package httpapi

import (
	"io"
	"net"
	"strings"
	"testing"
)

// A proxy that goes by Content-Length takes what follows the last chunk for
// more of the body. It is answered to nobody.
func TestNothingIsReadBehindABodyInChunks(t *testing.T) {
	h := newHarness(t)
	const tail = "Host: a\r\nConnection: close\r\n\r\n"
	for name, tc := range map[string]struct {
		head    string
		answers int
	}{
		"with a length too": {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 1},
		"in chunks":         {"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 1},
		"with a length":     {"Content-Length: 5\r\n\r\n0\r\n\r\n", 2},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			request := "POST /v1/analyses HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + h.key + "\r\nContent-Type: application/json\r\n" + tc.head
			if _, err := io.WriteString(conn, request+"GET /v1/models HTTP/1.1\r\n"+tail); err != nil {
				t.Fatal(err)
			}
			said, _ := io.ReadAll(conn) // a connection that is closed with something unread is reset
			if n := strings.Count(string(said), "HTTP/1.1 "); n != tc.answers {
				t.Errorf("%d answers, want %d: %s", n, tc.answers, said)
			}
		})
	}
}
