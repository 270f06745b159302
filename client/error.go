package client

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Error is every refusal by the server. Code is stable and meant for programs.
type Error struct {
	Problem
	// RetryAfter is when the server says that a repetition makes sense; 0 when
	// it does not say.
	RetryAfter time.Duration
	// URL is what was asked, where the reason may be in the base URL: nothing is
	// there, or what answered is none of this API. "" else.
	URL string
}

// ErrNotBallast says that a page of HTML came in place of an answer. The base URL
// is of another server, or has a path too many.
var ErrNotBallast = errors.New("a page of HTML and no answer of Ballast: check the base URL")

// Error gives the status, the sentence, the faulty members and the request id.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("ballast: " + strconv.Itoa(e.Status) + " " + e.Code + ": " + e.Title)
	if e.Detail != nil {
		b.WriteString(" " + *e.Detail)
	}
	for _, f := range e.Errors {
		b.WriteString("\n\t" + placeOf(f) + f.Detail)
	}
	if e.URL != "" {
		b.WriteString(" (" + e.URL + ")")
	}
	if e.RequestID != "" {
		b.WriteString(" (request " + e.RequestID + ")")
	}
	return b.String()
}

// placeOf names what is at fault: a member of the body, in a batch of one of its
// lines, or a parameter of the query; "" for the whole body.
func placeOf(f Fault) string {
	place := f.Pointer
	switch {
	case f.Parameter != nil:
		place = *f.Parameter
	case f.Line != nil:
		place = strings.TrimSpace("line " + strconv.Itoa(*f.Line) + " " + f.Pointer)
	}
	if place == "" {
		return ""
	}
	return place + ": "
}

// errorOf reads a problem. Something between here and the server may have
// answered in another form.
func errorOf(res *http.Response, body []byte) *Error {
	e := &Error{RetryAfter: retryAfter(res.Header)}
	if !isProblem(res) || json.Unmarshal(body, &e.Problem) != nil {
		e.Problem = Problem{Code: codeUnknown, Title: http.StatusText(res.StatusCode), RequestID: res.Header.Get("X-Request-Id")}
	}
	if e.Status = res.StatusCode; e.Code == codeUnknown || e.Status == http.StatusNotFound {
		e.URL = urlOf(res)
	}
	return e
}

// codeUnknown is the code of a refusal that is no problem document.
const codeUnknown = "unknown"

// unlessPage fails with ErrNotBallast when a page has come for what is none.
func unlessPage(res *http.Response) error {
	if mediaType(res) != "text/html" {
		return nil
	}
	return fmt.Errorf("client: %s: %w", urlOf(res), ErrNotBallast)
}

func isProblem(res *http.Response) bool { return mediaType(res) == "application/problem+json" }

func mediaType(res *http.Response) string {
	t, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// urlOf is what was asked, without a password.
func urlOf(res *http.Response) string {
	if res.Request == nil { // of a transport that is not net/http's
		return ""
	}
	return res.Request.URL.Redacted()
}

// stays tells the failures that no repetition escapes: no such host, another
// server, and one that has no right to the name or speaks no TLS.
func stays(err error) bool {
	var host *net.DNSError
	var certificate *tls.CertificateVerificationError
	return errors.Is(err, ErrNotBallast) || errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &certificate) ||
		errors.As(err, &host) && host.IsNotFound
}

// errorOfEvent reads a problem that came on a stream.
func errorOfEvent(data []byte) (*Error, error) {
	e := &Error{}
	if err := json.Unmarshal(data, &e.Problem); err != nil {
		return nil, err
	}
	if s := e.RetryAfterS; s != nil {
		e.RetryAfter = seconds(*s)
	}
	return e, nil
}

// retryAfter reads whole seconds, the one form that the server sends.
func retryAfter(h http.Header) time.Duration {
	s, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil {
		return 0
	}
	return seconds(s)
}

// seconds bounds a mad number of them, which would overflow.
func seconds(n int) time.Duration {
	const longest = 366 * 24 * 60 * 60
	return time.Duration(min(max(n, 0), longest)) * time.Second
}
