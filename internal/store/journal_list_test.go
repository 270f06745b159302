package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/recommend"
)

func TestListPagesThroughOnesOwn(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		fill(t, s, 10) // 3, 6 and 9 are b's
		var got []string
		cursor := ""
		for range 10 {
			page, next, err := s.List(t.Context(), cursor, 3, recommend.RecordFilter{Client: "a"})
			ok(t, err)
			for _, item := range page {
				got = append(got, item.ID)
			}
			if cursor = next; next == "" {
				break
			}
		}
		want := []string{"rec_10", "rec_8", "rec_7", "rec_5", "rec_4", "rec_2", "rec_1"}
		if !slices.Equal(got, want) {
			t.Errorf("listed %v, want %v", got, want)
		}
	})
}

func TestListFilters(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		for n := 1; n <= 5; n++ {
			r := recordOf(n)
			r.Client = "a"
			if n%2 == 0 {
				r.Source, r.Degraded = "rules", "budget_exhausted"
			}
			ok(t, s.Append(t.Context(), r))
		}
		cases := []struct {
			name string
			f    recommend.RecordFilter
			want string
		}{
			{"source", recommend.RecordFilter{Source: "rules"}, "rec_4 rec_2"},
			{"degraded", recommend.RecordFilter{Degraded: "budget_exhausted"}, "rec_4 rec_2"},
			{"since", recommend.RecordFilter{Since: noon.Add(4 * time.Second)}, "rec_5 rec_4"},
			{"until", recommend.RecordFilter{Until: noon.Add(2 * time.Second)}, "rec_1"},
			{"all", recommend.RecordFilter{Source: "model", Since: noon.Add(2 * time.Second), Until: noon.Add(5 * time.Second)}, "rec_3"},
			{"none", recommend.RecordFilter{Source: "' OR 1=1 --"}, ""},
		}
		for _, c := range cases {
			page, next, err := s.List(t.Context(), "", 10, c.f)
			ok(t, err)
			var ids []string
			for _, item := range page {
				ids = append(ids, item.ID)
			}
			if got := strings.Join(ids, " "); got != c.want || next != "" {
				t.Errorf("%s: %q, next %q, want %q", c.name, got, next, c.want)
			}
		}
	})
}

func TestSummary(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		s := open(t, cfg)
		r := recordOf(1)
		ok(t, s.Append(t.Context(), r))
		page, _, err := s.List(t.Context(), "", 1, recommend.RecordFilter{Client: "a"})
		ok(t, err)
		want := []recommend.RecordSummary{{
			ID: r.ID, CreatedAt: r.CreatedAt, Client: "a", RequestID: r.RequestID, RequestHash: r.RequestHash,
			Policy: "p1", Engine: "e1", Prompt: "q1", ModelID: "m", Source: "model",
		}}
		if d := cmp.Diff(want, page); d != "" {
			t.Error(d)
		}
	})
}

func TestForeignCursor(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir()})
	for _, cursor := range []string{"x", "AAAA", strings.Repeat("A", 22), "!!!", position{-1, 1}.cursor(), position{1, 0}.cursor()} {
		_, _, err := s.List(t.Context(), cursor, 1, recommend.RecordFilter{})
		wantErr(t, err, recommend.ErrCursor)
	}
}

func FuzzParseCursor(f *testing.F) {
	f.Add("")
	f.Add(position{1, 2}.cursor())
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := parseCursor(s); err == nil && s != "" && p.cursor() != s {
			t.Errorf("%q reads as %+v, which is written %q", s, p, p.cursor())
		}
	})
}

func TestExport(t *testing.T) {
	both(t, func(t *testing.T, cfg Config) {
		cfg.Keys = keysOf("k1")
		s := open(t, cfg)
		fill(t, s, pageSize+5)
		var out bytes.Buffer
		ok(t, s.Export(t.Context(), &out))
		lines := bytes.Split(bytes.TrimSuffix(out.Bytes(), []byte("\n")), []byte("\n"))
		if len(lines) != pageSize+5 {
			t.Fatalf("%d lines, want %d", len(lines), pageSize+5)
		}
		prev := strings.Repeat("0", 64)
		for i, line := range lines {
			var e Exported
			ok(t, json.Unmarshal(line, &e))
			if e.Seq != int64(i+1) || e.PrevHash != prev || e.Record.Answer != fmt.Sprintf(`{"secret": %d}`, i+1) || e.Record.Kind != "recommendation" || e.KeyID != "k1" {
				t.Fatalf("line %d: %s", i+1, line)
			}
			prev = e.Hash
		}
	})
}

func TestExportStopsWhenItsReaderDoes(t *testing.T) {
	s := open(t, Config{Dir: t.TempDir()})
	fill(t, s, 1)
	wantErr(t, s.Export(t.Context(), brokenPipe{}), errPipe)
}

var errPipe = errors.New("broken pipe")

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }
