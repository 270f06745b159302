package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
)

// Head is the end of the chain: how many records there are and the hash that
// attests all of them. Kept elsewhere, it proves that nothing before it was
// rewritten.
type Head struct {
	Seq  int64
	Hash [sha256.Size]byte
}

// link is a row of journal_chain.
type link struct {
	seq                         int64
	id                          string
	retainUntil                 int64 // ns, 0: for ever
	contentHash, prevHash, hash []byte
}

// sum is the hash that the link must have.
func (l link) sum() []byte {
	e := newDigest("ballast.journal.link.v1")
	e.int(l.seq)
	e.bytes(l.prevHash)
	e.string(l.id)
	e.int(l.retainUntil)
	e.bytes(l.contentHash)
	return e.sum()
}

// content is a row of journal_content, as it is stored.
type content struct {
	seq                                     int64
	created                                 int64 // ns
	retainUntil                             int64 // ns; a copy of the link's, for the index
	client, requestID, requestHash          string
	policy, engine, prompt, modelID, region string
	source, degraded                        string
	kind, about                             string
	saved                                   int64  // nano-USD
	keyID                                   string // "": the three below are plain
	request, attempts, answer               []byte
}

// sum is the content hash that the link must have. It leaves out what the link
// itself attests.
func (c content) sum() []byte {
	e := newDigest(c.tag())
	e.int(c.created)
	for _, s := range []string{
		c.client, c.requestID, c.requestHash, c.policy, c.engine, c.prompt, c.modelID, c.region, c.source, c.degraded, c.keyID,
	} {
		e.string(s)
	}
	for _, b := range [][]byte{c.request, c.attempts, c.answer} {
		e.bytes(b)
	}
	if c.isFirstForm() {
		return e.sum()
	}
	e.string(c.kind)
	e.string(c.about)
	e.int(c.saved)
	return e.sum()
}

// isFirstForm reports whether content has none of the columns that came later.
// It is hashed as it was before them, so that old records stay proven.
func (c content) isFirstForm() bool { return c.kind == "" && c.about == "" && c.saved == 0 }

func (c content) tag() string {
	if c.isFirstForm() {
		return "ballast.journal.content.v1"
	}
	return "ballast.journal.content.v2"
}

const linkColumns = `l.seq, l.id, l.retain_until_ns, l.content_hash, l.prev_hash, l.hash`

func (l *link) fields() []any {
	return []any{&l.seq, &l.id, &l.retainUntil, &l.contentHash, &l.prevHash, &l.hash}
}

const contentColumns = `c.seq, c.created_ns, c.retain_until_ns, c.client, c.request_id, c.request_hash, c.policy, c.engine, c.prompt,
	c.model_id, c.region, c.source, c.degraded, c.kind, c.about, c.saved_nano, c.key_id, c.request, c.attempts, c.answer`

func (c *content) fields() []any {
	return []any{
		&c.seq, &c.created, &c.retainUntil, &c.client, &c.requestID, &c.requestHash, &c.policy, &c.engine, &c.prompt,
		&c.modelID, &c.region, &c.source, &c.degraded, &c.kind, &c.about, &c.saved, &c.keyID, &c.request, &c.attempts, &c.answer,
	}
}

// Head returns the end of the chain.
func (s *Store) Head(ctx context.Context) (Head, error) { return readHead(ctx, s.reader()) }

func readHead(ctx context.Context, c conn) (Head, error) {
	var (
		h    Head
		hash []byte
	)
	err := c.row(ctx, `SELECT seq, hash FROM journal_head WHERE one = 1`).Scan(&h.Seq, &hash)
	copy(h.Hash[:], hash)
	return h, err
}

// appendLink chains content to the head, unless the id is taken: then it adds
// nothing. The caller's transaction excludes every other; the condition on the
// head proves it.
func appendLink(ctx context.Context, c conn, l link, body content) (added bool, err error) {
	head, err := readHead(ctx, c)
	if err != nil {
		return false, err
	}
	l.seq, l.prevHash, l.contentHash = head.Seq+1, head.Hash[:], body.sum()
	l.hash = l.sum()
	body.seq, body.retainUntil = l.seq, l.retainUntil
	n, err := c.exec(ctx, `INSERT INTO journal_chain (seq, id, retain_until_ns, content_hash, prev_hash, hash)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`, l.seq, l.id, l.retainUntil, l.contentHash, l.prevHash, l.hash)
	if err != nil || n == 0 {
		return false, err
	}
	if err := insertContent(ctx, c, body); err != nil {
		return false, err
	}
	n, err = c.exec(ctx, `UPDATE journal_head SET seq = $1, hash = $2 WHERE one = 1 AND seq = $3`, l.seq, l.hash, head.Seq)
	if err == nil && n != 1 {
		return false, &ChainError{Seq: l.seq, ID: l.id, Fault: FaultHead}
	}
	return true, err
}

func insertContent(ctx context.Context, c conn, b content) error {
	_, err := c.exec(ctx, `INSERT INTO journal_content (seq, created_ns, retain_until_ns, client, request_id, request_hash, policy, engine,
		prompt, model_id, region, source, degraded, kind, about, saved_nano, key_id, request, attempts, answer)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		b.seq, b.created, b.retainUntil, b.client, b.requestID, b.requestHash, b.policy, b.engine, b.prompt,
		b.modelID, b.region, b.source, b.degraded, b.kind, b.about, b.saved, b.keyID, b.request, b.attempts, b.answer)
	return err
}

func scanLink(rows *sql.Rows) (l link, err error) {
	err = rows.Scan(l.fields()...)
	return l, err
}
