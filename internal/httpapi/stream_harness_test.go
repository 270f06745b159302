package httpapi

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/recommend"
)

// open starts a stream and returns its response.
func (h *harness) open(ctx context.Context, header ...string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, "POST", h.url+"/v1/recommendations", strings.NewReader(valid))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.key)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", eventStream)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return h.client.Do(req)
}

// abandon sends a request whose caller leaves.
func (h *harness) abandon(ctx context.Context, header ...string) {
	h.t.Helper()
	res, err := h.open(ctx, header...)
	if err == nil {
		_, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	if !errors.Is(err, context.Canceled) {
		h.t.Fatalf("got %v", err)
	}
}

type sse struct{ name, data string }

// events reads a whole stream; comments are events without a name.
func events(t *testing.T, r io.Reader) []sse {
	t.Helper()
	var all []sse
	var e sse
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		switch field {
		case "event":
			e.name = value
		case "data":
			e.data += value
		case "":
			if value != "" {
				e.data = value
				continue
			}
			all = append(all, e)
			e = sse{}
		default:
			t.Errorf("line %q", lines.Text())
		}
	}
	return all
}

func stages(_ context.Context, progress recommend.Progress) error {
	progress(recommend.Step{Stage: recommend.StageAnalysis, Analysis: testAnalysis()})
	progress(recommend.Step{Stage: recommend.StageQueued, Position: 2})
	progress(recommend.Step{Stage: recommend.StageModel})
	progress(recommend.Step{Stage: recommend.StageChecking})
	return nil
}

type recorder struct {
	header http.Header
	body   strings.Builder
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(int) {}

func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func (r *recorder) Flush() {}
