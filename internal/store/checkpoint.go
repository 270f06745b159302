package store

import (
	"context"
	"database/sql"
	"log/slog"
	"time"
)

// A checkpointer copies the log of SQLite back into the database beside the
// writer. Left to SQLite, it is the transaction that fills the log whose callers
// wait for the copying: some 10 ms, once in a hundred requests. What is written
// meanwhile the writer copies itself, which is little; only then does the log
// begin anew, instead of growing for ever under a steady load.
type checkpointer struct {
	db      *sql.DB // that for reading: a checkpoint changes no data
	timeout time.Duration
	log     *slog.Logger
	due     chan struct{}
	copied  chan struct{}
	closed  chan struct{}
	pending int // changes since the last checkpoint was due; owned by the writer
}

const (
	// checkpointChanges is after how many changes a checkpoint is due, of some ten
	// pages each, so that the pages which all of them change are copied once for many.
	checkpointChanges = 400
	// checkpointPages is after how many pages of 4 KiB the writer no longer waits for
	// the checkpointer.
	checkpointPages = "wal_autocheckpoint(16000)"

	checkpoint = `PRAGMA wal_checkpoint(PASSIVE)`
)

func newCheckpointer(db *sql.DB, timeout time.Duration, log *slog.Logger) *checkpointer {
	c := &checkpointer{
		db: db, timeout: timeout, log: log,
		due: make(chan struct{}, 1), copied: make(chan struct{}, 1), closed: make(chan struct{}),
	}
	go c.loop()
	return c
}

func (c *checkpointer) loop() {
	defer close(c.closed)
	for range c.due {
		c.run(c.db)
		select {
		case c.copied <- struct{}{}:
		default:
		}
	}
}

// after is told of changes by their writer, whose database it may use.
func (c *checkpointer) after(changes int, writer *sql.DB) {
	if c == nil {
		return
	}
	select {
	case <-c.copied:
		c.run(writer)
	default:
	}
	if c.pending += changes; c.pending < checkpointChanges {
		return
	}
	c.pending = 0
	select {
	case c.due <- struct{}{}:
	default: // the last one is not done
	}
}

func (c *checkpointer) run(db *sql.DB) {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	if _, err := db.ExecContext(ctx, checkpoint); err != nil {
		c.log.Warn("a checkpoint failed, and is tried again later", "error", err)
	}
}

// stop waits for the checkpoint under way.
func (c *checkpointer) stop() {
	if c == nil {
		return
	}
	close(c.due)
	<-c.closed
}
