package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/recommend"
)

// scene is one request in one language, and the oracle for it.
type scene struct {
	name     string
	language string
	req      recommend.Request
	oracle   *oracle
}

// scenes are all examples, and the requests of testdata that bring the kinds
// of action which no example has, in every language.
func scenes(ctx context.Context, root string, t *theatre) ([]scene, error) {
	var names []string
	for _, pattern := range []string{"examples/*.json", "eval/testdata/requests/*.json"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(found) == 0 {
			return nil, fmt.Errorf("%s: nothing found, %w", pattern, err)
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	var out []scene
	for _, name := range names {
		for _, l := range languages {
			s, err := newScene(ctx, t, name, l)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			out = append(out, s)
		}
	}
	return out, nil
}

func newScene(ctx context.Context, t *theatre, name, language string) (scene, error) {
	body, err := os.ReadFile(name)
	if err != nil {
		return scene{}, err
	}
	req, err := httpapi.DecodeRequest(body)
	if err != nil {
		return scene{}, err
	}
	req.Client, req.Options.Language, req.Options.Mode = "eval", language, recommend.ModeRules
	rules, err := t.perform(ctx, req, nil)
	if err != nil {
		return scene{}, err
	}
	o, err := newOracle(&req, rules)
	req.Options.Mode = recommend.ModeAuto
	return scene{name: filepath.Base(name), language: language, req: req, oracle: o}, err
}
