package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	analysisEvent       = "event: analysis\ndata: {\"total_value\":\ndata: \"1.00\"}\n\n"
	progressEvent       = ": still working\n\nevent: progress\r\ndata: {\"stage\":\"queued\",\"position\":2}\r\n\r\n"
	recommendationEvent = "event: recommendation\ndata:{\"id\":\"rec_1\"}\n\n"
	problemEvent        = "event: problem\ndata: {\"status\":500,\"code\":\"internal\"}\n\n"
	passingEvent        = "event: problem\ndata: {\"status\":503,\"code\":\"journal_unavailable\",\"retry_after_s\":7}\n\n"
	unknownEvent        = "id: 7\nretry: 9\nevent: novelty\ndata: {}\n\n"
)

// told reads all stages as short words, and the error.
func told(ctx context.Context, c *Client) (stages []string, err error) {
	for s, e := range c.StagesOnce(ctx, "k", request) {
		switch {
		case e != nil:
			err = e
		case s.Analysis != nil:
			stages = append(stages, "analysis "+s.Analysis.TotalValue)
		case s.Progress != nil:
			stages = append(stages, string(s.Progress.Stage))
		case s.Recommendation != nil:
			stages = append(stages, s.Recommendation.ID)
		}
	}
	return stages, err
}

func TestStages(t *testing.T) {
	ok := func(body string) scripted { return scripted{status: 200, body: body} }
	for _, tc := range []struct {
		name    string
		replies []scripted
		want    string
		code    string // of the *Error; "": none
		fails   bool
	}{
		{"in order", []scripted{ok(analysisEvent + progressEvent + unknownEvent + recommendationEvent + "event: analysis\ndata: no JSON\n\n")}, "analysis 1.00, queued, rec_1", "", false},
		{"taken up again", []scripted{ok(analysisEvent), ok(analysisEvent + recommendationEvent)}, "analysis 1.00, analysis 1.00, rec_1", "", false},
		{"cut off in an event", []scripted{ok(strings.TrimSuffix(recommendationEvent, "\n")), ok(recommendationEvent)}, "rec_1", "", false},
		{"no connection at first", []scripted{{err: errors.New("refused")}, ok(recommendationEvent)}, "rec_1", "", false},
		{"refused at first", []scripted{problem(429, "rate_limited", "1"), ok(recommendationEvent)}, "rec_1", "", false},
		{"refused", []scripted{problem(422, "invalid_request", "")}, "", "invalid_request", true},
		{"a problem on the way", []scripted{ok(analysisEvent + problemEvent)}, "analysis 1.00", "internal", true},
		{"a problem that passes", []scripted{ok(analysisEvent + passingEvent), ok(recommendationEvent)}, "analysis 1.00, rec_1", "", false},
		{"a problem that stays", []scripted{ok(passingEvent), ok(passingEvent), ok(passingEvent), ok(passingEvent)}, "", "journal_unavailable", true},
		{"above a limit", []scripted{ok(strings.NewReplacer("503", "429", `,"retry_after_s":7`, "").Replace(passingEvent))}, "", "journal_unavailable", true},
		{"a limit of something between", []scripted{{status: 429}, ok(recommendationEvent)}, "rec_1", "", false},
		{"a problem for long", []scripted{ok(strings.Replace(passingEvent, "7", "31", 1))}, "", "journal_unavailable", true},
		{"no JSON", []scripted{ok("event: analysis\ndata: {\n\n"), ok(""), ok(""), ok("")}, "", "", true},
		{"never to the end", []scripted{ok(""), ok(""), ok(""), ok("")}, "", "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{replies: tc.replies}
				stages, err := told(t.Context(), s.client(t))
				refused, _ := errors.AsType[*Error](err)
				if got := strings.Join(stages, ", "); got != tc.want || (err != nil) != tc.fails || tc.code != "" && refused.Code != tc.code || len(s.replies) > 0 {
					t.Errorf("%s, %v, %d replies left", got, err, len(s.replies))
				}
				for _, x := range s.sent {
					if x.accept != "text/event-stream" || x.key != "k" || x.body != requestJSON {
						t.Errorf("sent %+v", x)
					}
				}
			})
		})
	}
}

// A problem on a stream says in its body when to come again.
func TestStagesWaitAsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{replies: []scripted{{status: 200, body: passingEvent}, {status: 200, body: passingEvent}}}
		_, err := told(t.Context(), s.client(t, WithRetries(1)))
		if refused, ok := errors.AsType[*Error](err); !ok || refused.RetryAfter != 7*time.Second {
			t.Errorf("%+v", err)
		}
		if s.sent[1].at != 7*time.Second {
			t.Errorf("sent again after %s", s.sent[1].at)
		}
	})
}

// A caller that has seen enough ends the request.
func TestStagesStopWithTheCaller(t *testing.T) {
	s := &script{replies: []scripted{{status: 200, body: analysisEvent + recommendationEvent}}}
	for stage, err := range s.client(t).Stages(t.Context(), request) {
		if stage.Analysis == nil || err != nil {
			t.Errorf("%+v %v", stage, err)
		}
		break
	}
}

// A stream that says nothing for long is taken up again, one with heartbeats is
// not, and a caller that leaves is told so.
func TestStagesOfASilentServer(t *testing.T) {
	for _, tc := range []struct {
		name  string
		beats int
		leave time.Duration
		want  error
		sent  int
	}{
		{"silent", 0, time.Hour, errSilent, 2},
		{"alive", 100, 900 * time.Second, context.DeadlineExceeded, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				c, err := New("https://ballast.example", "k", WithRetries(1), WithHTTP(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
					sent++
					return &http.Response{StatusCode: 200, Header: http.Header{}, Body: heartbeats(req.Context(), tc.beats)}, nil
				})}))
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), tc.leave)
				defer cancel()
				if _, err := told(ctx, c); !errors.Is(err, tc.want) || sent != tc.sent {
					t.Errorf("%v after %d requests", err, sent)
				}
			})
		})
	}
}

// heartbeats is a body of n comments, 10 s apart, and then silence.
func heartbeats(ctx context.Context, n int) io.ReadCloser {
	r, w := io.Pipe()
	context.AfterFunc(ctx, func() { _ = w.CloseWithError(context.Cause(ctx)) })
	go func() {
		for range n {
			if sleep(ctx, 10*time.Second) != nil {
				return
			}
			if _, err := io.WriteString(w, ": still working\n\n"); err != nil {
				return
			}
		}
	}()
	return r
}

// What is recorded is repeated under its key, so that it is recorded once.
func TestWhatIsRecordedIsRepeatedUnderItsKey(t *testing.T) {
	for name, reply := range map[string]scripted{
		"lost connection": {err: errors.New("reset")}, "unavailable": problem(503, "journal_unavailable", "1"), "a proxy's": {status: 504},
		"a limit": problem(429, "rate_limited", "1"),
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{replies: []scripted{reply, {status: 200, body: `{"id":"fbk_1"}`}, reply, {status: 200, body: `{"answer":"Because."}`}}}
			c := s.client(t)
			if receipt, err := c.Feedback(t.Context(), "rec_1", Feedback{}); err != nil || receipt.ID != "fbk_1" {
				t.Errorf("feedback, %s: %+v %v", name, receipt, err)
			}
			if said, err := c.Ask(t.Context(), "rec_1", Question{}); err != nil || said.Answer != "Because." {
				t.Errorf("question, %s: %+v %v", name, said, err)
			}
			var keys []string
			for _, r := range s.sent {
				keys = append(keys, r.key)
			}
			if len(keys) != 4 || keys[0] == "" || keys[0] != keys[1] || keys[2] != keys[3] || keys[1] == keys[2] {
				t.Errorf("%s: keys %q", name, keys)
			}
		})
	}
}
