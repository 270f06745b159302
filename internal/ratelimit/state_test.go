package ratelimit

// QuotaState is a snapshot of a Quota.
type QuotaState struct {
	InFlight int
	Waiting  int
	Share    float64 // of the configured rates; 1 unless Bedrock throttled lately
}

// State takes a snapshot.
func (q *Quota) State() QuotaState {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.paceLocked(q.cfg.Now())
	return QuotaState{InFlight: q.inFlight, Waiting: q.queue.Len(), Share: q.pace.share}
}

// Keys counts the keys that are kept.
func (m *Memory) Keys() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := 0
	for _, k := range m.limits {
		total += len(k.byKey)
	}
	return total
}
