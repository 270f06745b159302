package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// frames are those of the spinner, one each frameTime.
var frames = []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"}

const frameTime = 100 * time.Millisecond

// clearLine returns to the start of the line and erases it (ECMA-48).
const clearLine = "\r\x1b[2K"

// stages shows how an answer comes about: on a terminal one line that lives,
// with a spinner and the time since the stage began; else a line as each stage
// begins. Begin and end are called by one goroutine.
type stages struct {
	w     io.Writer
	live  bool
	paint palette
	start time.Time

	name, note string
	began      time.Time
	stop       func() // ends the spinner of the stage under way; nil: none
}

func newStages(w io.Writer, live bool, paint palette) *stages {
	return &stages{w: w, live: live, paint: paint, start: time.Now()}
}

// begin ends the stage under way and begins the next. note says what it may
// cost.
func (s *stages) begin(name, note string) {
	s.finish(s.paint.paint(green, "✓"))
	s.name, s.note, s.began = name, note, time.Now()
	if !s.live {
		fmt.Fprintln(s.w, s.text(s.began))
		return
	}
	s.stop = s.spin()
}

// end ends the last stage and says what came of it all.
func (s *stages) end(outcome string) {
	s.finish(s.paint.paint(green, "✓"))
	fmt.Fprintf(s.w, "%s  %.1f s in all\n", outcome, time.Since(s.start).Seconds())
}

// fail ends the stage under way without success; the error is for the caller to
// print. After end it does nothing.
func (s *stages) fail() { s.finish(s.paint.paint(red, "✗")) }

// finish leaves the last state of a live stage behind.
func (s *stages) finish(mark string) {
	if s.stop == nil {
		return
	}
	s.stop()
	s.stop = nil
	fmt.Fprintf(s.w, "%s%s %s\n", clearLine, mark, s.text(time.Now()))
}

// text is the stage as of a moment.
func (s *stages) text(now time.Time) string {
	line := s.name
	if s.live {
		line += fmt.Sprintf("  %.1f s", now.Sub(s.began).Seconds())
	}
	if s.note != "" {
		line += "  " + s.note
	}
	return line
}

// spin draws the stage until the returned function is called, which waits for
// the last frame to be drawn.
func (s *stages) spin() (stop func()) {
	done, stopped := make(chan struct{}), sync.WaitGroup{}
	stopped.Go(func() {
		tick := time.NewTicker(frameTime)
		defer tick.Stop()
		for i := 0; ; i++ {
			fmt.Fprintf(s.w, "%s%s %s", clearLine, frames[i%len(frames)], s.text(time.Now()))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() { close(done); stopped.Wait() }
}
