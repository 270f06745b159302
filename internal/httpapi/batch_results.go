package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/httpapi/api"
)

const (
	// resultsPage is how many results are in memory at once.
	resultsPage = 32
	// resultsPause is how often a follower looks for more.
	resultsPause = 500 * time.Millisecond
	// mostResults is how many a caller gets who names no limit.
	mostResults = 100_000
)

// GetBatchResults sends results as long as there are any, or until the job has
// ended.
func (h handlers) GetBatchResults(ctx context.Context, r api.GetBatchResultsRequestObject) (api.GetBatchResultsResponseObject, error) {
	after, limit := orZero(r.Params.After), or(r.Params.Limit, mostResults)
	out := results{h: h, ctx: ctx, client: infoOf(ctx).principal.Name, id: r.ID, after: after, left: limit, follow: orZero(r.Params.Follow)}
	var err error
	if out.page, err = out.next(); err != nil {
		return nil, h.batchError(err)
	}
	infoOf(ctx).batch = r.ID
	return out, nil
}

// results is the reading of one job's results. Its context is kept because the
// generated handler writes after the operation has returned.
type results struct {
	h          handlers
	ctx        context.Context //nolint:containedctx // see above
	client, id string
	after      int // the last line that was read
	left       int // how many may still be sent
	follow     bool
	page       []batch.Result
}

func (s *results) next() ([]batch.Result, error) {
	ctx, cancel := context.WithTimeout(s.ctx, s.h.RequestTimeout)
	defer cancel()
	return s.h.Batches.Results(ctx, s.client, s.id, s.after, min(resultsPage, s.left))
}

// VisitGetBatchResultsResponse writes page by page. A failure on the way breaks
// the answer off, which its reader sees, and can take up again.
func (s results) VisitGetBatchResultsResponse(w http.ResponseWriter) error {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // of the request, which has been read
	w.Header().Set("Content-Type", "application/jsonl")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would wait for its buffer to fill
	w.WriteHeader(http.StatusOK)
	for {
		if len(s.page) > 0 {
			if err := s.write(w); err != nil {
				return s.broken(err)
			}
		}
		_ = control.Flush() // the next writing tells what is wrong
		if s.left == 0 {
			return nil
		}
		short := len(s.page) < resultsPage
		if short && !(s.follow && s.more()) {
			return nil
		}
		var err error
		if s.page, err = s.next(); err != nil {
			return s.broken(err)
		}
	}
}

// more waits a moment for further results. It reports false once there will be
// none, or nobody to send them to.
func (s *results) more() bool {
	ctx, cancel := context.WithTimeout(s.ctx, s.h.RequestTimeout)
	defer cancel()
	j, err := s.h.Batches.Job(ctx, s.client, s.id) // a failure that lasts the next page has too
	if err == nil && j.State.Ended() {
		// What ended between the last page and this look is still to be sent.
		rest, err := s.next()
		return err != nil || len(rest) > 0
	}
	pause := time.NewTimer(resultsPause)
	defer pause.Stop()
	select {
	case <-pause.C:
		return true
	case <-s.ctx.Done():
		return false
	case <-s.h.Batches.Stopping():
		return false
	}
}

func (s *results) write(w http.ResponseWriter) error {
	var b bytes.Buffer
	for i := range s.page {
		if err := appendResult(&b, &s.page[i]); err != nil {
			return err
		}
		s.after = s.page[i].Number
	}
	s.left -= len(s.page)
	boundWriting(w)
	_, err := w.Write(b.Bytes())
	return err
}

// appendResult writes a BatchResult on a line, the recorded answer as it is.
func appendResult(b *bytes.Buffer, r *batch.Result) error {
	head, err := json.Marshal(struct {
		Line     int             `json:"line"`
		CustomID *string         `json:"custom_id"`
		Status   batch.LineState `json:"status"`
	}{r.Number, told(r.CustomID), r.State})
	if err != nil {
		return err
	}
	b.Write(head[:len(head)-1])
	b.WriteString(`,"recommendation":`)
	writeOrNull(b, r.Answer)
	b.WriteString(`,"error":`)
	writeOrNull(b, r.Error)
	b.WriteString("}\n")
	return nil
}

func writeOrNull(b *bytes.Buffer, value []byte) {
	if len(value) == 0 {
		value = []byte("null")
	}
	b.Write(value)
}

// broken ends an answer whose head has been sent in a way that no reader takes
// for its end.
func (s *results) broken(err error) error {
	i := infoOf(s.ctx)
	i.code, i.cause = "client_gone", err
	if s.ctx.Err() == nil {
		i.code = classify(s.h.batchError(err)).code
		panic(http.ErrAbortHandler)
	}
	return nil
}
