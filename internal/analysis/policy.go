package analysis

// Policy is the versioned file of thresholds and model allocations.
type Policy struct{}
