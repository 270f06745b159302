package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"ballast.internal/ballast/client"
)

// progress shows how far a job is: on a terminal one line that lives, with a
// bar; else a line every few seconds.
type progress struct {
	w     io.Writer
	live  bool
	paint palette
	last  string
}

func newProgress(w io.Writer, live bool, paint palette) *progress {
	return &progress{w: w, live: live, paint: paint}
}

// every is how often there is something to show.
func (p *progress) every() time.Duration {
	if p.live {
		return 250 * time.Millisecond
	}
	return 2 * time.Second
}

// show shows a job under way.
func (p *progress) show(b *client.Batch) {
	line := progressLine(b)
	switch {
	case p.live:
		fmt.Fprintf(p.w, "%s%s %s", clearLine, p.bar(b), line)
	case line != p.last:
		fmt.Fprintln(p.w, line)
	}
	p.last = line
}

// end leaves the last state behind; nil: the job was never seen.
func (p *progress) end(b *client.Batch) {
	if p.live {
		fmt.Fprint(p.w, clearLine)
	}
	if b == nil {
		return
	}
	fmt.Fprintf(p.w, "%s: %d succeeded (%d by the model, %d mixed, %d by rules, %d degraded), %d failed, %d cancelled  USD %s\n",
		b.Status, b.Lines.Succeeded, b.Sources.Model, b.Sources.Mixed, b.Sources.Rules, b.Degraded, b.Lines.Failed, b.Lines.Cancelled, b.CostUSD)
}

func doneLines(b *client.Batch) int { return b.Lines.Succeeded + b.Lines.Failed + b.Lines.Cancelled }

func progressLine(b *client.Batch) string {
	line := fmt.Sprintf("%d/%d", doneLines(b), b.Lines.Total)
	if b.LinesPerSecond != nil {
		line += fmt.Sprintf("  %.1f/s", *b.LinesPerSecond)
	}
	line += "  USD " + b.CostUSD
	if b.Lines.Failed > 0 {
		line += fmt.Sprintf("  %d failed", b.Lines.Failed)
	}
	switch {
	case b.Status == client.BatchStatusCancelling:
		line += "  cancelling"
	case b.Waiting != nil:
		line += "  waits: " + b.Waiting.Reason
	case b.SecondsLeft != nil && *b.SecondsLeft > 0:
		line += "  " + (time.Duration(*b.SecondsLeft) * time.Second).String() + " left"
	}
	return line
}

// barWidth is in characters.
const barWidth = 30

func (p *progress) bar(b *client.Batch) string {
	full := barWidth
	if b.Lines.Total > 0 {
		full = barWidth * doneLines(b) / b.Lines.Total
	}
	return p.paint.paint(green, strings.Repeat("█", full)) + strings.Repeat("░", barWidth-full)
}
