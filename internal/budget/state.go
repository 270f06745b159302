package budget

import "errors"

// State is where a reservation is in its life.
type State string

// The states of a reservation. Reserved is the only one that holds money, and
// Settled is final. The other three are what was concluded without knowing the
// bill; see Apply for what happens when it becomes known.
const (
	Reserved  State = "reserved"
	Settled   State = "settled"   // charged what was billed
	Released  State = "released"  // charged nothing
	Forfeited State = "forfeited" // charged in full: the outcome is unknown
	Expired   State = "expired"   // charged in full: nobody said what came of it
)

// Event is what is said about a reservation.
type Event string

// The events of a reservation.
const (
	Settle  Event = "settle"
	Release Event = "release"
	Forfeit Event = "forfeit"
	Expire  Event = "expire"
)

// ErrEvent says that an event or a state does not exist.
var ErrEvent = errors.New("budget: unknown event or state")

// Hold is a reservation: what it reserved, and what it was charged since.
type Hold struct {
	State   State
	Amount  Nano // as reserved, never negative
	Charged Nano // zero while Reserved
}

// Posting is the change that an event makes to the balances of the windows in
// which the money was reserved. Its zero deltas say that nothing changes.
type Posting struct {
	Reserved, Spent Nano
}

// IsZero reports whether nothing changes.
func (p Posting) IsZero() bool { return p == Posting{} }

// next lists what every event does in every state; what is not listed changes
// nothing.
//
// A bill that becomes known later always counts, once. Expiry is only the
// ledger's guess, so that releasing an expired hold refunds it; a forfeit is
// the caller's own statement and stands until a bill corrects it.
var next = map[State]map[Event]State{
	Reserved:  {Settle: Settled, Release: Released, Forfeit: Forfeited, Expire: Expired},
	Expired:   {Settle: Settled, Release: Released},
	Forfeited: {Settle: Settled},
	Released:  {Settle: Settled},
	Settled:   {},
}

// Apply returns the hold after an event and what is to be posted; billed counts
// for Settle alone, and may be more than was reserved. Saying the same again
// changes nothing. It fails with ErrNegative or ErrEvent.
func Apply(h Hold, e Event, billed Nano) (Hold, Posting, error) {
	events, known := next[h.State]
	if _, ok := next[Reserved][e]; !ok || !known {
		return h, Posting{}, ErrEvent
	}
	if h.Amount < 0 || h.Charged < 0 || billed < 0 {
		return h, Posting{}, ErrNegative
	}
	state, changes := events[e]
	if !changes {
		return h, Posting{}, nil
	}
	after := Hold{State: state, Amount: h.Amount, Charged: charge(state, h.Amount, billed)}
	p := Posting{Spent: after.Charged - h.Charged}
	if h.State == Reserved {
		p.Reserved = -h.Amount
	}
	return after, p, nil
}

// charge is what a concluded hold costs.
func charge(s State, amount, billed Nano) Nano {
	switch s {
	case Settled:
		return billed
	case Released:
		return 0
	default:
		return amount
	}
}
