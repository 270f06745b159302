package httpapi

import (
	"context"
	"fmt"
	"io"
	"time"

	"ballast.internal/ballast/internal/batch"
)

// noBatches is a server that takes no jobs.
type noBatches struct{}

var errNoBatches = fmt.Errorf("%w: no batches", errUnavailable)

func (noBatches) Receive(context.Context, batch.Job, io.Reader, string, func(batch.Job) ([]byte, error)) (batch.Received, error) {
	return batch.Received{}, errNoBatches
}

func (noBatches) Job(context.Context, string, string) (batch.Job, error) {
	return batch.Job{}, batch.ErrNotFound
}

func (noBatches) Cancel(context.Context, string, string, time.Time) error { return batch.ErrNotFound }

func (noBatches) Results(context.Context, string, string, int, int) ([]batch.Result, error) {
	return nil, batch.ErrNotFound
}

func (noBatches) Stopping() <-chan struct{} { return nil }
