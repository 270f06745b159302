package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"ballast.internal/ballast/internal/outage"
)

// maxBatch bounds the changes that share a transaction, and so how long one
// transaction keeps the others out.
const maxBatch = 64

// turns is how many transactions fit into the patience that others have who wait
// for the lock. On a machine that does too much a change takes as long as a
// hundred do otherwise, and to the others a transaction that went on with all
// that have queued up would be a database that does not answer.
const turns = 16

// company is how long an unhurried op waits for another: longer than the checks
// of an answer take, whose record follows its settlement.
const company = 5 * time.Millisecond

// writer runs all changes of a Store, one transaction at a time.
type writer struct {
	db      *sql.DB
	d       dialect
	still   func() error  // nil: there is no file to look for
	timeout time.Duration // of one transaction
	watch   *outage.Watch
	log     *slog.Logger
	queue   chan *op
	closing chan struct{}
	closed  chan struct{}
	once    atomic.Bool
	failing atomic.Pointer[failure] // nil: the last change was made
	// Owned by loop.
	undo        []*op
	wrote       int           // bytes, by the transaction that runs
	statements  *statements   // nil: the driver keeps them itself
	checkpoints *checkpointer // nil: the database needs none
}

func newWriter(p *pools, timeout time.Duration, watch *outage.Watch, log *slog.Logger) *writer {
	w := &writer{
		db: p.write, d: p.d, still: p.still, timeout: timeout, watch: watch, log: log,
		queue: make(chan *op, maxBatch), closing: make(chan struct{}), closed: make(chan struct{}),
	}
	if p.d.embedded {
		w.statements = newStatements(p.write)
		w.checkpoints = newCheckpointer(p.read, timeout, log)
	}
	go w.loop()
	return w
}

// stop runs what is queued and waits for it.
func (w *writer) stop() {
	if w.once.CompareAndSwap(false, true) {
		close(w.closing)
	}
	<-w.closed
}

// do returns after the change is durable, with its refusal, or with why it was
// not made. When ctx ends first the change is not made if it has not begun;
// otherwise it may still be made, and an op with undo is then taken back. While
// the database does not answer only one op a second is tried, and those that are
// patient; the others fail with ErrUnavailable at once.
func (w *writer) do(ctx context.Context, o *op) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-w.closing:
		return ErrClosed
	default:
	}
	if w.watch.Down() && !o.patient {
		if !w.watch.Try() {
			return ErrUnavailable
		}
		o.patient = true // to see whether it answers again
	}
	select {
	case w.queue <- o:
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", errNoTurn, ctx.Err())
	case <-w.closed:
		return ErrClosed
	}
	return w.await(ctx, o)
}

func (w *writer) await(ctx context.Context, o *op) error {
	var why error
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		why = ctx.Err()
	case <-w.closed:
		why = ErrClosed
	}
	switch {
	case o.state.CompareAndSwap(opWaiting, opLeft):
		return fmt.Errorf("%w: %w", errNoTurn, why)
	case o.state.CompareAndSwap(opTaken, opLeft):
		return why
	}
	return <-o.done
}

func (w *writer) loop() {
	defer close(w.closed)
	for {
		batch := w.next()
		if batch == nil {
			w.statements.close()
			w.checkpoints.stop()
			return
		}
		w.run(batch)
		w.checkpoints.after(len(batch), w.db)
	}
}

// next waits for changes and returns those that are queued, what is to be
// undone first. It returns nil when the writer has stopped and nothing is left.
func (w *writer) next() []*op {
	batch := w.undo
	w.undo = nil
	if len(batch) == 0 {
		select {
		case o := <-w.queue:
			batch = append(batch, o)
			if o.unhurried {
				batch = w.accompany(batch)
			}
		case <-w.closing:
		}
	}
	for len(batch) < maxBatch {
		select {
		case o := <-w.queue:
			batch = append(batch, o)
			continue
		default:
		}
		break
	}
	return batch
}

// accompany adds the next change to batch, if it comes soon.
func (w *writer) accompany(batch []*op) []*op {
	soon := time.NewTimer(company)
	defer soon.Stop()
	select {
	case o := <-w.queue:
		return append(batch, o)
	case <-soon.C:
	case <-w.closing:
	}
	return batch
}

// run makes the changes whose callers are still there. One that breaks the
// transaction fails alone, and the others are tried again without it.
func (w *writer) run(batch []*op) {
	batch = slices.DeleteFunc(batch, func(o *op) bool { return !o.take() })
	if w.watch.Down() {
		batch = w.turnAway(batch)
	}
	for len(batch) > 0 {
		refusals, broken, err := w.transact(batch)
		w.statements.learn(w.timeout)
		silent := err != nil && (broken < 0 || errors.Is(err, context.DeadlineExceeded))
		w.watch.Note(!silent)
		w.note(err)
		switch {
		case err == nil:
			for i, refusal := range refusals {
				w.finish(batch[i], refusal)
			}
			batch = batch[len(refusals):]
			continue
		case silent:
			w.fail(batch, err)
			return
		}
		w.fail(batch[broken:broken+1], err)
		batch = slices.Delete(batch, broken, broken+1)
	}
}

// turnAway fails what came before the database was known to be silent, and
// keeps what is patient.
func (w *writer) turnAway(batch []*op) []*op {
	return slices.DeleteFunc(batch, func(o *op) bool {
		if !o.patient {
			o.finish(ErrUnavailable)
		}
		return !o.patient
	})
}

func (w *writer) finish(o *op, refusal error) {
	if !o.finish(refusal) && refusal == nil && o.undo != nil {
		w.undo = append(w.undo, o.takeBack())
	}
}

func (w *writer) fail(batch []*op, err error) {
	var unknown *unknownOutcome
	for _, o := range batch {
		if errors.As(err, &unknown) && o.undo != nil {
			w.undo = append(w.undo, o.takeBack())
		}
		if !o.finish(err) {
			w.log.Warn("a change failed after its caller had gone", "error", err)
		}
	}
}

// transact runs the changes in one transaction, or the first of them when they
// take long: as many as there are refusals. When one of them breaks it, broken is
// its index; otherwise broken is negative.
func (w *writer) transact(batch []*op) (refusals []error, broken int, err error) {
	w.wrote = 0
	quiet := newSilence(w.timeout)
	defer quiet.end()
	defer func() { err = quiet.explain(err) }()
	ctx := quiet.ctx
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, -1, err
	}
	defer tx.Rollback() // after a commit it does nothing
	quiet.heard()
	c := conn{q: heardQuerier{w.querier(tx), quiet.heard}, d: w.d}
	if w.d.lock != "" {
		if err := c.row(ctx, w.d.lock).Scan(&c.locked); err != nil {
			return nil, -1, err
		}
	}
	c.wrote = &w.wrote
	begin := time.Now()
	for i, o := range batch {
		refusal, err := o.run(ctx, c)
		if err != nil {
			return nil, i, err
		}
		if refusals = append(refusals, refusal); w.d.lock != "" && time.Since(begin) > w.timeout/turns {
			break
		}
	}
	if err := w.commit(tx); err != nil {
		return nil, -1, err
	}
	return refusals, -1, nil
}

func (w *writer) commit(tx *sql.Tx) error {
	if w.still != nil {
		if err := w.still(); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return &unknownOutcome{err}
	}
	return nil
}

// querier runs statements within tx.
func (w *writer) querier(tx *sql.Tx) querier {
	if w.statements == nil {
		return tx
	}
	return compiledTx{tx, w.statements}
}
