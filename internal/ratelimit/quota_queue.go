package ratelimit

import (
	"container/list"
	"context"
	"errors"

	"ballast.internal/ballast/internal/recommend"
)

// waiter is one call in the queue.
type waiter struct {
	tokens   int
	batch    bool
	admitted chan struct{} // closed on admission
	lease    *lease
	position int           // in the queue, from 1
	moved    chan struct{} // holds one signal when the position has changed
}

// positionOf is 0 for a call that waits no longer.
func (q *Quota) positionOf(w *waiter) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if w.lease != nil {
		return 0
	}
	return w.position
}

// renumberLocked tells each call in the queue that its place has changed.
func (q *Quota) renumberLocked() {
	position := 0
	for el := q.queue.Front(); el != nil; el = el.Next() {
		position++
		w := el.Value.(*waiter)
		if w.position == position {
			continue
		}
		w.position = position
		select {
		case w.moved <- struct{}{}:
		default: // it has not looked yet
		}
	}
}

// join queues a call, unless it is certain that it would wait in vain.
func (q *Quota) join(ctx context.Context, w *waiter) (*list.Element, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.cfg.Now()
	if q.tokens != nil && w.tokens > q.tokens.perMinute {
		return nil, &recommend.QuotaError{Limit: LimitBedrockTokens} // no waiting helps
	}
	el := q.pushLocked(w)
	q.serveLocked(now)
	if w.lease != nil {
		return el, nil
	}
	limit, wait := q.outlookLocked(now, w.batch)
	deadline, bounded := ctx.Deadline()
	if bounded && now.Add(wait).After(deadline) || q.queue.Len() > q.cfg.MaxQueue {
		q.queue.Remove(el)
		return nil, &recommend.QuotaError{Limit: limit, RetryAfter: wait}
	}
	q.renumberLocked()
	return el, nil
}

// pushLocked queues a call behind those of its kind.
func (q *Quota) pushLocked(w *waiter) *list.Element {
	last := q.lastLocked(w.batch)
	if last == nil {
		return q.queue.PushFront(w)
	}
	return q.queue.InsertAfter(w, last)
}

// lastLocked is the last of the queue, or nil: of all, or of those that are no
// batch calls.
func (q *Quota) lastLocked(batch bool) *list.Element {
	el := q.queue.Back()
	for !batch && el != nil && el.Value.(*waiter).batch {
		el = el.Prev()
	}
	return el
}

// giveUp takes a call whose context has ended out of the queue. It may have
// been admitted in the meantime.
func (q *Quota) giveUp(ctx context.Context, el *list.Element, w *waiter) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.cfg.Now()
	if w.lease != nil {
		q.requests.take(now, -1)
		q.endLocked(w.lease, 0, false, now)
		return ctx.Err()
	}
	limit, wait := q.outlookLocked(now, w.batch)
	q.queue.Remove(el)
	q.renumberLocked()
	q.serveLocked(now)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &recommend.QuotaError{Limit: limit, RetryAfter: wait}
	}
	return ctx.Err()
}
