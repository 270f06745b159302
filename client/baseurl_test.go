package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
)

// TestWrongBaseURL is told at once and by name, and not taken for a connection
// that was lost.
func TestWrongBaseURL(t *testing.T) {
	page := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	notFound := &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "ballast.example", IsNotFound: true}}
	calls := map[string]func(context.Context, *Client) error{
		"read":   func(ctx context.Context, c *Client) error { _, err := c.Usage(ctx); return err },
		"stages": func(ctx context.Context, c *Client) error { _, err := told(ctx, c); return err },
		"results": func(ctx context.Context, c *Client) error {
			for _, err := range c.BatchResults(ctx, "bat_1", 0) {
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
	for name, reply := range map[string]scripted{
		"no such host":         {err: notFound},
		"a page of another":    {status: 200, header: page, body: "<html>Welcome</html>"},
		"a page that is none":  {status: 404, header: page, body: "<html>Not found</html>"},
		"a path too many":      problem(404, "not_found", ""),
		"a method not allowed": {status: 405, header: page, body: "<html>"},
	} {
		for call, do := range calls {
			synctest.Test(t, func(t *testing.T) {
				s := &script{replies: []scripted{reply}}
				err := do(t.Context(), s.client(t))
				if err == nil || len(s.sent) != 1 || !strings.Contains(err.Error(), "https://ballast.example/base/v1/") {
					t.Errorf("%s, %s: sent %d times: %v", name, call, len(s.sent), err)
				}
				if got := errors.Is(err, ErrNotBallast); got != (reply.status == 200) {
					t.Errorf("%s, %s: %v", name, call, err)
				}
			})
		}
	}
}

// TestHostThatMayBeFoundLater is asked again.
func TestHostThatMayBeFoundLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []scripted{{err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}, {status: 200, body: "{}"}}}
		if _, err := s.client(t).Usage(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestServerWithoutTLS has nothing to wait for.
func TestServerWithoutTLS(t *testing.T) {
	calls := 0
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	c, err := New(strings.Replace(srv.URL, "http:", "https:", 1), "k", WithHTTP(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		calls++
		return http.DefaultTransport.RoundTrip(r)
	})}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Usage(t.Context()); !errors.Is(err, http.ErrSchemeMismatch) || calls != 1 {
		t.Errorf("%d calls: %v", calls, err)
	}
}
