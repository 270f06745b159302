package wording

import (
	"fmt"
	"slices"
	"strings"
)

// slots are the values of a template's named slots.
type slots map[string]string

func (s slots) at(slot string) string { return s[slot] }

// roomForValues is about what the values are longer than the names of their slots.
const roomForValues = 48

// knownSlots is every name that a template may use.
var knownSlots = []string{
	"after", "amount", "date", "excess", "finding", "first", "level", "limits", "list", "n", "phrase", "quantity",
	"second", "source", "subject", "text", "threshold", "ticker", "trades", "trigger", "unit", "value",
}

// fill puts values into a template once: what a value contains is never taken
// for a slot. An unset slot is empty.
func fill(template string, values slots) string { return articles(nil).fill(template, values.at) }

// fill is the package's, with the template's articles fitted to the numbers
// behind them. A value is asked for where the template has its slot: to write one
// costs more than to fill it in.
func (a articles) fill(template string, valueAt func(slot string) string) string {
	var w strings.Builder
	w.Grow(len(template) + roomForValues)
	for {
		before, rest, found := strings.Cut(template, "{")
		if !found {
			w.WriteString(before)
			return w.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		value := valueAt(name)
		w.WriteString(a.fit(before, value))
		w.WriteString(value)
		template = after
	}
}

// slotsOf lists the slots of a template in alphabetical order, each once.
func slotsOf(template string) ([]string, error) {
	var names []string
	for rest := template; ; {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return nil, fmt.Errorf("stray brace in %q", template)
		}
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || !slices.Contains(knownSlots, name) {
			return nil, fmt.Errorf("unknown slot in %q", template)
		}
		names, rest = append(names, name), tail
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
