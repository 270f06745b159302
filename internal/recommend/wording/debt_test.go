package wording

import (
	"strings"
	"testing"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
)

func payment(kind portfolio.LiabilityType, amount string) analysis.Payment {
	return analysis.Payment{Type: kind, Amount: amount}
}

// TestRepaymentIsTold wants what is repaid beside what is sold for it: the sale alone
// is a part of it. Of several debts the title and the sentence name each kind once.
func TestRepaymentIsTold(t *testing.T) {
	card, again, loan := payment(portfolio.CreditCard, "4000.00"), payment(portfolio.CreditCard, "6000.00"), payment(portfolio.PersonalLoan, "5000")
	sold := []analysis.Trade{trade(analysis.Sell, "VTI", "", "11", "3190.00")}
	for _, c := range []struct {
		trades       []analysis.Trade
		payments     []analysis.Payment
		title, wants string
	}{
		{sold, []analysis.Payment{card, again, loan}, "Pay down high-interest borrowing: credit card debt, personal loan",
			"Proposed trades: sell 11 VTI (USD 3,190.00). Proposed repayment: USD 15,000.00 (credit card debt USD 10,000.00; personal loan USD 5,000.00)."},
		{sold, []analysis.Payment{card}, "Pay down high-interest borrowing: credit card debt",
			"Proposed trades: sell 11 VTI (USD 3,190.00). Proposed repayment: USD 4,000.00."},
		{nil, []analysis.Payment{card, again}, "Pay down high-interest borrowing: credit card debt", "Proposed repayment: USD 10,000.00."},
	} {
		r := New(Config{Language: "en", Audience: "client", Result: p0(t, moderate())})
		a := analysis.Action{Kind: analysis.ActionPayDownDebt, Subject: "credit_card", Trades: c.trades, Payments: c.payments}
		if got := r.Title(a); got != c.title {
			t.Errorf("title %q, want %q", got, c.title)
		}
		for about, text := range map[string]string{"rationale": r.Rationale(a), "answer": r.Trades([]analysis.Action{a}, nil).Text} {
			if !strings.Contains(text, c.wants) {
				t.Errorf("%s %q, want in it %q", about, text, c.wants)
			}
		}
	}
}

// TestRepaymentInEveryLanguage wants both kinds of debt and the sum.
func TestRepaymentInEveryLanguage(t *testing.T) {
	for _, l := range Languages() {
		r := New(Config{Language: l, Audience: "client", Result: p0(t, moderate())})
		a := analysis.Action{Kind: analysis.ActionPayDownDebt, Subject: "credit_card", Payments: []analysis.Payment{
			payment(portfolio.CreditCard, "9000.00"), payment(portfolio.PersonalLoan, "6000.00"),
		}}
		for _, want := range []string{r.amount("15000.00"), r.label(ofDebt, "credit_card"), r.label(ofDebt, "personal_loan")} {
			if got := r.Rationale(a); !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q in it", l, got, want)
			}
		}
	}
}

// TestGermanDebtIsNamedOnce: "Schulden kosten Zinsen für Kreditkartenschulden".
func TestGermanDebtIsNamedOnce(t *testing.T) {
	res := &analysis.Result{Facts: []analysis.Fact{
		{ID: "F1", Code: analysis.FactDebtInterestRate, Subject: "credit_card", Value: "0.249", Threshold: "0.08", Unit: analysis.Ratio},
	}}
	for _, audience := range []string{"client", adviser} {
		r := New(Config{Language: "de", Audience: audience, Result: res})
		for _, payments := range [][]analysis.Payment{nil, {payment(portfolio.CreditCard, "1.00")}} {
			got := r.Reason(analysis.Action{Kind: analysis.ActionPayDownDebt, Subject: "credit_card", Trigger: "F1", Payments: payments})
			if strings.Count(strings.ToLower(got), "schulden") != 1 {
				t.Errorf("%q names the debt twice", got)
			}
		}
	}
}
