package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
)

// Fault is what was done to the journal.
type Fault string

// The faults of a chain.
const (
	FaultChanged   Fault = "changed"   // the record is not what was written
	FaultMissing   Fault = "missing"   // the record was there and is not any more
	FaultInserted  Fault = "inserted"  // the record was not written at this place
	FaultReordered Fault = "reordered" // the record belongs to another place
	FaultHead      Fault = "head"      // the end of the chain is not what was noted
)

// ChainError names the first record at which the chain breaks.
type ChainError struct {
	Seq   int64
	ID    string // "" when it is not known
	Fault Fault
}

// Error names the record and the fault.
func (e *ChainError) Error() string {
	if e.ID == "" {
		return fmt.Sprintf("store: journal record %d is %s", e.Seq, e.Fault)
	}
	return fmt.Sprintf("store: journal record %d %s is %s", e.Seq, e.ID, e.Fault)
}

// VerifyChain proves that the journal is what was written, or fails with a
// *ChainError. Pruned records are proven to have been there.
func (s *Store) VerifyChain(ctx context.Context) error {
	return s.audit(ctx, func(c conn) error { return s.verify(ctx, c, nil) })
}

// VerifyFrom proves in addition that the chain continues a head that was noted
// before, which a chain that was rewritten as a whole does not.
func (s *Store) VerifyFrom(ctx context.Context, noted Head) error {
	return s.audit(ctx, func(c conn) error { return s.verify(ctx, c, &noted) })
}

// verification walks the chain.
type verification struct {
	conn
	now   int64 // ns
	noted *Head
	prev  link // the last link that was found right
}

func (s *Store) verify(ctx context.Context, c conn, noted *Head) error {
	now, err := s.sharedTime(ctx, c, s.now()) // by which records were erased
	if err != nil {
		return err
	}
	v := verification{conn: c, now: nanos(now), noted: noted, prev: link{hash: make([]byte, sha256.Size)}}
	for done := false; !done; {
		page, err := readPage(ctx, c, v.prev.seq)
		if err != nil {
			return err
		}
		for _, r := range page {
			if err := v.step(ctx, r); err != nil {
				return err
			}
		}
		done = len(page) < pageSize
	}
	return v.end(ctx)
}

func (v *verification) step(ctx context.Context, r row) error {
	seq := v.prev.seq + 1
	if !bytes.Equal(r.link.sum(), r.hash) || r.link.seq != seq {
		return v.diagnose(ctx, seq, r.link)
	}
	if !bytes.Equal(r.prevHash, v.prev.hash) {
		// The record is whole but was chained to another one than stands
		// before it now.
		return &ChainError{v.prev.seq, v.prev.id, FaultChanged}
	}
	erasable := r.retainUntil > 0 && r.retainUntil <= v.now
	switch {
	case r.content == nil && !erasable:
		return &ChainError{seq, r.id, FaultMissing}
	case r.content != nil && (!bytes.Equal(r.content.sum(), r.contentHash) || r.content.retainUntil != r.retainUntil):
		return &ChainError{seq, r.id, FaultChanged}
	}
	v.prev = r.link
	return v.checkNoted()
}

// diagnose tells what happened to the link that stands where record seq is
// expected: a link that is right for another number was moved there.
func (v *verification) diagnose(ctx context.Context, seq int64, l link) error {
	fits := func(number int64) bool {
		moved := l
		moved.seq = number
		return bytes.Equal(moved.sum(), l.hash)
	}
	origin, err := v.successor(ctx, l.hash)
	if err != nil {
		return err
	}
	known, err := v.exists(ctx, l.prevHash)
	if err != nil {
		return err
	}
	switch {
	case fits(l.seq): // a gap in the numbers
		return &ChainError{seq, "", FaultMissing}
	case fits(seq-1) && v.prev.seq > 0:
		return &ChainError{seq - 1, v.prev.id, FaultInserted}
	case fits(seq+1) && !known:
		return &ChainError{seq, "", FaultMissing}
	case fits(seq + 1), origin > 1 && fits(origin-1):
		return &ChainError{seq, l.id, FaultReordered}
	}
	return &ChainError{seq, l.id, FaultChanged}
}

// successor returns the number of the link that was chained to hash, or 0. The
// head counts as the link after the last.
func (v *verification) successor(ctx context.Context, hash []byte) (int64, error) {
	var seq int64
	err := v.row(ctx, `SELECT COALESCE(MIN(seq), 0) FROM (SELECT seq FROM journal_chain WHERE prev_hash = $1
		UNION ALL SELECT seq + 1 FROM journal_head WHERE hash = $1) AS successors`, hash).Scan(&seq)
	return seq, err
}

func (v *verification) exists(ctx context.Context, hash []byte) (bool, error) {
	var known bool
	err := v.row(ctx, `SELECT EXISTS (SELECT 1 FROM journal_chain WHERE hash = $1)`, hash).Scan(&known)
	return known || bytes.Equal(hash, make([]byte, sha256.Size)), err
}

func (v *verification) checkNoted() error {
	if v.noted != nil && v.noted.Seq == v.prev.seq && !bytes.Equal(v.noted.Hash[:], v.prev.hash) {
		return &ChainError{v.prev.seq, v.prev.id, FaultHead}
	}
	return nil
}

// end compares the last link with the head.
func (v *verification) end(ctx context.Context) error {
	head, err := readHead(ctx, v.conn)
	if err != nil {
		return err
	}
	last := v.prev
	switch {
	case head.Seq > last.seq, v.noted != nil && v.noted.Seq > last.seq:
		return &ChainError{last.seq + 1, "", FaultMissing}
	case head.Seq < last.seq:
		return v.beyond(ctx, head.Seq+1)
	case !bytes.Equal(head.Hash[:], last.hash):
		return &ChainError{last.seq, last.id, FaultChanged}
	}
	return nil
}

// beyond names the first record after the head.
func (v *verification) beyond(ctx context.Context, seq int64) error {
	e := &ChainError{Seq: seq, Fault: FaultInserted}
	if err := v.row(ctx, `SELECT id FROM journal_chain WHERE seq = $1`, seq).Scan(&e.ID); err != nil {
		return err
	}
	return e
}
