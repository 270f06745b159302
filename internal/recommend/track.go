package recommend

import "sync"

// track is how far a flight has come, for everybody who waits for it. Its zero
// value and nil are ready; nil keeps nothing.
type track struct {
	mu    sync.Mutex
	steps []Step
	moved chan struct{} // closed when there is another step; nil until somebody waits
}

// tell adds a step. A place in the queue replaces the one before it.
func (t *track) tell(s Step) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if last := len(t.steps) - 1; last >= 0 && t.steps[last].Stage == StageQueued && s.Stage == StageQueued {
		t.steps[last] = s
	} else {
		t.steps = append(t.steps, s)
	}
	if t.moved != nil {
		close(t.moved)
		t.moved = nil
	}
}

// from returns the steps from the nth on, counted from 0, and what is closed
// when there are more. The last of a queue's places is told again when it moves.
func (t *track) from(n int) ([]Step, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.moved == nil {
		t.moved = make(chan struct{})
	}
	return append([]Step(nil), t.steps[n:]...), t.moved
}

// follower tells one caller the steps of a flight, each once.
type follower struct {
	track    *track
	seen     int  // steps that will not change any more, and were told
	last     Step // told last
	progress Progress
}

// follow tells what is new, and returns what is closed when there is more.
func (f *follower) follow() <-chan struct{} {
	steps, moved := f.track.from(f.seen)
	for i, s := range steps {
		if s != f.last {
			f.progress.tell(s)
			f.last = s
		}
		if i < len(steps)-1 {
			f.seen++ // the last one may still be replaced
		}
	}
	return moved
}
