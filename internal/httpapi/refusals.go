package httpapi

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"ballast.internal/ballast/internal/httpapi/api"
)

// refusals counts what limits refused of known clients. Their names and those
// of limits are configured, so that it stays small.
type refusals struct {
	since time.Time
	mu    sync.Mutex
	by    map[refusal]int64
}

type refusal struct{ client, limit string }

func newRefusals(now time.Time) *refusals {
	return &refusals{since: now, by: map[refusal]int64{}}
}

// count counts a request if a limit refused it.
func (r *refusals) count(i *info) {
	if i.limit == "" || i.principal.Name == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.by[refusal{i.principal.Name, i.limit}]++
}

// hit lists them by client and limit.
func (r *refusals) hit() api.LimitsHit {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := api.LimitsHit{Since: r.since.UTC(), Limits: []api.LimitHit{}}
	keys := slices.SortedFunc(maps.Keys(r.by), func(a, b refusal) int {
		return cmp.Or(cmp.Compare(a.client, b.client), cmp.Compare(a.limit, b.limit))
	})
	for _, k := range keys {
		out.Limits = append(out.Limits, api.LimitHit{Client: k.client, Limit: k.limit, Count: r.by[k]})
	}
	return out
}
