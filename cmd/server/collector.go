package main

import "runtime/debug"

// The collector runs when the heap has grown by half of what is live, counting
// the floor as live. It then runs rarely while little is live, and keeps the heap
// small when a thousand requests wait for the model; see docs/decisions/0030.
const gcPercent = 50

// gcFloor takes no memory: nothing is written to it, and it is made before
// anything else, of pages that the system gives as zeros.
var gcFloor = make([]byte, 32<<20)

// tuneCollector sets the collector, unless GOGC does.
func tuneCollector(getenv func(string) string) {
	if getenv("GOGC") != "" {
		gcFloor = nil
		return
	}
	debug.SetGCPercent(gcPercent)
}
