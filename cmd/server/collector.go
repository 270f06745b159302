package main

import (
	"math"
	"runtime/debug"
)

// The collector runs when the heap has grown by half of what is live, counting
// the floor as live. It then runs rarely while little is live, and keeps the heap
// small when a thousand requests wait for the model; see docs/decisions/0045.
const gcPercent = 50

// gcFloor takes no memory: nothing is written to it, and nearly all of its blocks
// are of pages that the system gives as zeros. One large block might touch pages
// that were in use before, and would then be cleared as a whole.
var gcFloor = newFloor(32)

func newFloor(mebibytes int) [][]byte {
	blocks := make([][]byte, mebibytes)
	for i := range blocks {
		blocks[i] = make([]byte, 1<<20)
	}
	return blocks
}

// tuneCollector sets the collector, unless GOGC does.
func tuneCollector(getenv func(string) string) {
	if getenv("GOGC") != "" {
		gcFloor = nil
		return
	}
	debug.SetGCPercent(gcPercent)
}

// largeBodies is how many bytes of large bodies are at work at once under a
// memory limit (GOMEMLIMIT): what is made of them then takes less than a quarter of
// it. 0: there is no limit.
func largeBodies(memory int64) int64 {
	if memory == math.MaxInt64 {
		return 0
	}
	return max(memory/32, 1<<20) // one body of any size
}
