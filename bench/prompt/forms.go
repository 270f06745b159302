package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
)

// errSeen ends a call as soon as the prompt is known.
var errSeen = errors.New("seen")

// ear keeps the prompt that it is told and answers nothing.
type ear struct{ heard *recommend.ModelRequest }

func (e ear) Info() recommend.ModelInfo                                  { return recommend.ModelInfo{ID: "ear", Provider: "emulator"} }
func (e ear) Bound(recommend.ModelRequest) recommend.Bound               { return recommend.Bound{} }
func (e ear) Reserve(context.Context, recommend.Reservation) error       { return nil }
func (e ear) Settle(context.Context, string, recommend.TokenUsage) error { return nil }
func (e ear) Forfeit(context.Context, string) error                      { return nil }
func (e ear) Release(context.Context, string) error                      { return nil }
func (e ear) Done(int, bool)                                             {}
func (e ear) Append(context.Context, recommend.Record) error             { return nil }

func (e ear) Answer(context.Context, string, string) ([]byte, error) {
	return nil, recommend.ErrNotFound
}

func (e ear) Acquire(context.Context, recommend.QuotaCall, func(int)) (recommend.Lease, error) {
	return e, nil
}

func (e ear) Invoke(_ context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	*e.heard = req
	return recommend.ModelAnswer{}, &recommend.ModelError{Kind: recommend.KindInvalid, Err: errSeen}
}

// prompted is the prompt that the service sends for a request.
func prompted(ctx context.Context, req recommend.Request) (sent recommend.ModelRequest, err error) {
	e := ear{&sent}
	s, err := recommend.New(recommend.Config{
		Model: e, Ledger: e, Quota: e, Journal: e, Policy: analysis.DefaultPolicy(), Now: time.Now, Canary: "kormoranlamp", CacheTTL: -1,
	})
	if err != nil {
		return sent, err
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	req.Client = "bench"
	if _, err = s.Recommend(ctx, req, nil); err == nil && sent.User == "" {
		err = errors.New("the request needs no model")
	}
	return sent, err
}

// table is the portfolio as CSV, with a line for the profile.
func table(req *recommend.Request) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	p := &req.Profile
	rows := [][]string{
		{"level", "objectives", "liquidity"}, {string(p.RiskTolerance), strings.Join(p.Objectives, " "), p.LiquidityNeeds},
		{"ticker", "name", "type", "class", "sector", "region", "quantity", "price", "currency", "cost"},
	}
	for i := range req.Portfolio.Positions {
		rows = append(rows, line(&req.Portfolio.Positions[i]))
	}
	if err := w.WriteAll(rows); err != nil {
		panic(err) // into memory
	}
	return b.String()
}

func line(x *portfolio.Position) []string {
	in := &x.Instrument
	return []string{in.Ref(), in.Name, fmt.Sprint(in.Type), fmt.Sprint(in.AssetClass), in.Sector, in.Region,
		fmt.Sprint(x.Quantity), fmt.Sprint(x.Price), string(x.Currency), fmt.Sprint(x.CostBasis)}
}

// synthetic is a portfolio of n stocks with one that is too large, in the
// fields of the examples.
func synthetic(n int) []byte {
	positions := make([]map[string]any, n)
	for i := range positions {
		positions[i] = holding(i, n)
	}
	body, err := json.Marshal(map[string]any{
		"portfolio": map[string]any{
			"as_of": "2026-11-20", "base_currency": "USD", "positions": positions,
			"accounts": []any{map[string]any{"account_id": "brokerage", "tax_treatment": "taxable"}},
			"cash":     []any{map[string]any{"account_id": "brokerage", "currency": "USD", "amount": "5000"}},
		},
		"investor_profile": map[string]any{
			"age": 42, "risk_tolerance": "moderate", "risk_capacity": "moderate", "time_horizon_years": 15,
			"objectives": []string{"growth"}, "liquidity_needs": "low", "experience": "intermediate",
		},
	})
	if err != nil {
		panic(err) // plain values
	}
	return body
}

func holding(i, n int) map[string]any {
	ticker := fmt.Sprintf("%c%c%cQ", 'B'+i%20, 'A'+i/20%20, 'A'+i/400)
	price := 20 + i*13%180
	value := 100_000 / n
	if i == 0 {
		value = 40_000
	}
	return map[string]any{
		"instrument": map[string]any{
			"id": map[string]any{"ticker": ticker, "isin": isin(ticker)}, "name": "Company " + ticker, "type": "equity",
			"asset_class": "equity", "country": "US", "region": "north_america",
			"sector": []string{"technology", "financials", "industrials", "health_care", "energy"}[i%5],
		},
		"account_id": "brokerage", "quantity": fmt.Sprint(1 + value/price), "price": fmt.Sprint(price),
		"price_as_of": "2026-11-20", "currency": "USD", "cost_basis": fmt.Sprint(1 + value*9/10),
	}
}

// isin is the one number of its issuer whose check digit holds.
func isin(ticker string) string {
	for digit := range 10 {
		if s := fmt.Sprintf("US00%s000%d", ticker, digit); portfolio.ValidISIN(s) {
			return s
		}
	}
	panic("no check digit holds for " + ticker)
}
