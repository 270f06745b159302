package emulator

import (
	"maps"
	"sync"
)

// Bill is what the emulator has charged since it started.
type Bill struct {
	InputTokens  int64 `json:"input_tokens"`
	OutputTokens int64 `json:"output_tokens"`
	NanoUSD      int64 `json:"nano_usd"`
	// Calls counts InvokeModel calls by outcome: ok, or the error type. Only ok
	// is charged; a call whose answer was lost on the way is ok.
	Calls map[string]int64 `json:"calls"`
}

// ledger guards the bill.
type ledger struct {
	mu   sync.Mutex
	bill Bill
}

// charge counts an answered call.
func (l *ledger) charge(m *Model, in, out int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bill.InputTokens += int64(in)
	l.bill.OutputTokens += int64(out)
	l.bill.NanoUSD += int64(in)*m.InputNano + int64(out)*m.OutputNano
}

func (l *ledger) count(outcome string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bill.Calls == nil {
		l.bill.Calls = map[string]int64{}
	}
	l.bill.Calls[outcome]++
}

func (l *ledger) copy() Bill {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bill
	b.Calls = maps.Clone(b.Calls)
	return b
}
