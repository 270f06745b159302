package imports

import (
	"encoding/json"
	"strings"
)

// Auto stands for the format that a file's own marks give away.
const Auto Format = "auto"

// Resolve is the format itself or, for Auto, the one that the file is in. It
// fails with portfolio.Faults when none of them shows.
func Resolve(format Format, data []byte) (Format, error) {
	if format != Auto {
		return format, nil
	}
	found, ok := Detect(data)
	if !ok {
		return "", wrongFormat("", "The file has the marks of no known format. Known are "+known()+"; the headings of tables are looked for in English.")
	}
	return found, nil
}

func known() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// Detect tells a format by the marks that its reader looks for.
func Detect(data []byte) (Format, bool) {
	text := strings.TrimSpace((&draft{}).text(data))
	switch {
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		return detectJSON(text)
	case strings.Contains(text, "<OFX>"):
		return OFX, true // QFX is read alike
	}
	return detectTable(text)
}

func detectJSON(text string) (Format, bool) {
	var root node
	if json.Unmarshal([]byte(text), &root.v) != nil {
		return "", false
	}
	switch {
	case root.member("type").text() == fdc3Type:
		return FDC3, true
	case root.member("holdings").isList() && root.member("securities").isList():
		return Plaid, true
	case root.member("activities").isList():
		return Ghostfolio, true
	case root.member("results").isList(), root.member("positions").isList():
		return SnapTrade, true
	}
	all := root.list()
	if len(all) == 0 {
		return "", false
	}
	switch first := all[0]; {
	case first.member("symbol").text() != "" && first.member("qty").v != nil:
		return Alpaca, true
	case first.member("symbol").isObject(), first.member("positions").isList():
		return SnapTrade, true
	}
	return "", false
}

func detectTable(text string) (Format, bool) {
	records, _ := recordsOf(text) // what is wrong with the others its reader will say
	for _, rec := range records {
		for _, m := range marks {
			if m.in(rec) {
				return m.format, true
			}
		}
	}
	return "", false
}

// marks are lines that the tables of one format alone have.
var marks = []struct {
	format Format
	in     func(record) bool
}{
	{IBKR, func(r record) bool {
		name := r.cell(0)
		return r.cell(1) == "Header" && (name == "Statement" || name == "Cash Report" || strings.HasSuffix(name, "Open Positions"))
	}},
	{Schwab, isHeader(schwabLayout, "symbol", "quantity", "value")},
	{Fidelity, isHeader(fidelityLayout, "symbol", "quantity", "value")},
	{Vanguard, func(r record) bool {
		cols, ok := vanguardHeader(r)
		_, valued := cols["value"]
		return ok && valued
	}},
}

func isHeader(l layout, needed ...string) func(record) bool {
	return func(r record) bool {
		_, ok := l.header(r, needed...)
		return ok
	}
}
