package main

import (
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// isTerminal reports whether w is a terminal that takes control sequences.
func (e environment) isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd()) && e.getenv("TERM") != "dumb"
}

// palette colours text for a terminal; the zero palette leaves it as it is.
type palette struct{ on bool }

// paletteFor colours what goes to a terminal, unless NO_COLOR (no-color.org)
// says otherwise.
func (e environment) paletteFor(w io.Writer) palette {
	return palette{e.isTerminal(w) && e.getenv("NO_COLOR") == ""}
}

// The SGR sequences (ECMA-48) in use.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	reset  = "\x1b[0m"
)

func (p palette) paint(sequence, text string) string {
	if !p.on {
		return text
	}
	return sequence + text + reset
}

// severity colours the word for what asks for attention.
func (p palette) severity(s, word string) string {
	switch s {
	case "high":
		return p.paint(red, word)
	case "medium":
		return p.paint(yellow, word)
	default:
		return word
	}
}
