package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"ballast.internal/ballast/bench/rig"
	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/recommend"
)

// money compares what the model is paid for.
func money(ctx context.Context, b *bench) ([]table, error) {
	examples, err := moneyOfExamples(ctx)
	if err != nil {
		return nil, err
	}
	day, err := moneyOfDay(ctx, b)
	if err != nil {
		return nil, err
	}
	return []table{examples, day}, nil
}

// naiveTokens is the max_tokens of a request that does not know how long its
// answer will be.
const naiveTokens = 1000

// moneyOfExamples compares our calls with those that send the request itself.
func moneyOfExamples(ctx context.Context) (t table, err error) {
	t = table{
		title: "USD for 1,000 recommendations",
		note: fmt.Sprintf("At the price of Claude 3 Haiku in the catalogue. The other call sends the same request as indented JSON with one sentence of instruction and "+
			"`max_tokens` %d; it is billed here as if its answer were as long as ours, and as if it used them all. What such a call would answer is not compared.", naiveTokens),
		head: []string{"example", "input tokens, ours", "JSON", "USD, ours", "JSON, same answer", "JSON, 1,000 tokens", "ours / same", "ours / 1,000"},
	}
	r, err := rig.New(ctx, rig.Config{CacheTTL: -1})
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	names, err := rig.Examples()
	if err != nil {
		return t, err
	}
	for _, name := range names {
		if err := addExample(ctx, r, name, &t); err != nil {
			return t, fmt.Errorf("%s: %w", name, err)
		}
	}
	return t, nil
}

func addExample(ctx context.Context, r *rig.Rig, name string, t *table) error {
	body, err := rig.Body(name, 0, nil)
	if err != nil {
		return err
	}
	req, err := rig.Decode(body)
	if err != nil {
		return err
	}
	out, err := r.Service.Recommend(ctx, req, nil)
	if err != nil {
		return err
	}
	input, err := naiveInput(ctx, r.Model, name)
	if err != nil {
		return err
	}
	price, err := priceOf(r.Model)
	if err != nil {
		return err
	}
	u := out.Usage
	ours, same, full := price.Cost(u.InputTokens, u.OutputTokens), price.Cost(input, u.OutputTokens), price.Cost(input, naiveTokens)
	usd := func(nano int64) string { return fmt.Sprintf("%.3f", float64(nano)/1e6) } // of a thousand
	t.row(filepath.Base(name), fmt.Sprint(u.InputTokens), fmt.Sprint(input), usd(ours), usd(same), usd(full),
		fmt.Sprintf("%.2f", float64(ours)/float64(same)), fmt.Sprintf("%.2f", float64(ours)/float64(full)))
	return nil
}

// naiveInput is what the request itself is billed as, indented.
func naiveInput(ctx context.Context, m recommend.Model, name string) (int, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, text, "", "  "); err != nil {
		return 0, err
	}
	ans, err := m.Invoke(ctx, recommend.ModelRequest{
		User: "Analyse this portfolio and recommend what this investor should do, and why.\n\n" + pretty.String(), MaxTokens: naiveTokens,
	})
	if err != nil || ans.Usage == nil {
		return 0, errors.Join(errors.New("no usage"), err)
	}
	return ans.Usage.InputTokens, nil
}

func priceOf(m recommend.Model) (bedrock.Price, error) {
	spec, ok := bedrock.DefaultCatalogue().Lookup(m.Info().ID)
	if !ok {
		return bedrock.Price{}, fmt.Errorf("no price of %s", m.Info().ID)
	}
	return spec.PriceAt(time.Now())
}
