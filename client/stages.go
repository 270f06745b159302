package client

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"
)

// Stage is one step of an answer that comes in stages. One of its members is
// set.
type Stage struct {
	Analysis       *Analysis        // the facts, at once
	Progress       *Progress        // what the words wait for
	Recommendation *Recommendations // the whole answer, last
}

// silence is how long a stream may say nothing before it counts as broken. The
// server sends a line each 10 s.
const silence = 45 * time.Second

var (
	errSilent = errors.New("client: the server has gone silent")
	errCut    = errors.New("client: the stream ended before the answer")
)

// Stages is Recommend in stages, as they come; the last pair has the answer or
// the error. When the connection breaks, or a problem comes that passes, the
// same request is sent again under the same key, after the time that the server
// names, so that nothing is paid twice; the analysis then comes again. A
// caller that stops early leaves: what has been paid for is recorded all the
// same.
func (c *Client) Stages(ctx context.Context, req RecommendationRequest) iter.Seq2[Stage, error] {
	return c.StagesOnce(ctx, rand.Text(), req)
}

// StagesOnce is Stages under an idempotency key of the caller's, as
// RecommendOnce is.
func (c *Client) StagesOnce(ctx context.Context, key string, req RecommendationRequest) iter.Seq2[Stage, error] {
	return func(yield func(Stage, error) bool) {
		for n := 0; ; n++ {
			final, err := c.stream(ctx, key, req, yield)
			if err == nil {
				return
			}
			wait, again := c.resume(ctx, err, n)
			if final || !again {
				yield(Stage{}, err)
				return
			}
			if err := sleep(ctx, wait); err != nil {
				yield(Stage{}, err)
				return
			}
		}
	}
}

// resume decides whether a stream that failed n times before is taken up again,
// and after what wait.
func (c *Client) resume(ctx context.Context, err error, n int) (time.Duration, bool) {
	if ctx.Err() != nil || n >= c.retry.retries || stays(err) {
		return 0, false
	}
	refused, ok := errors.AsType[*Error](err)
	if !ok {
		return c.retry.wait(ctx, n, 0)
	}
	if !passes(refused.Status, refused.RetryAfter, refused.Code != codeUnknown) {
		return 0, false
	}
	return c.retry.wait(ctx, n, refused.RetryAfter)
}

// stream reads one connection. No error: the answer has been yielded, or the
// caller wants no more. It is final when there was no stream at all, which has
// been tried as often as makes sense.
func (c *Client) stream(ctx context.Context, key string, req RecommendationRequest, yield func(Stage, error) bool) (final bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	res, err := c.raw.CreateRecommendation(ctx, &CreateRecommendationParams{IdempotencyKey: &key}, req, wantStream)
	if err != nil {
		return false, fmt.Errorf("client: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		_, err := readAll(res, nil)
		return true, err
	}
	defer func() { _ = res.Body.Close() }()
	if err := unlessPage(res); err != nil {
		return true, err
	}
	quiet := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer quiet.Stop()
	for e, err := range events(res.Body, func() { quiet.Reset(silence) }) {
		if err != nil {
			return false, errors.Join(err, context.Cause(ctx))
		}
		stage, err := stageOf(e)
		if err != nil {
			return false, err
		}
		if stage != (Stage{}) && !yield(stage, nil) || stage.Recommendation != nil {
			return false, nil
		}
	}
	return false, errCut
}

func wantStream(_ context.Context, req *http.Request) error {
	req.Header.Set("Accept", "text/event-stream")
	return nil
}

// stageOf decodes an event. One of a kind that is not known is no stage; a
// problem is an *Error.
func stageOf(e event) (s Stage, err error) {
	switch e.name {
	case "analysis":
		err = json.Unmarshal(e.data, &s.Analysis)
	case "progress":
		err = json.Unmarshal(e.data, &s.Progress)
	case "recommendation":
		err = json.Unmarshal(e.data, &s.Recommendation)
	case "problem":
		var refused *Error
		if refused, err = errorOfEvent(e.data); err == nil {
			return s, refused
		}
	}
	if err != nil {
		return Stage{}, fmt.Errorf("client: %s: %w", e.name, err)
	}
	return s, nil
}

// event is one server-sent event.
type event struct {
	name string
	data []byte
}

// events are those of a stream, in lines that end with LF or CR LF. heard is
// called for each line, comments included. An event that the end has cut off is
// none.
func events(r io.Reader, heard func()) iter.Seq2[event, error] {
	return func(yield func(event, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxAnswer)
		var name string
		var data []string
		for lines.Scan() {
			heard()
			field, value, _ := strings.Cut(lines.Text(), ":")
			value = strings.TrimPrefix(value, " ")
			switch {
			case lines.Text() == "":
				if data != nil && !yield(event{name, []byte(strings.Join(data, "\n"))}, nil) {
					return
				}
				name, data = "", nil
			case field == "event":
				name = value
			case field == "data":
				data = append(data, value)
			}
		}
		if err := lines.Err(); err != nil {
			yield(event{}, fmt.Errorf("client: %w", err))
		}
	}
}
