package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"
)

// Filter narrows a list. Zero fields let everything pass.
type Filter struct {
	Source   string
	Degraded string // a degraded reason
	// Since and Until bound the creation time; Until is exclusive.
	Since, Until time.Time
}

// Summary is a record without its content.
type Summary struct {
	ID          string
	CreatedAt   time.Time
	RequestID   string
	RequestHash string
	Policy      string
	Engine      string
	Prompt      string
	ModelID     string
	Source      string
	Degraded    string
}

// maxList bounds a page of List.
const maxList = 200

// List returns the client's records, newest first, up to limit (1..200), and
// the cursor of the next page, "" after the last. An empty cursor begins. It
// fails with ErrCursor.
func (s *Store) List(ctx context.Context, client, cursor string, limit int, f Filter) ([]Summary, string, error) {
	limit = max(1, min(limit, maxList))
	from, err := parseCursor(cursor)
	if err != nil {
		return nil, "", err
	}
	query, args := listQuery(client, from, limit+1, f)
	var page []Summary
	var places []position
	err = s.reader().each(ctx, func(rows *sql.Rows) error {
		item, at, err := scanSummary(rows)
		page, places = append(page, item), append(places, at)
		return err
	}, query, args...)
	if err != nil || len(page) <= limit {
		return page, "", err
	}
	return page[:limit], places[limit-1].cursor(), nil
}

func listQuery(client string, from position, limit int, f Filter) (string, []any) {
	query := `SELECT l.id, c.created_ns, c.request_id, c.request_hash, c.policy, c.engine, c.prompt, c.model_id, c.source, c.degraded, c.seq
		FROM journal_content c JOIN journal_chain l ON l.seq = c.seq WHERE c.client = $1`
	args := []any{client}
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
	if f.Source != "" {
		and(`c.source = ?`, f.Source)
	}
	if f.Degraded != "" {
		and(`c.degraded = ?`, f.Degraded)
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

func scanSummary(rows *sql.Rows) (s Summary, at position, err error) {
	err = rows.Scan(&s.ID, &at.created, &s.RequestID, &s.RequestHash, &s.Policy, &s.Engine, &s.Prompt, &s.ModelID,
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
		return position{}, ErrCursor
	}
	p := position{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:]))}
	if p.created <= 0 || p.seq <= 0 {
		return position{}, ErrCursor
	}
	return p, nil
}
