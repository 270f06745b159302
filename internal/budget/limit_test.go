package budget

import (
	"errors"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCanReserve(t *testing.T) {
	cases := []struct {
		name                           string
		limit, spent, reserved, amount Nano
		want                           bool
	}{
		{"empty budget", 10, 0, 0, 10, true},
		{"exactly full", 10, 4, 5, 1, true},
		{"one nano over", 10, 4, 5, 2, false},
		{"nothing allowed", 0, 0, 0, 1, false},
		{"nothing asked of nothing", 0, 0, 0, 0, true},
		{"overspent by a settlement", 10, 12, 0, 0, false},
		{"negative amount", 10, 5, 0, -5, false},
		{"amount overflows", 10, 5, 5, MaxNano, false},
		{"balances overflow", Unlimited, MaxNano, MaxNano, 1, false},
		{"unlimited", Unlimited, 1, 1, MaxNano - 2, true},
		{"beyond unlimited", Unlimited, 1, 1, MaxNano - 1, false},
	}
	for _, c := range cases {
		if got := CanReserve(c.limit, c.spent, c.reserved, c.amount); got != c.want {
			t.Errorf("%s: CanReserve(%d, %d, %d, %d) = %v", c.name, c.limit, c.spent, c.reserved, c.amount, got)
		}
	}
}

func TestCanReserveAgreesWithBigIntegers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Nano { return Nano(rapid.Int64Min(0).Draw(t, name)) }
		limit, spent, reserved, amount := draw("limit"), draw("spent"), draw("reserved"), draw("amount")
		sum := new(big.Int)
		for _, n := range []Nano{spent, reserved, amount} {
			sum.Add(sum, big.NewInt(int64(n)))
		}
		want := sum.Cmp(big.NewInt(int64(limit))) <= 0
		if got := CanReserve(limit, spent, reserved, amount); got != want {
			t.Fatalf("CanReserve = %v, want %v", got, want)
		}
		b := Balance{Limit: limit, Spent: spent, Reserved: reserved}
		if want && amount > b.Remaining() || b.Remaining() < 0 {
			t.Fatalf("Remaining() = %d, yet %d fits", b.Remaining(), amount)
		}
	})
}

func TestLimitsOfAnUnknownClient(t *testing.T) {
	l := Limits{Clients: map[string]Limit{"a": {Day: 1, Month: 2}}}
	if got := l.Client("b"); got != (Limit{}) {
		t.Errorf("an unknown client may spend %v, want nothing", got)
	}
	l.Default = Limit{Day: 3, Month: 4}
	if got := l.Client("b"); got != l.Default {
		t.Errorf("Client(b) = %v, want the default", got)
	}
	if a := l.Client("a"); a.For(Day) != 1 || a.For(Month) != 2 {
		t.Errorf("Client(a) = %v, want its own", a)
	}
}

func TestLimitsValidate(t *testing.T) {
	for _, l := range []Limits{
		{Global: Limit{Day: -1}}, {Default: Limit{Month: -1}}, {Clients: map[string]Limit{"a": {Day: -1}}},
	} {
		if err := l.Validate(); !errors.Is(err, ErrNegative) {
			t.Errorf("Validate(%v) = %v, want ErrNegative", l, err)
		}
	}
	if err := (Limits{}).Validate(); err != nil {
		t.Errorf("Validate of zero limits: %v", err)
	}
}

func TestRefusingNamesTheLastToReset(t *testing.T) {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	day, month := WindowAt(Day, at, time.UTC), WindowAt(Month, at, time.UTC)
	all := []Balance{
		{Budget: ClientBudget, Window: day, Limit: 10, Spent: 10},
		{Budget: ClientBudget, Window: month, Limit: 100, Spent: 10},
		{Budget: GlobalBudget, Window: day, Limit: 5, Spent: 5},
		{Budget: GlobalBudget, Window: month, Limit: 100, Reserved: 10},
	}
	if got := Refusing(all, 1); got != &all[0] {
		t.Errorf("Refusing = %+v, want the client's day: it is first of two that reset together", got)
	}
	all[3].Limit = 10
	if got := Refusing(all, 1); got != &all[3] {
		t.Errorf("Refusing = %+v, want the global month: nothing fits before it resets", got)
	}
	if got := Refusing(all[1:2], 90); got != nil {
		t.Errorf("Refusing = %+v, want none", got)
	}
}

func TestPercent(t *testing.T) {
	cases := []struct {
		of      Nano
		percent int
		want    Nano
	}{
		{1000, 50, 500},
		{1099, 50, 549}, // rounded down
		{199, 33, 65},
		{1000, 100, 1000},
		{1000, 0, 0},
		{0, 50, 0},
		{Unlimited - 1, 100, Unlimited - 1}, // does not overflow
		{Unlimited, 1, Unlimited},
		{Unlimited, 0, 0},
	}
	for _, c := range cases {
		if got := c.of.Percent(c.percent); got != c.want {
			t.Errorf("%d %% of %d = %d, want %d", c.percent, c.of, got, c.want)
		}
	}
}

func TestRefusingABatchJob(t *testing.T) {
	cases := []struct {
		name    string
		balance Balance
		refused bool
	}{
		{"fits both", Balance{Limit: 100, Spent: 40, Batch: Part{Limit: 50, Spent: 40}}, false},
		{"its part is spent", Balance{Limit: 100, Spent: 50, Batch: Part{Limit: 50, Spent: 50}}, true},
		{"its part is held", Balance{Limit: 100, Reserved: 50, Batch: Part{Limit: 50, Reserved: 50}}, true},
		{"others spent the whole", Balance{Limit: 100, Spent: 100, Batch: Part{Limit: 50}}, true},
	}
	for _, c := range cases {
		if got := RefusingBatch([]Balance{c.balance}, 10) != nil; got != c.refused {
			t.Errorf("%s: refused = %v", c.name, got)
		}
	}
}

func TestCoversIfNothingWereHeld(t *testing.T) {
	held := Balance{Limit: 100, Spent: 40, Reserved: 60}
	if !Covers([]Balance{held}, 60) {
		t.Error("what is held alone refuses for good")
	}
	if Covers([]Balance{held}, 61) {
		t.Error("more than is left unspent is covered")
	}
}

func TestRemainingOfOverspentBudget(t *testing.T) {
	for _, b := range []Balance{{Limit: 5, Spent: 9}, {Limit: 5, Spent: MaxNano, Reserved: MaxNano}} {
		if got := b.Remaining(); got != 0 {
			t.Errorf("Remaining of %+v = %d, want 0", b, got)
		}
	}
}
