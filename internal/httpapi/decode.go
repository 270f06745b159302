package httpapi

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/httpapi/strictjson"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// DecodeRequest reads a request body. It fails with *strictjson.SyntaxError
// when body is not one JSON value, and with portfolio.Faults when it breaks the
// contract or a rule of the domain other than portfolio.CheckDate. Client and
// RequestID of the result are left to the caller.
func DecodeRequest(body []byte) (recommend.Request, error) {
	body, err := checkBody(body, requestSchema())
	if err != nil {
		return recommend.Request{}, err
	}
	var parsed api.RecommendationRequest
	if err := json.Unmarshal(body, &parsed); err != nil {
		return recommend.Request{}, typeFault(err)
	}
	return toRequest(&parsed)
}

// checkBody checks everything about a body that can be told without knowing
// what it means, and returns it as encoding/json reads it.
func checkBody(body []byte, schema *jsonschema.Schema) ([]byte, error) {
	doc, err := strictjson.Parse(body)
	if err != nil {
		return nil, err
	}
	// The sort is stable: of two faults of one member the stricter reader's stays.
	if faults := tidy(append(doc.Faults, schemaFaults(schema, doc.Value)...)); len(faults) > 0 {
		return nil, faults
	}
	return doc.Text, nil
}

// typeFault is left for what the schema takes and Go does not, which is nothing
// that is known.
func typeFault(err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	return portfolio.Faults{{
		Pointer: strictjson.Pointer(strings.Split(wrong.Field, ".")...),
		Code:    "wrong_type",
		Detail:  "The value is of the wrong type.",
	}}
}

// requestNow is toRequest for a request that is made now.
func requestNow(body *api.RecommendationRequest, now time.Time) (recommend.Request, error) {
	req, err := toRequest(body)
	if err != nil {
		return recommend.Request{}, err
	}
	if faults := portfolio.CheckDate(&req.Portfolio, now); len(faults) > 0 {
		return recommend.Request{}, faults
	}
	return req, nil
}

// toRequest turns a body that fits the contract into a request that fits the
// domain, or into portfolio.Faults.
func toRequest(body *api.RecommendationRequest) (recommend.Request, error) {
	var c converter
	req := c.request(body)
	faults := slices.Concat(c.faults, portfolio.Validate(&req.Portfolio, &req.Profile, req.Target, &req.Constraints))
	if faults = tidy(faults); len(faults) > 0 {
		return recommend.Request{}, faults
	}
	portfolio.Unify(&req.Portfolio, req.Constraints.BuyList)
	canonical, err := json.Marshal(fromRequest(&req))
	if err != nil {
		return recommend.Request{}, err
	}
	req.Canonical = canonical
	return req, nil
}
