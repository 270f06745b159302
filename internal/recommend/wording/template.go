package wording

import (
	"fmt"
	"slices"
	"strings"
)

// slots are the values of a template's named slots.
type slots map[string]string

// roomPerSlot is about what a value is longer than the name of its slot.
const roomPerSlot = 16

// knownSlots is every name that a template may use.
var knownSlots = []string{
	"after", "amount", "date", "excess", "finding", "first", "level", "limits", "list", "n", "phrase", "quantity",
	"second", "source", "subject", "text", "threshold", "ticker", "trades", "trigger", "unit", "value",
}

// fill puts values into a template once: what a value contains is never taken
// for a slot. An unset slot is empty.
func fill(template string, values slots) string { return articles(nil).fill(template, values) }

// fill is the package's, with the template's articles fitted to the numbers
// behind them.
func (a articles) fill(template string, values slots) string {
	var w strings.Builder
	w.Grow(len(template) + roomPerSlot*len(values))
	for {
		before, rest, found := strings.Cut(template, "{")
		if !found {
			w.WriteString(before)
			return w.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		w.WriteString(a.fit(before, values[name]))
		w.WriteString(values[name])
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
