package imports

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// record is one line of a CSV file. Blank lines are none.
type record struct {
	line  int
	cells []string
}

func (r record) at() string { return fmt.Sprintf("row=%d", r.line) }

// cell is a cell by its place; "" beyond the last.
func (r record) cell(i int) string {
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	return r.cells[i]
}

// filled counts the cells that are not empty.
func (r record) filled() int {
	n := 0
	for _, c := range r.cells {
		if c != "" {
			n++
		}
	}
	return n
}

// csvReader reads the lines of a file for a reader of them. Brokers close lines
// with a comma too many, put prose above and below the table, and more than one
// table into a file, so that no two lines need have as many cells.
func csvReader(read func(d *draft, records []record) error) reader {
	return func(d *draft, data []byte) error {
		text := d.text(data)
		records, err := recordsOf(text)
		if err != nil {
			return err
		}
		d.numbers = notationOf(records, separator(text))
		return read(d, records)
	}
}

// recordsOf reads the lines of a table. Empty cells at the end of a line, with
// which spreadsheets fill all lines up to one length, are none. When it fails it
// returns those above as well.
func recordsOf(text string) ([]record, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	var records []record
	for {
		begin := r.InputOffset()
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return records, wrongFormat("", "The file is not a table of comma-separated values.")
		}
		line, _ := r.FieldPos(0)
		if i := slices.IndexFunc(cells, severalLines); i >= 0 && !wellQuoted(text[begin:r.InputOffset()], r.Comma) {
			return records, wrongFormat("", fmt.Sprintf(
				"A quotation mark that opens in line %d, cell %d, is not closed there: rows below it would be lost.", line, i+1))
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		records = append(records, record{line, cells})
	}
}

func severalLines(cell string) bool { return strings.Contains(cell, "\n") }

// wellQuoted reports whether the quotation marks of a line stand in pairs around
// cells. Within one line a stray one does no harm.
func wellQuoted(line string, separator rune) bool {
	r := csv.NewReader(strings.NewReader(line))
	r.Comma = separator
	_, err := r.Read()
	return err == nil
}

// layout names the columns of a table, each with the headings it goes by, in
// lower case.
type layout map[string][]string

// header finds the columns of a layout in a line of headings. It reports false
// when one of those needed is not there.
func (l layout) header(r record, needed ...string) (columns, bool) {
	cols := columns{}
	for name, headings := range l {
		for i, c := range r.cells {
			for _, h := range headings {
				if _, taken := cols[name]; !taken && strings.EqualFold(c, h) {
					cols[name] = i
				}
			}
		}
	}
	for _, name := range needed {
		if _, ok := cols[name]; !ok {
			return nil, false
		}
	}
	return cols, true
}

// columns maps the names of a layout to places in a record.
type columns map[string]int

func (c columns) of(r record, name string) string {
	if i, ok := c[name]; ok {
		return r.cell(i)
	}
	return ""
}

// amount reads a cell; what is no number is listed.
func (d *draft) amount(c columns, r record, name string) *decimal.Decimal {
	s, ok := d.numbers.plain(c.of(r, name))
	var v *decimal.Decimal
	if ok {
		v, ok = parseAmount(s)
	}
	if !ok {
		d.badNumber(fmt.Sprintf("cell=%d,%d", r.line, c[name]+1))
	}
	return v
}
