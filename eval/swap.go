package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// The reasons for one action are no reasons for another: "paying it off saves
// interest" says something wrong where bonds are bought. Those that hold for both, as
// that the mix comes closer to its target, are counted as well.

// swap gives each of the two actions of an honest answer the text of the other, and
// counts the sentences without a placeholder that a caller sees at either.
func (t *troupe) swap(ctx context.Context, f, texts, shown []string, r *report) error {
	if len(texts) != 3 {
		return nil
	}
	swapped := slices.Clone(f)
	swapped[3], swapped[4] = f[4], f[3]
	_, seen, _, err := t.recite(ctx, swapped, nil)
	if err != nil {
		return err
	}
	for own, other := range map[int]int{1: 2, 2: 1} {
		for _, s := range sentence.FindAllString(texts[own], -1) {
			if !holds(shown[own], s) || strings.Contains(s, "{") {
				continue
			}
			misplaced := holds(seen[other], s)
			count(r.swaps, f[0], misplaced)
			if misplaced {
				r.misplaced = append(r.misplaced, fmt.Sprintf("swapped: %s %s %s", f[0], f[1], s))
			}
		}
	}
	return nil
}
