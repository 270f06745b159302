package rig

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/recommend"
)

// Examples are the files of the examples.
func Examples() ([]string, error) {
	names, err := filepath.Glob("examples/*.json")
	if err != nil || len(names) == 0 {
		return nil, errors.Join(errors.New("no examples: run this in the root of the repository"), err)
	}
	return names, nil
}

// Body is an example with n more holdings, changed by edit if there is one.
func Body(name string, n int, edit func(doc map[string]any)) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if n > 0 {
		portfolio, ok := doc["portfolio"].(map[string]any)
		positions, ok2 := portfolio["positions"].([]any)
		if !ok || !ok2 {
			return nil, fmt.Errorf("%s: no positions", name)
		}
		for i := range n {
			positions = append(positions, holding(i))
		}
		portfolio["positions"] = positions
	}
	if edit != nil {
		edit(doc)
	}
	return json.Marshal(doc)
}

// Decode reads a body as the request of the client bench.
func Decode(body []byte) (recommend.Request, error) {
	req, err := httpapi.DecodeRequest(body)
	req.Client = "bench"
	return req, err
}

// holding is one of many stocks, told so briefly that 5,000 fit into a body.
func holding(i int) map[string]any {
	ticker := fmt.Sprintf("%c%c%cQ", 'B'+i%20, 'A'+i/20%20, 'A'+i/400)
	return map[string]any{
		"instrument": map[string]any{
			"id": map[string]any{"ticker": ticker}, "asset_class": "equity", "country": "US",
			"sector": []string{"technology", "financials", "industrials", "health_care", "energy"}[i%5],
		},
		"quantity": fmt.Sprint(10 + i*7%90), "price": fmt.Sprintf("%d.%02d", 20+i*13%180, i%100), "currency": "USD",
		"cost_basis": fmt.Sprint(500 + i*37%4000),
	}
}
