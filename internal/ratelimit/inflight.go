package ratelimit

import "sync"

// InFlight bounds how many requests of one caller are worked on at a time. It
// holds a counter for callers with requests in flight only.
type InFlight struct {
	mu      sync.Mutex
	current map[string]int
}

// NewInFlight makes an InFlight without requests.
func NewInFlight() *InFlight { return &InFlight{current: make(map[string]int)} }

// Enter admits a request of key unless limit of them are in flight; a limit of
// 0 or less admits all. The caller must call leave when the request ends,
// however it ends; more than once does no harm.
func (f *InFlight) Enter(key string, limit int) (leave func(), ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if limit > 0 && f.current[key] >= limit {
		return func() {}, false
	}
	f.current[key]++
	return sync.OnceFunc(func() { f.leave(key) }), true
}

func (f *InFlight) leave(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current[key]--; f.current[key] == 0 {
		delete(f.current, key)
	}
}

// Count is the number of key's requests in flight.
func (f *InFlight) Count(key string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current[key]
}
