package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"sync/atomic"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// batchesPath is where jobs are made.
const batchesPath = "/v1/batches"

// receiveTimeout bounds the receiving of a job, for which the largest takes 0.6
// Mbit/s, and receivePause the silence of who sends it.
const (
	receiveTimeout = time.Hour
	receivePause   = 30 * time.Second
)

// CreateBatch takes a job in as it arrives.
func (h handlers) CreateBatch(ctx context.Context, r api.CreateBatchRequestObject) (api.CreateBatchResponseObject, error) {
	key := orZero(r.Params.IdempotencyKey)
	if r.Params.IdempotencyKey != nil {
		if err := checkKey(key); err != nil {
			return nil, err
		}
	}
	i := infoOf(ctx)
	j := batch.Job{Client: i.principal.Name, RequestID: i.requestID, TraceID: i.trace.id}
	got, err := h.Batches.Receive(ctx, j, r.Body, key, func(j batch.Job) ([]byte, error) { return h.batchBody(&j) })
	if err != nil {
		return nil, h.batchError(err)
	}
	out := accepted{document: document{contentType: "application/json", body: got.Stored, replayed: got.Stored != nil}}
	if got.Stored != nil {
		i.replayed = true
		var first struct{ ID string }
		err = json.Unmarshal(got.Stored, &first)
		out.id = first.ID
	} else {
		out.id = got.Job.ID
		out.body, err = h.batchBody(&got.Job)
	}
	i.batch = out.id
	return out, err
}

// accepted is a job that will be worked on.
type accepted struct {
	document
	id string
}

// VisitCreateBatchResponse says where the job is.
func (a accepted) VisitCreateBatchResponse(w http.ResponseWriter) error {
	w.Header().Set("Location", batchesPath+"/"+a.id)
	return a.writeAs(w, http.StatusAccepted)
}

// GetBatch sends how far a job is.
func (h handlers) GetBatch(ctx context.Context, r api.GetBatchRequestObject) (api.GetBatchResponseObject, error) {
	return h.batchNow(ctx, r.ID)
}

// CancelBatch cancels a job.
func (h handlers) CancelBatch(ctx context.Context, r api.CancelBatchRequestObject) (api.CancelBatchResponseObject, error) {
	if err := h.Batches.Cancel(ctx, infoOf(ctx).principal.Name, r.ID, h.Now()); err != nil {
		return nil, h.batchError(err)
	}
	return h.batchNow(ctx, r.ID)
}

func (h handlers) batchNow(ctx context.Context, id string) (document, error) {
	i := infoOf(ctx)
	i.batch = id
	j, err := h.Batches.Job(ctx, i.principal.Name, id)
	if err != nil {
		i.batch = "" // whatever the caller wrote there
		return document{}, h.batchError(err)
	}
	body, err := h.batchBody(&j)
	return jsonDocument(body), err
}

func (h handlers) batchBody(j *batch.Job) ([]byte, error) {
	d, err := encode(BatchOut(j, h.Now()))
	return d.body, err
}

// BatchOut is a job as the contract shows it.
func BatchOut(j *batch.Job, now time.Time) api.Batch {
	c := j.Lines
	out := api.Batch{
		ID: j.ID, Status: api.BatchStatus(j.State), CreatedAt: j.Created.UTC(), ExpiresAt: j.Expires.UTC(),
		Lines:   api.BatchLines{Total: c.Total, Queued: c.Queued, Running: c.Running, Succeeded: c.Succeeded, Failed: c.Failed, Cancelled: c.Cancelled},
		Sources: api.BatchSources{Model: j.Sources.Model, Mixed: j.Sources.Mixed, Rules: j.Sources.Rules}, Degraded: j.Degraded,
		CostUSD: budget.Nano(j.SpentNano).String(), ReservedUSD: budget.Nano(j.ReservedNano).String(),
		StartedAt: timeOut(j.Started), EndedAt: timeOut(j.Ended),
	}
	if rate := j.Rate(now); rate > 0 {
		out.LinesPerSecond = new(float32(math.Round(rate*1000) / 1000))
	}
	if left := j.Left(now); left >= 0 {
		out.SecondsLeft = new(wholeSeconds(left))
	}
	if j.HeldUntil.After(now) {
		out.Waiting = &api.BatchWait{Reason: j.Reason, Until: j.HeldUntil.UTC()}
	}
	return out
}

func timeOut(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return new(t.UTC())
}

// badBody is the one fault of a body as a whole.
func badBody(code, detail string) portfolio.Faults {
	return portfolio.Faults{{Code: code, Detail: detail}}
}

// arriving is a body that is read while it arrives. A sender that falls silent
// is given up, one that sends slowly is not: the whole has a time of its own. A
// server that stops waits for neither.
type arriving struct {
	io.Reader
	control *http.ResponseController
	ended   context.CancelFunc // nobody reads any more
	stopped atomic.Bool
}

// arrivingBody bounds the size of a body, and its sender's pauses.
func (s *server) arrivingBody(w http.ResponseWriter, r *http.Request, most int64) (io.ReadCloser, error) {
	if r.ContentLength > most {
		return nil, &http.MaxBytesError{Limit: most}
	}
	ctx, ended := context.WithCancel(r.Context())
	a := &arriving{Reader: http.MaxBytesReader(w, r.Body, most), control: http.NewResponseController(w), ended: ended}
	go a.breakOff(ctx, s.Batches.Stopping())
	return a, nil
}

// breakOff ends the reading once the server stops.
func (a *arriving) breakOff(ctx context.Context, stopping <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-stopping:
		a.stopped.Store(true)
		_ = a.control.SetReadDeadline(time.Now())
	}
}

// Read implements io.Reader.
func (a *arriving) Read(p []byte) (int, error) {
	_ = a.control.SetReadDeadline(time.Now().Add(receivePause)) // a test's writer may have none
	if a.stopped.Load() {
		_ = a.control.SetReadDeadline(time.Now())
		return 0, recommend.ErrClosed
	}
	n, err := a.Reader.Read(p)
	if err == nil {
		return n, nil
	}
	a.ended()
	switch {
	case errors.Is(err, io.EOF):
		_ = a.control.SetReadDeadline(time.Time{})
		return n, err
	case as[*http.MaxBytesError](err):
		return n, err
	case a.stopped.Load(): // the deadline stays, since what is left is read before the answer is sent
		return n, recommend.ErrClosed
	}
	return n, brokenOff(err, 0)
}

// Close leaves the rest to the server.
func (a *arriving) Close() error { a.ended(); return nil }
