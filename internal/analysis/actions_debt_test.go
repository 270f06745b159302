package analysis

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/portfolio"
)

// asTargeted takes p with the allocation of p0 as its target.
func asTargeted(t *testing.T, p *portfolio.Portfolio) Input {
	in := input(t, p)
	in.Profile.RiskTolerance, in.Profile.RiskCapacity = portfolio.Aggressive, portfolio.Aggressive
	in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.86"), portfolio.ClassFixedIncome: dec("0.09"), portfolio.ClassCash: dec("0.05")}
	in.Constraints = whole()
	return in
}

func TestPayDownDebt(t *testing.T) {
	card := func(balance, rate string) portfolio.Liability {
		return portfolio.Liability{Type: portfolio.CreditCard, Balance: dec(balance), InterestRate: decPtr(rate)}
	}
	for name, tt := range map[string]struct {
		debts    []portfolio.Liability
		expenses *decimal.Decimal
		account  string
		want     string
		after    string // of the dear debts
	}{
		"all": {[]portfolio.Liability{card("3200", "0.22")}, nil, "", "pay_down_debt credit_card [] {debt_terms}", "0.00"},
		"dearest first": {[]portfolio.Liability{{Type: portfolio.AutoLoan, Balance: dec("9000"), InterestRate: decPtr("0.09")}, card("3200", "0.22")},
			nil, "", "pay_down_debt credit_card [no_cash] {debt_terms}", "7200.00"},
		"not from the emergency fund": {[]portfolio.Liability{card("3200", "0.22")}, decPtr("1500"), "",
			"pay_down_debt credit_card [cash_reserve] {debt_terms}", "2700.00"},
		"not from a retirement account": {[]portfolio.Liability{card("3200", "0.22")}, nil, "ira",
			"pay_down_debt credit_card [account_cash] {}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Liabilities, p.MonthlyExpenses = tt.debts, tt.expenses
			p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
			p.Cash[0].AccountID = tt.account
			in := asTargeted(t, p)                   // see TestRebalancingRepaysDebts
			in.Constraints.NoSell = []string{"AAPL"} // see TestSingleNamesRepayDebts
			r := analyze(t, in)
			if got := proposals(r)[0]; got != tt.want {
				t.Errorf("first action %q, want %q", got, tt.want)
			}
			after := ""
			for _, i := range r.Actions[0].Impact {
				if factByID(r, i.Fact).Code == FactHighInterestDebt {
					after = i.After
				}
			}
			if after != tt.after {
				t.Errorf("left of the debts %q, want %q", after, tt.after)
			}
		})
	}
	p := p0()
	p.Liabilities = []portfolio.Liability{{Type: portfolio.Mortgage, Balance: dec("300000"), InterestRate: decPtr("0.035")}}
	for _, a := range analyze(t, input(t, p)).Actions {
		if a.Kind == ActionPayDownDebt {
			t.Error("a cheap mortgage is paid down")
		}
	}
}

// What is repaid is never more than is free: not the last month's expenses that
// only a pension could pay, and not the proceeds of a short sale.
func TestRepaymentLeavesWhatIsClaimed(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(p *portfolio.Portfolio)
		want   string
		after  string // of the dear debts
	}{
		"the last cent": {func(*portfolio.Portfolio) {}, "pay_down_debt credit_card [no_cash] {debt_terms}", "4000.00"},
		"the emergency fund is in a pension": {func(p *portfolio.Portfolio) {
			p.MonthlyExpenses = decPtr("300") // 900 in three months
			p.Cash = append(p.Cash, portfolio.Cash{AccountID: "ira", Currency: "USD", Amount: dec("50000")})
		}, "pay_down_debt credit_card [account_cash] {debt_terms}", "4900.00"},
		"the emergency fund is in a money market fund": {func(p *portfolio.Portfolio) {
			p.MonthlyExpenses = decPtr("300")
			p.Positions = []portfolio.Position{position("MMF", portfolio.CashEquivalent, "", "900", "1", "900", "")}
		}, "pay_down_debt credit_card [cash_reserve] {debt_terms}", "4000.00"},
		"a short sale": {func(p *portfolio.Portfolio) {
			p.Positions = []portfolio.Position{position("XYZ", portfolio.Equity, "", "-4", "100", "-400", "")}
		}, "pay_down_debt credit_card [no_cash] {debt_terms}", "4400.00"},
		"a third of a cent": {func(p *portfolio.Portfolio) { p.Cash[0].Amount = dec("1000.0033") },
			"pay_down_debt credit_card [no_cash] {debt_terms}", "4000.00"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &portfolio.Portfolio{
				AsOf: asOf, BaseCurrency: "USD", Cash: []portfolio.Cash{{Currency: "USD", Amount: dec("1000")}},
				Accounts:    []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}},
				Liabilities: []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("5000"), InterestRate: decPtr("0.22")}},
			}
			tt.change(p)
			r := analyze(t, input(t, p))
			if got := proposals(r)[0]; got != tt.want {
				t.Errorf("first action %q, want %q", got, tt.want)
			}
			wantMove(t, r, 0, "high_interest_debt: 5000.00 > "+tt.after)
		})
	}
}

// What a single name above its line brings repays a dear debt before it is
// invested, and the line is of what is left then.
func TestSingleNamesRepayDebts(t *testing.T) {
	for name, tt := range map[string]struct {
		balance, account string
		noSell           []string
		want             []string
	}{
		"cash suffices": {"5000", "", nil, []string{
			"pay_down_debt credit_card [] {debt_terms}", "reduce_concentration AAPL: sell AAPL 48 8640.00 [] {taxable_gain}"}},
		"all": {"12000", "", nil, []string{
			"reduce_concentration AAPL: sell AAPL 52 9360.00 [] {taxable_gain}", "pay_down_debt credit_card [] {debt_terms}"}},
		"what there is": {"90000", "", nil, []string{
			"reduce_concentration AAPL: sell AAPL 53 9540.00 [] {taxable_gain}", "pay_down_debt credit_card [no_cash] {debt_terms}"}},
		"not from a pension": {"12000", "ira", nil, []string{
			"pay_down_debt credit_card [no_cash] {debt_terms}", "reduce_concentration AAPL: sell AAPL 48 8640.00 in ira [] {}"}},
		"not what is kept": {"12000", "", []string{"AAPL"}, []string{
			"pay_down_debt credit_card [no_cash] {debt_terms}", "reduce_concentration AAPL [no_sell] {}"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := p0()
			p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
			p.Positions[2].AccountID = tt.account
			p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec(tt.balance), InterestRate: decPtr("0.22")}}
			in := asTargeted(t, p)
			in.Constraints.NoSell = tt.noSell
			r := analyze(t, in)
			if got := proposals(r)[:2]; !slices.Equal(got, tt.want) {
				t.Errorf("first actions %q, want %q", got, tt.want)
			}
		})
	}
}

// What a pension holds of the single name is sold first and repays nothing, so
// that the line is of more.
func TestSingleNamesInAPensionRepayNothing(t *testing.T) {
	p := p0()
	p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
	rest := p.Positions[2]
	p.Positions[2].Quantity, p.Positions[2].CostBasis = dec("70"), decPtr("3500")
	rest.Quantity, rest.CostBasis, rest.AccountID = dec("30"), decPtr("1500"), "ira"
	p.Positions = append(p.Positions, rest)
	p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("90000"), InterestRate: decPtr("0.22")}}
	in := asTargeted(t, p)
	r := analyze(t, in)
	want := []string{
		"reduce_concentration AAPL: sell AAPL 30 5400.00 in ira, sell AAPL 20 3600.00 [] {off_target taxable_gain}",
		"pay_down_debt credit_card [account_cash no_cash] {debt_terms}",
	}
	if got := proposals(r)[:2]; !slices.Equal(got, want) {
		t.Errorf("first actions %q, want %q", got, want)
	}
}

// A balance below zero takes its part of what the single name brings.
func TestMarginDebtComesBeforeDearDebt(t *testing.T) {
	p := p0()
	p.Accounts = []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}}
	p.Cash = []portfolio.Cash{{Currency: "USD", Amount: dec("8000"), AccountID: "ira"}, {Currency: "USD", Amount: dec("-3000")}}
	p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("90000"), InterestRate: decPtr("0.22")}}
	in := asTargeted(t, p)
	r := analyze(t, in)
	if got, want := proposals(r)[0], "reduce_concentration AAPL: sell AAPL 48 8640.00 [] {taxable_gain}"; got != want {
		t.Errorf("first action %q, want %q", got, want)
	}
	if paid := r.Actions[1].Payments; len(paid) != 1 || paid[0].Amount != "5640.00" {
		t.Errorf("payments %+v, want 5640.00", paid)
	}
}

func TestDearDebtIsThatOfTheLevel(t *testing.T) {
	policy, err := ParsePolicy(edit(t, func(root map[string]any) {
		in(root, "lines", lineHighInterest)["by_level"] = map[string]any{"moderate": "0.25"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	p := p0()
	p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec("5000"), InterestRate: decPtr("0.22")}}
	in := input(t, p)
	in.Policy = policy
	if r := analyze(t, in); findingOf(r, FindingHighInterestDebt, "credit_card") != nil || r.Actions[0].Kind == ActionPayDownDebt {
		t.Errorf("findings %+v, actions %q", r.Findings, proposals(r))
	}
}

// Each payment says from which account it comes and which debt it repays, and
// all of them are what the debts become less.
func TestPaymentsNameAccountAndDebt(t *testing.T) {
	p := &portfolio.Portfolio{
		AsOf: asOf, BaseCurrency: "USD", Accounts: []portfolio.Account{{ID: "ira", TaxTreatment: portfolio.TaxDeferred}},
		Cash: []portfolio.Cash{
			{Currency: "USD", Amount: dec("2000"), AccountID: "joint"}, {Currency: "USD", Amount: dec("9000"), AccountID: "ira"},
			{Currency: "USD", Amount: dec("3000"), AccountID: "own"},
		},
		Liabilities: []portfolio.Liability{
			{Type: portfolio.AutoLoan, Balance: dec("9000"), InterestRate: decPtr("0.09")},
			{Type: portfolio.Mortgage, Balance: dec("90000"), InterestRate: decPtr("0.03")},
			{Type: portfolio.CreditCard, Balance: dec("3200"), InterestRate: decPtr("0.22")},
		},
	}
	r := analyze(t, input(t, p))
	want := []Payment{
		{"/portfolio/liabilities/2", portfolio.CreditCard, "own", "3000.00"},
		{"/portfolio/liabilities/2", portfolio.CreditCard, "joint", "200.00"},
		{"/portfolio/liabilities/0", portfolio.AutoLoan, "joint", "1800.00"},
	}
	if diff := cmp.Diff(want, r.Actions[0].Payments); diff != "" {
		t.Errorf("payments (-want +got):\n%s", diff)
	}
	wantMoves(t, r, 0, "high_interest_debt: 12200.00 > 7200.00", "cash_balance: 14000.00 > 9000.00")
}

// What an account pays is money that it has: of cash in another currency, worth
// 1,086.297135 and 542.849891, no cent more than that, and in whole cents unless it
// ends the debt.
func TestPaymentsAreNoMoreThanTheCash(t *testing.T) {
	for name, tt := range map[string]struct {
		balance string
		want    []string
		left    string
	}{
		"all that there is":   {"5000", []string{"one 1086.29", "two 542.84"}, "3370.87"},
		"the rest of a debt":  {"1500", []string{"one 1086.29", "two 413.71"}, "0.00"},
		"up to its last cent": {"1086.297", []string{"one 1086.29", "two 0.01"}, "0.00"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &portfolio.Portfolio{
				AsOf: asOf, BaseCurrency: "USD", FXRates: []portfolio.FXRate{{From: "EUR", To: "USD", Rate: dec("1.0857")}},
				Cash: []portfolio.Cash{
					{Currency: "EUR", Amount: dec("1000.55"), AccountID: "one"}, {Currency: "EUR", Amount: dec("499.9999"), AccountID: "two"},
				},
				Liabilities: []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec(tt.balance), InterestRate: decPtr("0.22")}},
			}
			in := input(t, p)
			in.Profile.EmergencyFundMonths, in.Profile.LiquidityNeeds = decPtr("0"), "low"
			r := analyze(t, in)
			var got []string
			for _, x := range r.Actions[0].Payments {
				got = append(got, x.AccountID+" "+x.Amount)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("payments (-want +got):\n%s", diff)
			}
			if moved := moves(r, r.Actions[0]); !strings.HasSuffix(moved[0], "> "+tt.left) {
				t.Errorf("%s, want %s left", moved[0], tt.left)
			}
		})
	}
}

// TestNothingIsPaidByFractionsOfACent wants an action without payments to speak of
// none, where four accounts have less than a cent each and more together.
func TestNothingIsPaidByFractionsOfACent(t *testing.T) {
	for _, balance := range []string{"5000", "50"} {
		p := p0()
		p.Cash = nil
		for _, account := range []string{"a", "b", "c", "d"} {
			p.Accounts = append(p.Accounts, portfolio.Account{ID: account})
			p.Cash = append(p.Cash, portfolio.Cash{Currency: "USD", Amount: dec("0.004"), AccountID: account})
		}
		p.Liabilities = []portfolio.Liability{{Type: portfolio.CreditCard, Balance: dec(balance), InterestRate: decPtr("0.22")}}
		in := asTargeted(t, p)
		in.Target = portfolio.Allocation{portfolio.ClassEquity: dec("0.9"), portfolio.ClassFixedIncome: dec("0.1")}
		in.Constraints = portfolio.Constraints{NoSell: []string{"AAPL"}, WholeSharesOnly: true}
		r := analyze(t, in)
		if got, want := proposals(r)[0], "pay_down_debt credit_card [no_cash] {}"; got != want || len(r.Actions[0].Payments) > 0 {
			t.Errorf("%s: %q by %v, want %q", balance, got, r.Actions[0].Payments, want)
		}
	}
}

// TestADebtOfNoToldTypeIsAnother wants a debt without a type to be named like one of
// type other, in the fact and in the payments.
func TestADebtOfNoToldTypeIsAnother(t *testing.T) {
	p := p0()
	p.Liabilities = []portfolio.Liability{{Balance: dec("3200"), InterestRate: decPtr("0.22")}}
	in := input(t, p)
	in.Constraints = whole()
	a := analyze(t, in).Actions[0]
	if a.Kind != ActionPayDownDebt || a.Subject != "other" || len(a.Payments) != 1 || a.Payments[0].Type != portfolio.OtherDebt {
		t.Errorf("%s of %q by %+v", a.Kind, a.Subject, a.Payments)
	}
}
