package ratelimit

import (
	"context"
	"sync"
)

// maxOwed bounds what is kept in mind; what is more than that lapses.
const maxOwed = 1024

// owed are the slots that a store may count although nobody holds them: it was
// away when they were left, or was not heard when it gave them. Each would be
// missing until it lapses, minutes after a hiccup that is long over.
type owed struct {
	mu    sync.Mutex
	slots []Claim
}

func (o *owed) add(claims []Claim) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range claims {
		if !c.Slots.Unlimited() && len(o.slots) < maxOwed {
			o.slots = append(o.slots, c)
		}
	}
}

// giveBack leaves them in a store, or goes on owing them.
func (o *owed) giveBack(ctx context.Context, to Store) error {
	o.mu.Lock()
	slots := o.slots
	o.slots = nil
	o.mu.Unlock()
	if len(slots) == 0 {
		return nil
	}
	err := to.Leave(ctx, slots...)
	if err != nil {
		o.add(slots)
	}
	return err
}
