package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/recommend"
)

const eventStream = "text/event-stream"

// event is one server-sent event.
type event struct {
	name string
	data []byte
}

// stream is an answer in stages. Its context is kept because the generated
// handler asks for the answer only after the operation has returned.
type stream struct {
	server *server
	ctx    context.Context //nolint:containedctx // see above
	run    run
}

func (s *server) newStream(ctx context.Context, r run) stream { return stream{s, ctx, r} }

// outcome is how a run ended.
type outcome struct {
	doc document
	err error
}

// VisitCreateRecommendationResponse writes the events. An error before the
// first of them is a plain problem with its own status. It returns when the
// answer has been written or the caller has left; what has been paid for is
// finished by the service.
func (s stream) VisitCreateRecommendationResponse(w http.ResponseWriter) error {
	ctx, cancel := context.WithCancel(s.ctx)
	events, done := make(chan event), make(chan outcome, 1)
	go func() { done <- s.answer(ctx, events) }()
	finished := false
	defer func() {
		cancel()
		if !finished {
			<-done // the service returns as soon as its context ends, or with what its key keeps
		}
	}()
	out := &sseWriter{w: w, rc: http.NewResponseController(w)}
	beat := time.NewTicker(s.server.Heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case e := <-events:
			err = out.event(e)
		case <-beat.C:
			err = out.comment()
		case end := <-done:
			finished = true
			return s.finish(out, end)
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			s.gone(err)
			return nil
		}
	}
}

// answer runs the request on a goroutine of its own, so that a panic has to be
// caught here: it would end the program.
func (s stream) answer(ctx context.Context, events chan<- event) (end outcome) {
	defer func() {
		if v := recover(); v != nil {
			s.server.logPanic(ctx, v)
			end = outcome{err: errPanic}
		}
	}()
	doc, err := s.run(ctx, forward(ctx, events))
	return outcome{doc, err}
}

// gone notes that nobody reads any more.
func (s stream) gone(err error) {
	i := infoOf(s.ctx)
	i.code, i.cause = "client_gone", err
}

func (s stream) finish(out *sseWriter, end outcome) error {
	if err := s.ctx.Err(); err != nil {
		s.gone(err)
		return nil
	}
	if end.err == nil {
		if end.doc.replayed && !out.started {
			out.w.Header().Set("Idempotency-Replayed", "true")
			if err := out.analysisOf(end.doc.body); err != nil {
				return err
			}
		}
		return out.event(event{"recommendation", end.doc.body})
	}
	if !out.started {
		return end.err
	}
	i := infoOf(s.ctx)
	p := s.server.problemOf(end.err, i.requestID)
	i.code, i.limit, i.cause = p.Code, orZero(p.Limit), end.err
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return out.event(event{"problem", data})
}

// forward turns the service's progress into events. The service tells it on
// the goroutine that runs the request.
func forward(ctx context.Context, events chan<- event) recommend.Progress {
	return func(step recommend.Step) {
		e := event{name: "progress"}
		var err error
		if step.Stage == recommend.StageAnalysis {
			e.name = "analysis"
			e.data, err = json.Marshal(step.Analysis)
		} else {
			out := api.Progress{Stage: api.ProgressStage(step.Stage)}
			if step.Position > 0 {
				out.Position = &step.Position
			}
			e.data, err = json.Marshal(out)
		}
		if err != nil {
			return // an analysis always encodes
		}
		select {
		case events <- e:
		case <-ctx.Done():
		}
	}
}

// sseWriter writes events as they come.
type sseWriter struct {
	w       http.ResponseWriter
	rc      *http.ResponseController
	started bool
}

func (o *sseWriter) event(e event) error {
	var b bytes.Buffer
	b.WriteString("event: " + e.name + "\n")
	for line := range bytes.SplitSeq(e.data, []byte("\n")) {
		b.WriteString("data: ")
		b.Write(bytes.TrimSuffix(line, []byte("\r")))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return o.flush(b.Bytes())
}

// analysisOf tells the analysis that a kept answer holds, as it was told before it.
func (o *sseWriter) analysisOf(answer []byte) error {
	var kept struct {
		Analysis json.RawMessage `json:"analysis"`
	}
	if err := json.Unmarshal(answer, &kept); err != nil || kept.Analysis == nil {
		return err
	}
	return o.event(event{"analysis", kept.Analysis})
}

func (o *sseWriter) comment() error { return o.flush([]byte(": still working\n\n")) }

func (o *sseWriter) flush(b []byte) error {
	if !o.started {
		o.started = true
		h := o.w.Header()
		h.Set("Content-Type", eventStream)
		// Proxies would hold events back: nginx to fill its buffer, others to
		// compress them.
		h.Set("X-Accel-Buffering", "no")
		h.Set("Cache-Control", "no-store, no-transform")
		o.w.WriteHeader(http.StatusOK)
	}
	boundWriting(o.w)
	if _, err := o.w.Write(b); err != nil {
		return err
	}
	return o.rc.Flush()
}
