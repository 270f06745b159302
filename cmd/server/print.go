package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/portfolio"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/recommend/wording"
	"ballast.internal/ballast/internal/report"
)

// textWidth is where prose is broken on a terminal.
const textWidth = 88

// printer writes a readable answer and keeps the first error.
type printer struct {
	w      io.Writer
	paint  palette
	labels map[string]string // those of the report
	words  *wording.Renderer
	err    error
}

// newPrinter writes of an analysis in a language.
func newPrinter(w io.Writer, res *analysis.Result, language string, paint palette) *printer {
	return &printer{
		w: w, paint: paint, labels: report.Words(language), words: wording.New(wording.Config{Language: language, Result: res}),
	}
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
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' }) { // a figure stays with its unit
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
	var widths []int
	for _, r := range rows {
		for i, cell := range strings.Split(r, "\t") {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, r := range rows {
		var line strings.Builder
		for i, cell := range strings.Split(r, "\t") {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-columns(cell)+columnGap))
		}
		p.line("%s", strings.TrimRight(line.String(), " "))
	}
}

// columnGap is how many blanks stand between the columns of a table.
const columnGap = 2

// columns is how much room a text takes on a terminal, where a Japanese character
// is two letters wide.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}

// printAnswer writes one recommendation for a person, in the answer's language.
func printAnswer(w io.Writer, a *recommend.Answer, language string, paint palette) error {
	p := newPrinter(w, a.Analysis, language, paint)
	p.prose("", a.Summary)
	if a.Degraded != nil {
		p.prose("! ", a.Degraded.Detail)
	}
	p.line("")
	p.table(p.allocation(a.Analysis))
	p.findings(a.Analysis.Findings)
	for _, r := range a.Recommendations {
		p.recommendation(&r, a.Analysis.BaseCurrency)
	}
	p.line("")
	for _, d := range a.Disclosures {
		p.prose("  ", d)
	}
	u := a.Usage
	p.line("\n%s  source %s, %s of %s, %d + %d tokens, USD %s", a.ID, a.Source, u.ModelID, u.Provider, u.InputTokens, u.OutputTokens, u.CostUSD)
	return p.err
}

// findings writes what is out of a limit, the gravest first.
func (p *printer) findings(all []analysis.Finding) {
	if len(all) > 0 {
		p.line("\n%s", p.paint.paint(bold, p.labels["findings"]))
	}
	for _, f := range all {
		p.prose("   ", fmt.Sprintf("%s: %s", p.labels[string(f.Severity)], f.Text))
	}
}

func (p *printer) recommendation(r *recommend.Recommendation, base portfolio.Currency) {
	severity := p.paint.severity(string(r.Severity), p.labels[string(r.Severity)])
	p.line("\n%s [%s, %s, %s]", p.paint.paint(bold, fmt.Sprintf("%d. %s", r.Priority, r.Title)), r.ID, severity, report.Author(p.labels, r.Source))
	p.prose("   ", r.Rationale)
	if len(r.DependsOn) > 0 {
		p.line("   %s %s", p.labels["assumes"], strings.Join(r.DependsOn, ", "))
	}
	var rows []string
	for _, t := range r.Trades {
		rows = append(rows, fmt.Sprintf("   %s\t%s\t%s\t%s\t%s", p.labels[string(t.Side)], p.words.Quantity(t.Quantity), t.Ticker, p.words.Money(t.Amount, base), t.AccountID))
	}
	for _, x := range r.Payments {
		rows = append(rows, fmt.Sprintf("   %s\t\t%s\t%s\t%s", p.labels["repay"], p.words.Label("debt", string(x.Type)), p.words.Money(x.Amount, base), x.AccountID))
	}
	p.table(rows)
	for _, c := range r.Caveats {
		p.prose("   - ", c)
	}
}

// printAnalysis writes the facts, with their codes, and the findings for a person.
func printAnalysis(w io.Writer, res *analysis.Result, language string) error {
	p := newPrinter(w, res, language, palette{})
	p.line("%s: %s\n%s: %s\n", p.labels["as_of"], p.words.Day(res.AsOf), p.labels["total"], p.words.Money(res.TotalValue, res.BaseCurrency))
	p.table(p.allocation(res))
	p.line("")
	var rows []string
	for _, f := range res.Facts {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s", f.ID, f.Code, f.Subject, f.Text))
	}
	p.table(rows)
	p.line("")
	rows = rows[:0]
	for _, f := range res.Findings {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s", f.ID, p.labels[string(f.Severity)], f.Text))
	}
	p.table(rows)
	return p.err
}

// allocation is a table of the shares by class, sector, region and currency.
func (p *printer) allocation(res *analysis.Result) []string {
	rows := []string{strings.Join([]string{"", "", p.labels["value"], p.labels["now"], p.labels["target"]}, "\t")}
	for _, l := range res.Allocation {
		kind := strings.TrimPrefix(l.By, "asset_")
		rows = append(rows, strings.Join([]string{
			p.labels[kind], p.words.Share(kind, l.Key), p.words.Money(l.Value, res.BaseCurrency), p.words.Percent(l.Weight), p.words.Percent(l.Target),
		}, "\t"))
	}
	return rows
}
