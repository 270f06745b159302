package wording

import (
	"slices"
	"strings"
	"testing"

	"ballast.internal/ballast/internal/analysis"
)

func trade(side analysis.Side, ticker, account, quantity, amount string) analysis.Trade {
	return analysis.Trade{Side: side, Ticker: ticker, AccountID: account, Quantity: quantity, Amount: amount, Holding: -1}
}

// TestTradesAcrossAccounts wants one figure for an instrument that is traded in
// two accounts, and the two sides apart.
func TestTradesAcrossAccounts(t *testing.T) {
	r := New(Config{Language: "en", Audience: "client", Result: p0(t, moderate())})
	got := r.tradeList([]analysis.Trade{
		trade(analysis.Sell, "VTI", "ira", "41", "13587.40"),
		trade(analysis.Buy, "BND", "ira", "183", "13563.96"),
		trade(analysis.Buy, "BND", "cash", "110.25", "8153.2"),
		trade(analysis.Buy, "VTI", "cash", "1", "331.40"),
	})
	const want = "sell 41 VTI (USD 13,587.40); buy 293.25 BND (USD 21,717.16); buy 1 VTI (USD 331.40)"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTradeoffFollowsTheTrades wants rebalancing with cash alone not to speak
// of selling.
func TestTradeoffFollowsTheTrades(t *testing.T) {
	r := New(Config{Language: "en", Audience: "client", Result: p0(t, moderate())})
	buy, sell := trade(analysis.Buy, "BND", "", "1", "75"), trade(analysis.Sell, "VTI", "", "1", "250")
	for want, trades := range map[string][]analysis.Trade{
		"Invested money can lose value": {buy},
		"What is sold may rise":         {sell, buy},
		"What is sold may rise, ":       {sell},
	} {
		if got := r.tradeoff(analysis.Action{Kind: analysis.ActionRebalance, Trades: trades}); !strings.HasPrefix(got, want) {
			t.Errorf("%v: %q, want %q", trades, got, want)
		}
	}
}

// TestLowerRiskNamesTheLevel wants the profile's level inside the sentence: set
// apart from it, it reads as the portfolio's.
func TestLowerRiskNamesTheLevel(t *testing.T) {
	for _, l := range Languages() {
		res := p0(t, moderate())
		r := New(Config{Language: l, Audience: "client", Result: res})
		i := slices.IndexFunc(res.Facts, func(f analysis.Fact) bool { return f.Code == analysis.FactRiskLevel })
		got := r.Reason(analysis.Action{Kind: analysis.ActionLowerRisk, Trigger: res.Facts[i].ID})
		if !strings.Contains(got, r.phrase(&res.Facts[i])) || strings.ContainsAny(got, ":：") {
			t.Errorf("%s: %q", l, got)
		}
	}
}

// TestReadersAreToldApart wants a reason and a trade-off of its own for the
// adviser of every action.
func TestReadersAreToldApart(t *testing.T) {
	res := p0(t, moderate())
	for _, l := range Languages() {
		client := New(Config{Language: l, Audience: "client", Result: res})
		expert := New(Config{Language: l, Audience: adviser, Result: res})
		for _, kind := range constants(t, "../../analysis/actions.go", "Action") {
			a := analysis.Action{Kind: kind, Subject: "AAPL", Trigger: "F13", Trades: []analysis.Trade{trade(analysis.Sell, "AAPL", "", "1", "180")}}
			if client.Reason(a) == expert.Reason(a) {
				t.Errorf("%s %s: both are told %q", l, kind, client.Reason(a))
			}
			if client.tradeoff(a) == expert.tradeoff(a) {
				t.Errorf("%s %s: both are told %q", l, kind, client.tradeoff(a))
			}
			if got := client.Reason(a); !strings.Contains(got, client.phrase(client.result.Fact("F13"))) {
				t.Errorf("%s %s: the figure is missing from %q", l, kind, got)
			}
		}
	}
}
