package main

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"ballast.internal/ballast/internal/batch"
	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/store"
	"ballast.internal/ballast/internal/telemetry"
)

// fileBatches bounds jobs of many requests; zero means the default, but for the share,
// where it would be taken for none at all and the file is read over the default.
type fileBatches struct {
	MaxLines     int `yaml:"max_lines"`     // of one job; 10,000
	MaxBodyMiB   int `yaml:"max_body_mib"`  // of one job; 256
	MaxOpenJobs  int `yaml:"max_open_jobs"` // of one client; 10
	InFlight     int `yaml:"in_flight"`     // lines under way at once in one process; 16
	SharePercent int `yaml:"share_percent"` // of each budget and of bedrock_quota that jobs may use; 50
	RetainHours  int `yaml:"retain_hours"`  // after the end of a job; 72
}

func (b fileBatches) withDefaults() fileBatches {
	for _, d := range []struct {
		value *int
		def   int
	}{{&b.MaxLines, 10_000}, {&b.MaxBodyMiB, 256}, {&b.MaxOpenJobs, 10}, {&b.InFlight, 16}, {&b.RetainHours, 72}} {
		if *d.value == 0 {
			*d.value = d.def
		}
	}
	return b
}

func (b fileBatches) maxBytes() int64 { return int64(b.MaxBodyMiB) << 20 }

// bounds are the numbers with the most that each may be.
func (b fileBatches) bounds() []bound {
	return []bound{
		{"batches.max_lines", b.MaxLines, 0, 100_000}, {"batches.max_body_mib", b.MaxBodyMiB, 0, 4096},
		{"batches.max_open_jobs", b.MaxOpenJobs, 0, 1000}, {"batches.in_flight", b.InFlight, 0, 1000},
		{"batches.share_percent", b.SharePercent, 1, 100}, {"batches.retain_hours", b.RetainHours, 0, 366 * 24},
	}
}

// bound is a number of the file from a least to a most.
type bound struct {
	path               string
	value, least, most int
}

// batchesInForce is what the file says now.
func (a *app) batchesInForce() fileBatches { return a.inForce.Load().file.Batches.withDefaults() }

// newJobs puts together what takes jobs in and works them off.
func (a *app) newJobs(c core) *batch.Jobs {
	codec := httpapi.BatchLines{Now: a.set.now, MaxLineBytes: maxLineBytes}
	a.stopping = make(chan struct{})
	return &batch.Jobs{
		Stop: a.stopping,
		Intake: batch.Intake{
			Store: jobStore{a.store}, Codec: codec, Now: a.set.now,
			NewID:  func() string { return "bat_" + recommend.NewID(a.set.now()) },
			Limits: a.jobLimits,
		},
		Runner: batch.NewRunner(batch.Config{
			Queue: a.store, Service: a.service, Codec: codec, Observer: telemetry.NewBatchMetrics(c.reg),
			InFlight: a.linesInFlight, Holder: rand.Text(), Now: a.set.now, Logger: a.log,
		}),
	}
}

// maxLineBytes is what a single request may have.
const maxLineBytes = 1 << 20

func (a *app) jobLimits() batch.Limits {
	b := a.batchesInForce()
	return batch.Limits{
		Lines: b.MaxLines, LineBytes: maxLineBytes, OpenJobs: b.MaxOpenJobs, Retain: time.Duration(b.RetainHours) * time.Hour,
	}
}

// linesInFlight is no more than can be asking the model at once: the others
// would wait for it with money reserved.
func (a *app) linesInFlight() int {
	b := a.batchesInForce()
	n := b.InFlight
	if places := a.started.BedrockQuota.InFlight; places > 0 {
		n = min(n, max(1, places*b.SharePercent/100/a.set.Replicas))
	}
	return n
}

// jobStore translates what the store says of idempotency keys into the API's
// terms.
type jobStore struct{ *store.Store }

func (s jobStore) Commit(ctx context.Context, j batch.Job, once *batch.Once) ([]byte, error) {
	stored, err := s.Store.Commit(ctx, j, once)
	return stored, keyError(err)
}

// keyError is the API's error of an idempotency key for the store's.
func keyError(err error) error {
	switch {
	case errors.Is(err, store.ErrInProgress):
		return httpapi.ErrKeyInProgress
	case errors.Is(err, store.ErrKeyReused):
		return httpapi.ErrKeyReused
	}
	return err
}
