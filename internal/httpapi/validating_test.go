package httpapi

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/httpapi/contracttest"
)

// validating checks every response against the contract.
type validating struct {
	t    *testing.T
	next http.RoundTripper
}

func (v validating) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := v.next.RoundTrip(req)
	if err != nil || strings.HasPrefix(res.Header.Get("Content-Type"), eventStream) {
		return res, err // a stream is read by its own test
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err := contracttest.CheckResponse(req, res, body); err != nil {
		v.t.Errorf("%s %s: response %d breaks the contract: %v\n%s", req.Method, req.URL.Path, res.StatusCode, err, body)
	}
	return res, nil
}
