package budget

import "errors"

// ErrNegative says that an amount is below zero where none may be.
var ErrNegative = errors.New("budget: negative amount")

// ErrPercent says that a part of a limit is not between none and all of it.
var ErrPercent = errors.New("budget: percent out of range")

// Unlimited is a limit that never refuses.
const Unlimited = MaxNano

// Limit is the most that may be spent per day and per month. Its zero value
// allows nothing, so that a budget which was forgotten fails closed.
type Limit struct {
	Day, Month Nano
}

// For returns the limit of a kind of window.
func (l Limit) For(kind Kind) Nano {
	if kind == Month {
		return l.Month
	}
	return l.Day
}

// Limits are all budgets of a service.
type Limits struct {
	Global  Limit
	Clients map[string]Limit
	// Default is the limit of a client that is not in Clients.
	Default Limit
	// BatchPercent is the part of each limit that batch jobs may use, 0 to 100.
	BatchPercent int
}

// Client returns the limit of a client.
func (l Limits) Client(name string) Limit {
	if limit, ok := l.Clients[name]; ok {
		return limit
	}
	return l.Default
}

// Percent returns so many hundredths of an amount, rounded down. All of what
// is unlimited is unlimited, and so is a part of it.
func (n Nano) Percent(percent int) Nano {
	if n == Unlimited && percent > 0 {
		return Unlimited
	}
	p := Nano(percent)
	return n/100*p + n%100*p/100
}

// Validate refuses negative limits with ErrNegative, and a part that is none
// with ErrPercent.
func (l Limits) Validate() error {
	if l.BatchPercent < 0 || l.BatchPercent > 100 {
		return ErrPercent
	}
	all := []Limit{l.Global, l.Default}
	for _, limit := range l.Clients {
		all = append(all, limit)
	}
	for _, limit := range all {
		if limit.Day < 0 || limit.Month < 0 {
			return ErrNegative
		}
	}
	return nil
}

// CanReserve reports whether amount fits under limit beside what is spent and
// reserved. It is false for a negative amount and never overflows.
func CanReserve(limit, spent, reserved, amount Nano) bool {
	if amount < 0 || spent < 0 || reserved < 0 {
		return false
	}
	used, err := spent.Add(reserved)
	if err != nil {
		return false
	}
	total, err := used.Add(amount)
	return err == nil && total <= limit
}

// Balance is the state of one budget in one window.
type Balance struct {
	Budget                 string // client or global
	Client                 string // the client's name; "" for the global budget
	Window                 Window
	Limit, Spent, Reserved Nano
	Batch                  Part // of batch jobs
}

// Part is what a part of a budget may be used for, and was.
type Part struct{ Limit, Spent, Reserved Nano }

// The budgets that a reservation is checked against.
const (
	ClientBudget = "client"
	GlobalBudget = "global"
)

// Remaining is what may still be reserved, never below zero.
func (b Balance) Remaining() Nano {
	used, err := b.Spent.Add(b.Reserved)
	if err != nil || used > b.Limit {
		return 0
	}
	return b.Limit - used
}

// Refusing returns the balance that has no room for amount, or nil. Of several
// it is the one that resets last, because nothing fits before that; of those
// the first.
func Refusing(balances []Balance, amount Nano) *Balance {
	return refusing(balances, func(b *Balance) bool { return CanReserve(b.Limit, b.Spent, b.Reserved, amount) })
}

// RefusingBatch is Refusing for a batch job, which must fit into its part too.
func RefusingBatch(balances []Balance, amount Nano) *Balance {
	return refusing(balances, func(b *Balance) bool {
		return CanReserve(b.Limit, b.Spent, b.Reserved, amount) && CanReserve(b.Batch.Limit, b.Batch.Spent, b.Batch.Reserved, amount)
	})
}

// Covers reports whether amount would fit if nothing were reserved: what else
// refuses it may pass.
func Covers(balances []Balance, amount Nano) bool {
	return refusing(balances, func(b *Balance) bool { return CanReserve(b.Limit, b.Spent, 0, amount) }) == nil
}

func refusing(balances []Balance, fits func(*Balance) bool) *Balance {
	var refusing *Balance
	for i := range balances {
		b := &balances[i]
		if fits(b) {
			continue
		}
		if refusing == nil || b.Window.End.After(refusing.Window.End) {
			refusing = b
		}
	}
	return refusing
}
