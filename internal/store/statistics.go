package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"ballast.internal/ballast/internal/recommend"
)

// Statistics sums up what was used and given from a time, inclusive, to
// another, exclusive, in buckets of a length that is above zero. Money counts
// at the time of its reservation. Both are read in one state of the database.
func (s *Store) Statistics(ctx context.Context, from, to time.Time, length time.Duration) (st recommend.Statistics, err error) {
	q := statistics{from: from, to: to, length: length, byPlace: map[place]*recommend.Bucket{}}
	err = s.snapshot(ctx, func(ctx context.Context, c conn) error {
		if err := q.spending(ctx, c); err != nil {
			return err
		}
		if err := q.answers(ctx, c); err != nil {
			return err
		}
		st.Outcomes, err = q.outcomes(ctx, c)
		return err
	})
	st.Buckets = q.buckets()
	return st, err
}

// place is a bucket's number and client.
type place struct {
	n      int64
	client string
}

type statistics struct {
	from, to time.Time
	length   time.Duration
	byPlace  map[place]*recommend.Bucket
}

func (q *statistics) span() []any { return []any{nanos(q.from), nanos(q.to), int64(q.length)} }

func (q *statistics) at(p place) *recommend.Bucket {
	b := q.byPlace[p]
	if b == nil {
		b = &recommend.Bucket{Start: q.from.Add(time.Duration(p.n) * q.length).UTC(), Client: p.client}
		q.byPlace[p] = b
	}
	return b
}

// spending adds up the ledger. Columns are cast because PostgreSQL sums into
// numeric.
func (q *statistics) spending(ctx context.Context, c conn) error {
	return c.each(ctx, func(rows *sql.Rows) error {
		var p place
		var input, output, cost int64
		if err := rows.Scan(&p.n, &p.client, &input, &output, &cost); err != nil {
			return err
		}
		if input == 0 && output == 0 && cost == 0 {
			return nil
		}
		b := q.at(p)
		b.InputTokens, b.OutputTokens, b.CostNano = input, output, cost
		return nil
	}, `SELECT (at_ns - $1) / $3 AS n, client, CAST(SUM(input_tokens) AS BIGINT), CAST(SUM(output_tokens) AS BIGINT), CAST(SUM(spent_delta) AS BIGINT)
		FROM ledger_entries WHERE at_ns >= $1 AND at_ns < $2 GROUP BY n, client`, q.span()...)
}

func (q *statistics) answers(ctx context.Context, c conn) error {
	return c.each(ctx, func(rows *sql.Rows) error {
		var p place
		var count, saved int64
		if err := rows.Scan(&p.n, &p.client, &count, &saved); err != nil {
			return err
		}
		b := q.at(p)
		b.Answers, b.SavedNano = count, saved
		return nil
	}, `SELECT (created_ns - $1) / $3 AS n, client, COUNT(*), CAST(SUM(saved_nano) AS BIGINT)
		FROM journal_content WHERE created_ns >= $1 AND created_ns < $2 AND kind <> 'feedback' GROUP BY n, client`, q.span()...)
}

func (q *statistics) outcomes(ctx context.Context, c conn) (list []recommend.Outcome, err error) {
	err = c.each(ctx, func(rows *sql.Rows) error {
		var o recommend.Outcome
		err := rows.Scan(&o.Client, &o.Source, &o.Degraded, &o.Count)
		list = append(list, o)
		return err
	}, `SELECT client, source, degraded, COUNT(*) FROM journal_content
		WHERE created_ns >= $1 AND created_ns < $2 AND kind <> 'feedback'
		GROUP BY client, source, degraded ORDER BY client, source, degraded`, q.span()[:2]...)
	return list, err
}

// buckets are in the order of their time, then of their client's name.
func (q *statistics) buckets() []recommend.Bucket {
	var list []recommend.Bucket
	for _, b := range q.byPlace {
		list = append(list, *b)
	}
	slices.SortFunc(list, func(a, b recommend.Bucket) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.Client, b.Client)
	})
	return list
}
