package httpapi

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"ballast.internal/ballast/internal/httpapi/strictjson"
)

// bodyRule says what the body of a POST has to be before its handler sees it.
type bodyRule struct {
	takes   func(r *http.Request) bodyTypes   // its media type
	check   func(body []byte) ([]byte, error) // and how the handler reads it; nil: the handler checks
	arrives bool                              // the handler reads it as it arrives
}

// bodyRules are those of routes whose body is no RecommendationRequest.
var bodyRules = map[string]bodyRule{
	"/v1/imports/{format}":               {takes: importTypes},
	batchesPath:                          {takes: func(*http.Request) bodyTypes { return typesOfJSONLines }, arrives: true},
	"/v1/recommendations/{id}/feedback":  jsonRule(feedbackSchema),
	"/v1/recommendations/{id}/questions": jsonRule(questionSchema),
}

// jsonRule wants JSON that fits a schema.
func jsonRule(schema func() *jsonschema.Schema) bodyRule {
	return bodyRule{
		takes: func(*http.Request) bodyTypes { return typesOfJSON },
		check: func(body []byte) ([]byte, error) { return checkBody(body, schema()) },
	}
}

func bodyRuleOf(r *http.Request) bodyRule {
	if rule, ok := bodyRules[chi.RouteContext(r.Context()).RoutePattern()]; ok {
		return rule
	}
	return jsonRule(requestSchema)
}

// checkedBody reads the body of a POST within its limit and lets only one pass
// that fits the contract. The generated handlers then decode it without
// surprises.
func (s *server) checkedBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			leave, err := s.takeBody(w, r, bodyRuleOf(r))
			if err != nil {
				s.writeProblem(w, r, err)
				return
			}
			defer leave()
		}
		next.ServeHTTP(w, r)
	})
}

// takeBody puts the body that a handler gets into the request. What it returns
// gives its room back.
func (s *server) takeBody(w http.ResponseWriter, r *http.Request, rule bodyRule) (leave func(), err error) {
	if coding := r.Header.Values("Content-Encoding"); len(coding) > 1 || len(coding) == 1 && !strings.EqualFold(coding[0], "identity") {
		return nil, errEncoding // a compressed body hides its size
	}
	if err := rule.takes(r).check(r.Header); err != nil {
		return nil, err
	}
	if rule.arrives {
		r.Body, err = s.arrivingBody(w, r, s.MaxBatchBytes())
		return func() {}, err
	}
	body, err := s.readBody(w, r)
	if err != nil {
		return nil, err
	}
	if leave, err = s.roomFor(r, len(body)); err != nil {
		return nil, err
	}
	if rule.check != nil {
		body, err = rule.check(body)
	}
	if err != nil {
		leave()
		return nil, err
	}
	r.Body = &passingBody{body}
	return leave, nil
}

func (s *server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > s.MaxBodyBytes { // before a caller that waits for 100 Continue sends it
		return nil, &http.MaxBytesError{Limit: s.MaxBodyBytes}
	}
	// No more room than a small body needs: whoever announces much may send nothing.
	body := bytes.NewBuffer(make([]byte, 0, min(max(r.ContentLength, 0), 16<<10)+bytes.MinRead))
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, s.MaxBodyBytes))
	if err != nil && !as[*http.MaxBytesError](err) {
		return nil, brokenOff(err, int64(body.Len()))
	}
	return body.Bytes(), err
}

// brokenOff is the fault of a body that did not come to its end.
func brokenOff(err error, at int64) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &strictjson.SyntaxError{Offset: at, Reason: "the rest of the body had not come in time"}
	}
	return &strictjson.SyntaxError{Offset: at, Reason: "the body broke off"}
}
