package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	contract "ballast.internal/ballast/api"
)

// validating checks every response against the contract.
type validating struct {
	t    *testing.T
	next http.RoundTripper
}

var contractRouter = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract.YAML)
	if err != nil {
		return nil, err
	}
	openapi3filter.RegisterBodyDecoder("text/event-stream", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/jsonl", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	return legacy.NewRouter(doc)
})

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
	if err := v.check(req, res, body); err != nil {
		v.t.Errorf("%s %s: response %d breaks the contract: %v\n%s", req.Method, req.URL.Path, res.StatusCode, err, body)
	}
	return res, nil
}

func (v validating) check(req *http.Request, res *http.Response, body []byte) error {
	if res.StatusCode >= 400 && req.Method != http.MethodHead {
		if err := checkProblem(res, body); err != nil {
			return err
		}
	}
	router, err := contractRouter()
	if err != nil {
		return err
	}
	plain := req.Clone(req.Context())
	plain.URL.Scheme, plain.URL.Host, plain.Host = "", "", ""
	route, params, err := router.FindRoute(plain)
	if err != nil || strings.HasSuffix(req.URL.Path, "/") { // not in the contract: a problem, checked above
		if res.StatusCode < 400 && req.Method != http.MethodOptions && req.Method != http.MethodHead {
			return errors.New("served, but not in the contract")
		}
		return nil
	}
	return openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: plain, PathParams: params, Route: route},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// checkProblem holds for every error, whether its route is declared or not.
func checkProblem(res *http.Response, body []byte) error {
	if res.Header.Get("Content-Type") != "application/problem+json" {
		return errors.New("an error that is no problem")
	}
	var p struct {
		Status    int    `json:"status"`
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	if p.Status != res.StatusCode || p.RequestID != res.Header.Get("X-Request-Id") {
		return errors.New("the problem's status or request id is not the response's")
	}
	return nil
}
