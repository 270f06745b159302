package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"time"

	"ballast.internal/ballast/client"
)

// measureBatch lets a server answer so many requests as one job, each different
// from all others, and divides what it used by them. The rate is the job's own,
// from its first line to its end; the receiving of the lines is in the CPU.
func measureBatch(ctx context.Context, s *site, body func() []byte, lines int) (sample, error) {
	c, err := client.New(s.server.lines["api"], s.key)
	if err != nil {
		return sample{}, err
	}
	var book bytes.Buffer
	for range lines {
		if err := json.Compact(&book, body()); err != nil {
			return sample{}, err
		}
		book.WriteByte('\n')
	}
	before, err := s.server.cpu()
	if err != nil {
		return sample{}, err
	}
	job, err := c.CreateBatch(ctx, rand.Text(), bytes.NewReader(book.Bytes()))
	if err != nil {
		return sample{}, err
	}
	if job, err = c.WaitBatch(ctx, job.ID, 100*time.Millisecond, nil); err != nil {
		return sample{}, err
	}
	after, err := s.server.cpu()
	if err == nil && job.Sources.Model != lines {
		err = errors.New("not every line of the job was answered by the model")
	}
	return sample{
		cpu: (after - before) / time.Duration(lines), count: lines,
		perSecond: float64(lines) / max(job.EndedAt.Sub(*job.StartedAt).Seconds(), 1e-9),
	}, err
}
