// Package contracttest holds servers to the contract: it makes requests from
// the contract's schemas and checks responses against them.
package contracttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	contract "ballast.internal/ballast/api"
)

var router = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contract.YAML)
	if err != nil {
		return nil, err
	}
	for _, opaque := range []string{"application/jsonl", "text/html"} {
		openapi3filter.RegisterBodyDecoder(opaque, openapi3filter.FileBodyDecoder)
	}
	return legacy.NewRouter(doc)
})

// CheckResponse says what in a response breaks the contract; body is its body.
func CheckResponse(req *http.Request, res *http.Response, body []byte) error {
	if res.StatusCode >= 400 && req.Method != http.MethodHead {
		if err := checkProblem(res, body); err != nil {
			return err
		}
	}
	known, err := router()
	if err != nil {
		return err
	}
	plain := req.Clone(req.Context())
	plain.URL.Scheme, plain.URL.Host, plain.Host = "", "", ""
	route, params, err := known.FindRoute(plain)
	if err != nil || strings.HasSuffix(req.URL.Path, "/") { // not in the contract: a problem, checked above
		if res.StatusCode < 400 && req.Method != http.MethodOptions && req.Method != http.MethodHead {
			return errors.New("served, but not in the contract")
		}
		return nil
	}
	answer := route.Operation.Responses.Status(res.StatusCode)
	streamed := strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") && answer != nil && answer.Value.Extensions["x-event-stream"] != nil
	return openapi3filter.ValidateResponse(req.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: plain, PathParams: params, Route: route},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: streamed},
	})
}

// Problem is as much of a problem as tests look at.
type Problem struct {
	Status    int    `json:"status"`
	Code      string `json:"code"`
	RequestID string `json:"request_id"`
	Errors    []struct {
		Pointer   string  `json:"pointer"`
		Parameter *string `json:"parameter"`
		Line      *int    `json:"line"`
		Code      string  `json:"code"`
	} `json:"errors"`
}

// checkProblem holds for every error, whether its route is declared or not.
func checkProblem(res *http.Response, body []byte) error {
	if res.Header.Get("Content-Type") != "application/problem+json" {
		return errors.New("an error that is no problem")
	}
	var p Problem
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	if p.Status != res.StatusCode || p.RequestID != res.Header.Get("X-Request-Id") {
		return errors.New("the problem's status or request id is not the response's")
	}
	if p.Code == "invalid_request" && len(p.Errors) == 0 {
		return fmt.Errorf("an invalid request whose fault is not named: %s", body)
	}
	return nil
}
