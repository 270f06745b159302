package store

import (
	"context"
	"database/sql"
)

// pageSize bounds the records that are read at once.
const pageSize = 200

// row is a link with its content, or nil when that was erased.
type row struct {
	link
	content *content
}

// readPage returns the next records after a number, in order.
func readPage(ctx context.Context, c conn, after int64) ([]row, error) {
	var page []row
	err := c.each(ctx, func(rows *sql.Rows) error {
		l, err := scanLink(rows)
		page = append(page, row{link: l})
		return err
	}, `SELECT `+linkColumns+` FROM journal_chain l WHERE l.seq > $1 ORDER BY l.seq LIMIT $2`, after, pageSize)
	if err != nil || len(page) == 0 {
		return nil, err
	}
	contents := map[int64]*content{}
	err = c.each(ctx, func(rows *sql.Rows) error {
		b := new(content)
		err := rows.Scan(b.fields()...)
		contents[b.seq] = b
		return err
	}, `SELECT `+contentColumns+` FROM journal_content c WHERE c.seq >= $1 AND c.seq <= $2`, page[0].seq, page[len(page)-1].seq)
	for i := range page {
		page[i].content = contents[page[i].seq]
	}
	return page, err
}
