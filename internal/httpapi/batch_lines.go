package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/recommend"
)

var _ batch.Codec = BatchLines{}

var batchLineSchema = sync.OnceValue(func() *jsonschema.Schema { return compile("BatchLine") })

// BatchLines reads the lines of jobs, and tells what is wrong with them as a
// single request would be told.
type BatchLines struct {
	Now          func() time.Time
	MaxLineBytes int64
}

// batchLine is a request with the caller's name for it.
type batchLine struct {
	api.RecommendationRequest
	CustomID *string `json:"custom_id"`
}

// Decode reads a line as DecodeRequest reads a body. The custom id is told of a
// faulty line too, if it can be read.
func (b BatchLines) Decode(line []byte) (req recommend.Request, customID string, err error) {
	var parsed batchLine
	text, err := checkBody(line, batchLineSchema())
	if err != nil {
		return req, customIDOf(line), err
	}
	if err := json.Unmarshal(text, &parsed); err != nil {
		return req, customIDOf(line), typeFault(err)
	}
	req, err = requestNow(&parsed.RecommendationRequest, b.Now())
	return req, orZero(parsed.CustomID), err
}

// customIDOf reads the name of a line that is not in order.
func customIDOf(line []byte) string {
	var named struct {
		CustomID any `json:"custom_id"`
	}
	if json.Unmarshal(line, &named) != nil {
		return ""
	}
	id, _ := named.CustomID.(string)
	if len([]rune(id)) > maxCustomID {
		return ""
	}
	return id
}

const maxCustomID = 64

// Problem is the BatchError of an error.
func (b BatchLines) Problem(err error) []byte {
	s := &server{Config: Config{Now: b.Now, MaxBodyBytes: b.MaxLineBytes}}
	p := s.problemOf(s.lineError(err), "")
	body, err := json.Marshal(api.BatchError{
		Status: p.Status, Code: p.Code, Title: p.Title, Detail: p.Detail, Errors: p.Errors,
		Limit: p.Limit, ResetsAt: p.ResetsAt, Reason: p.Reason,
	})
	if err != nil {
		return []byte(`{"status":500,"code":"internal","title":"The server failed."}`) // cannot be: it has nothing that fails to encode
	}
	return body
}

// typesOfJSONLines are the names that JSON Lines go by: none is registered, all
// are in use.
var typesOfJSONLines = bodyTypes{
	[]string{"application/jsonl", "application/x-ndjson", "application/x-jsonlines", "application/json-lines"}, []string{"utf-8"},
}

// limitOpenBatches names the limit of jobs under way.
const limitOpenBatches = "client_batches"

// batchError puts what is wrong with a job into the terms of the problem table.
func (s *server) batchError(err error) error {
	var (
		open *batch.OpenJobsError
		many *batch.TooManyLinesError
		line *batch.LineError
	)
	switch {
	case errors.As(err, &open):
		return &limitedError{Decision{Refused: limitOpenBatches, RetryAfter: time.Minute}}
	case errors.As(err, &line):
		return &batch.LineError{Number: line.Number, Err: s.lineError(line.Err)}
	case errors.Is(err, batch.ErrNoLines):
		return badBody("required", "The body must have at least one line.")
	case errors.As(err, &many):
		return badBody("too_many", "The body has more lines than one job may, which is "+strconv.Itoa(many.Max)+".")
	}
	return unlessKnown(err, "batches")
}

// lineError tells of a line that is too long what a request that is gets told.
func (s *server) lineError(err error) error {
	if errors.Is(err, batch.ErrLineTooLong) {
		return &http.MaxBytesError{Limit: s.MaxBodyBytes}
	}
	return err
}
