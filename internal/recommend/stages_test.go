package recommend_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend"
)

// TestStages come in order, first the analysis, whose facts have their texts.
func TestStages(t *testing.T) {
	asked := []string{"analysis 0", "model 0", "checking 0"}
	for name, tc := range map[string]struct {
		turns  []turn
		places []int
		kept   bool
		mode   recommend.Mode
		want   []string
	}{
		"asked":       {turns: []turn{good}, want: asked},
		"asked again": {turns: []turn{answers(func(recommend.ModelRequest) string { return "no JSON" }), good}, want: slices.Concat(asked, asked[1:])},
		"queued":      {turns: []turn{good}, places: []int{3}, want: slices.Insert(slices.Clone(asked), 1, "queued 3")},
		"kept":        {turns: []turn{good}, kept: true, want: asked[:1]},
		"rules":       {mode: recommend.ModeRules, want: asked[:1]},
	} {
		b := newBench(t, tc.turns, nil)
		b.quota.places = tc.places
		req := example(t, "p0.json", func(r *recommend.Request) {
			if tc.mode != "" {
				r.Options.Mode = tc.mode
			}
		})
		if tc.kept {
			b.one(t, req)
		}
		var got []string
		_, err := b.Recommend(t.Context(), req, func(s recommend.Step) {
			got = append(got, fmt.Sprint(s.Stage, " ", s.Position))
			if (s.Analysis != nil) != (s.Stage == recommend.StageAnalysis) || s.Analysis != nil && s.Analysis.Facts[0].Text == "" {
				t.Errorf("%s: %s with an analysis: %v", name, s.Stage, s.Analysis != nil)
			}
		})
		if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v, stages (-want +got):\n%s", name, err, diff)
		}
	}
}

// Whoever joins a request under way is told how far it has come, and then what
// follows.
func TestStagesOfARequestThatWasJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{good}, nil)
		b.quota.acquire = func(context.Context, int) error { time.Sleep(time.Second); return nil }
		var both [2][]recommend.Stage
		var wg sync.WaitGroup
		for i := range both {
			wg.Go(func() {
				_, err := b.Recommend(t.Context(), p0(t), func(s recommend.Step) { both[i] = append(both[i], s.Stage) })
				if err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		want := []recommend.Stage{recommend.StageAnalysis, recommend.StageModel, recommend.StageChecking}
		if diff := cmp.Diff([2][]recommend.Stage{want, want}, both); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// TestKeptAnswerTellsItsStages sees that a kept answer, which is not analysed
// anew, still tells the analysis that it was made with, and that a service that
// is shut down gives none.
func TestKeptAnswerTellsItsStages(t *testing.T) {
	b := newBench(t, []turn{good}, nil)
	stages := func() (told map[recommend.Stage]*analysis.Result) {
		told = map[recommend.Stage]*analysis.Result{}
		_, err := b.Recommend(t.Context(), p0(t), func(s recommend.Step) { told[s.Stage] = s.Analysis })
		if err != nil {
			t.Fatal(err)
		}
		return told
	}
	fresh, kept := stages(), stages()
	if len(fresh) != 3 || len(kept) != 1 {
		t.Errorf("stages: fresh %d, kept %d", len(fresh), len(kept))
	}
	if diff := cmp.Diff(encoded(t, fresh[recommend.StageAnalysis]), encoded(t, kept[recommend.StageAnalysis])); diff != "" {
		t.Errorf("the analysis of a kept answer (-fresh +kept):\n%s", diff)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Recommend(t.Context(), p0(t), nil); !errors.Is(err, recommend.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStations: the time of a request is told by where it was spent.
func TestStations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, []turn{after(3*time.Second, good)}, func(_ *bench, c *recommend.Config) { c.Now = time.Now })
		b.quota.acquire = func(context.Context, int) error { time.Sleep(2 * time.Second); return nil }
		b.journal.wait = func(context.Context) { time.Sleep(time.Second) }
		want := recommend.Stations{Queue: 2 * time.Second, Model: 3 * time.Second, Journal: time.Second}
		for _, want := range []recommend.Stations{want, {Journal: time.Second}} { // the second answer is kept
			res, err := b.Recommend(t.Context(), p0(t), nil)
			if diff := cmp.Diff(want, res.Took); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		}
	})
}
