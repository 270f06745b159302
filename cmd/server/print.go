package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/recommend"
)

// textWidth is where prose is broken on a terminal.
const textWidth = 88

// printer writes a readable answer and keeps the first error.
type printer struct {
	w     io.Writer
	paint palette
	err   error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// prose writes a text broken into lines. The first starts with lead, the others
// with as many blanks.
func (p *printer) prose(lead, text string) {
	indent := strings.Repeat(" ", len(lead))
	line, width := lead, len(lead)
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		if width > len(lead) && width+n > textWidth {
			p.line("%s", strings.TrimRight(line, " "))
			line, width = indent, len(indent)
		}
		line += word + " "
		width += n + 1
	}
	p.line("%s", strings.TrimRight(line, " "))
}

// table writes rows of tab-separated cells in columns. An empty last cell
// leaves no blanks behind.
func (p *printer) table(rows []string) {
	if len(rows) == 0 {
		return
	}
	var out strings.Builder
	tw := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		_, _ = io.WriteString(tw, r+"\n") // in memory
	}
	_ = tw.Flush()
	for line := range strings.Lines(out.String()) {
		p.line("%s", strings.TrimRight(line, " \n"))
	}
}

// printAnswer writes one recommendation for a person.
func printAnswer(w io.Writer, a *recommend.Answer, paint palette) error {
	p := &printer{w: w, paint: paint}
	p.prose("", a.Summary)
	if a.Degraded != nil {
		p.prose("! ", a.Degraded.Detail)
	}
	p.line("")
	p.table(allocationRows(a.Analysis))
	for _, r := range a.Recommendations {
		p.recommendation(&r)
	}
	p.line("")
	for _, d := range a.Disclosures {
		p.prose("  ", d)
	}
	u := a.Usage
	p.line("\n%s  source %s, %s of %s, %d + %d tokens, USD %s", a.ID, a.Source, u.ModelID, u.Provider, u.InputTokens, u.OutputTokens, u.CostUSD)
	return p.err
}

func (p *printer) recommendation(r *recommend.Recommendation) {
	p.line("\n%s [%s, %s, %s]", p.paint.paint(bold, fmt.Sprintf("%d. %s", r.Priority, r.Title)), r.ID, p.paint.severity(string(r.Severity)), r.Source)
	p.prose("   ", r.Rationale)
	var rows []string
	for _, t := range r.Trades {
		rows = append(rows, fmt.Sprintf("   %s\t%s\t%s\t%s\t%s", t.Side, t.Quantity, t.Ticker, t.Amount, t.AccountID))
	}
	for _, x := range r.Payments {
		rows = append(rows, fmt.Sprintf("   repay\t\t%s\t%s\t%s", x.Type, x.Amount, x.AccountID))
	}
	p.table(rows)
	for _, c := range r.Caveats {
		p.prose("   - ", c)
	}
}

// printAnalysis writes the facts and findings for a person.
func printAnalysis(w io.Writer, res *analysis.Result) error {
	p := &printer{w: w}
	p.line("%s %s on %s\n", res.BaseCurrency, res.TotalValue, res.AsOf)
	p.table(allocationRows(res))
	p.line("")
	var rows []string
	for _, f := range res.Facts {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s", f.ID, f.Code, f.Subject, f.Text))
	}
	p.table(rows)
	p.line("")
	rows = rows[:0]
	for _, f := range res.Findings {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s", f.ID, f.Severity, f.Text))
	}
	p.table(rows)
	return p.err
}

func allocationRows(res *analysis.Result) []string {
	rows := []string{"by\tkey\tvalue\tweight\ttarget"}
	for _, l := range res.Allocation {
		rows = append(rows, strings.Join([]string{l.By, l.Key, l.Value, percent(l.Weight), percent(l.Target)}, "\t"))
	}
	return rows
}

// percent shows a fraction of one with one decimal; "" stays "".
func percent(fraction string) string {
	d, err := decimal.NewFromString(fraction)
	if err != nil {
		return fraction
	}
	return d.Shift(2).StringFixed(1) + " %"
}
