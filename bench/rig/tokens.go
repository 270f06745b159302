package rig

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

// CountTokens counts the tokens of texts by the npm package
// @anthropic-ai/tokenizer, which needs node, and npm ci in root. It is the
// tokenizer of the models before Claude 3.
func CountTokens(ctx context.Context, root string, texts []string) ([]int, error) {
	input, err := json.Marshal(texts)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "node", "-e", counter) //nolint:gosec // the program is this package's own
	cmd.Dir, cmd.Stdin, cmd.Stderr = root, bytes.NewReader(input), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("tokens are counted by node, after npm ci: %w", err)
	}
	var counts []int
	if err := json.Unmarshal(out, &counts); err != nil || len(counts) != len(texts) {
		return nil, fmt.Errorf("%d counts of %d texts: %w", len(counts), len(texts), err)
	}
	return counts, nil
}
