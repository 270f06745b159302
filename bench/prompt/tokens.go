package main

import (
	"context"

	"ballast.internal/ballast/bench/rig"
)

// count fills in the tokens of every form.
func count(ctx context.Context, root string, rows []row) error {
	var texts []string
	for _, r := range rows {
		texts = append(texts, r.texts[:]...)
	}
	counts, err := rig.CountTokens(ctx, root, texts)
	if err != nil {
		return err
	}
	for i := range rows {
		copy(rows[i].Tokens[:], counts[forms*i:])
	}
	return nil
}
