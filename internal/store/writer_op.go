package store

import (
	"context"
	"sync/atomic"
)

// change makes one change inside a transaction that others may share. A
// refusal says that it changed nothing and why; the others go on. With err the
// transaction is rolled back.
type change func(ctx context.Context, c conn) (refusal, err error)

// op is a change that waits for its turn.
type op struct {
	run change
	// undo takes the change back when it was made and its caller had gone, or
	// when nobody knows whether it was made.
	undo change
	// patient ops are tried although the database did not answer of late: they
	// end what was begun.
	patient bool
	// unhurried ops wait for others to share a transaction with: nobody waits
	// for them alone.
	unhurried bool
	state     atomic.Int32
	done      chan error // buffered: the writer never waits for the caller
}

// The states of an op. It is run at most once, and its caller may leave at any
// time before it is finished.
const (
	opWaiting int32 = iota
	opTaken
	opFinished
	opLeft
)

func newOp(run, undo change) *op { return &op{run: run, undo: undo, done: make(chan error, 1)} }

// takeBack is the op that undoes o.
func (o *op) takeBack() *op {
	back := newOp(o.undo, nil)
	back.patient = true
	return back
}

func (o *op) take() bool { return o.state.CompareAndSwap(opWaiting, opTaken) }

// finish reports whether the caller was still there to hear err.
func (o *op) finish(err error) bool {
	if !o.state.CompareAndSwap(opTaken, opFinished) {
		return false
	}
	o.done <- err
	return true
}
