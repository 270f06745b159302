package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"

	"ballast.internal/ballast/internal/recommend"
)

// maxList bounds a page of List.
const maxList = 200

// List returns records without their content, newest first, up to limit
// (1..200), and the cursor of the next page, "" after the last. An empty cursor
// begins. It fails with recommend.ErrCursor. What was pruned is not listed.
func (s *Store) List(ctx context.Context, cursor string, limit int, f recommend.RecordFilter) ([]recommend.RecordSummary, string, error) {
	limit = max(1, min(limit, maxList))
	from, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	query, args := listQuery(from, limit+1, f)
	var page []recommend.RecordSummary
	var places []position
	err = s.look(ctx, func(ctx context.Context, c conn) error {
		return c.each(ctx, func(rows *sql.Rows) error {
			item, at, err := scanSummary(rows)
			page, places = append(page, item), append(places, at)
			return err
		}, query, args...)
	})
	if err != nil || len(page) <= limit {
		return page, "", err
	}
	return page[:limit], places[limit-1].cursor(), nil
}

func listQuery(from position, limit int, f recommend.RecordFilter) (string, []any) {
	query := `SELECT l.id, c.created_ns, c.kind, c.about, c.client, c.request_id, c.request_hash, c.policy, c.engine, c.prompt, c.model_id,
		c.source, c.degraded, c.seq FROM journal_content c JOIN journal_chain l ON l.seq = c.seq WHERE c.seq > 0`
	var args []any
	and := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		query += " AND " + condition
	}
	if from != (position{}) {
		and(`(c.created_ns, c.seq) < (?, ?)`, from.created, from.seq)
	}
	if f.Kind != nil {
		and(`c.kind = ?`, string(*f.Kind))
	}
	for _, equal := range [...]struct{ column, value string }{
		{"client", f.Client}, {"about", f.About}, {"request_id", f.RequestID}, {"source", f.Source}, {"degraded", f.Degraded},
	} {
		if equal.value != "" {
			and(`c.`+equal.column+` = ?`, equal.value)
		}
	}
	if !f.Since.IsZero() {
		and(`c.created_ns >= ?`, nanos(f.Since))
	}
	if !f.Until.IsZero() {
		and(`c.created_ns < ?`, nanos(f.Until))
	}
	args = append(args, limit)
	return query + ` ORDER BY c.created_ns DESC, c.seq DESC LIMIT $` + strconv.Itoa(len(args)), args
}

func scanSummary(rows *sql.Rows) (s recommend.RecordSummary, at position, err error) {
	err = rows.Scan(&s.ID, &at.created, &s.Kind, &s.About, &s.Client, &s.RequestID, &s.RequestHash, &s.Policy, &s.Engine, &s.Prompt, &s.ModelID,
		&s.Source, &s.Degraded, &at.seq)
	s.CreatedAt = fromNanos(at.created)
	return s, at, err
}

// position is where a page ended.
type position struct{ created, seq int64 }

func (p position) cursor() string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.created))
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(b, uint64(p.seq)))
}

func parseCursor(s string) (position, error) {
	if s == "" {
		return position{}, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != 16 {
		return position{}, recommend.ErrCursor
	}
	p := position{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:]))}
	if p.created <= 0 || p.seq <= 0 {
		return position{}, recommend.ErrCursor
	}
	return p, nil
}
