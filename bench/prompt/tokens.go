package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

//go:embed count.cjs
var counter string

// count fills in the tokens of every form.
func count(ctx context.Context, root string, rows []row) error {
	var texts []string
	for _, r := range rows {
		texts = append(texts, r.texts[:]...)
	}
	input, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "node", "-e", counter) //nolint:gosec // the program is this package's own
	cmd.Dir, cmd.Stdin, cmd.Stderr = root, bytes.NewReader(input), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("tokens are counted by node, after npm ci: %w", err)
	}
	var counts []int
	if err := json.Unmarshal(out, &counts); err != nil || len(counts) != len(texts) {
		return fmt.Errorf("%d counts of %d texts: %w", len(counts), len(texts), err)
	}
	for i := range rows {
		copy(rows[i].Tokens[:], counts[forms*i:])
	}
	return nil
}
