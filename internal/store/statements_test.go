package store

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ballast.internal/ballast/internal/budget"
)

// TestStatementsAreCompiledOnce sees that the second of two equal changes finds
// all its statements compiled, and that one that does not compile is not kept.
func TestStatementsAreCompiledOnce(t *testing.T) {
	most := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
	s := open(t, Config{Dir: t.TempDir(), Limits: budget.Limits{Global: most, Default: most}})
	pair := func(id string) []string {
		ok(t, s.Reserve(t.Context(), reservationOf(id, "a", 10)))
		ok(t, s.Settle(t.Context(), id, bill(5)))
		return slices.Sorted(maps.Keys(s.writer.statements.compiled)) // the writer is at rest
	}
	pair("first") // creates the balances as well
	first, second := pair("second"), pair("third")
	if diff := cmp.Diff(first, second); diff != "" || len(first) == 0 {
		t.Errorf("compiled later (-first +second):\n%s", diff)
	}
	wrong := func(ctx context.Context, c conn) (refusal, err error) {
		_, err = c.exec(ctx, `INSERT INTO nowhere VALUES (1)`)
		return nil, err
	}
	for range 2 {
		if err := s.change(t.Context(), wrong); err == nil {
			t.Error("a statement about no table was run")
		}
	}
	if third := pair("fourth"); !slices.Equal(second, third) {
		t.Errorf("%d statements, then %d", len(second), len(third))
	}
}
