package client

import (
	"errors"
	"net/http"
	"testing"
)

// A document that the caller keeps is not sent again; another one is, and what is
// no document is none.
func TestContractIsKept(t *testing.T) {
	tagged := http.Header{"Etag": {`"b"`}, "Content-Type": {"application/json"}}
	page := http.Header{"Content-Type": {"text/html"}}
	for name, c := range map[string]struct {
		known    string
		reply    scripted
		document string
		etag     string
		fails    func(error) bool
	}{
		"none yet":           {"", scripted{status: 200, header: tagged, body: "{}"}, "{}", `"b"`, nil},
		"still it":           {`"b"`, scripted{status: 304, header: tagged}, "", `"b"`, nil},
		"another":            {`"a"`, scripted{status: 200, header: tagged, body: "{}"}, "{}", `"b"`, nil},
		"refused":            {`"a"`, problem(429, "rate_limited", "60"), "", "", isRefusal},
		"a 304 nobody asked": {"", scripted{status: 304}, "", "", isRefusal},
		"a page":             {"", scripted{status: 200, header: page, body: "<html>"}, "", "", func(err error) bool { return errors.Is(err, ErrNotBallast) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{replies: []scripted{c.reply}}
			document, etag, err := s.client(t).Contract(t.Context(), c.known)
			if string(document) != c.document || (document == nil) != (c.document == "") || etag != c.etag || (err != nil) != (c.fails != nil) || err != nil && !c.fails(err) {
				t.Errorf("%q %q %v", document, etag, err)
			}
			if got := s.sent[0]; got.ifNoneMatch != c.known || got.path != "https://ballast.example/base/openapi.json" {
				t.Errorf("sent %+v", got)
			}
		})
	}
}

func isRefusal(err error) bool {
	_, refused := errors.AsType[*Error](err)
	return refused
}
