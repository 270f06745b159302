package client

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"time"
)

// CreateBatch makes a job of JSON Lines, one BatchLine each. For 24 hours the
// same key and lines get the same job. lines are read from their beginning, again
// for each repetition, and no more once it has returned.
func (c *Client) CreateBatch(ctx context.Context, key string, lines io.ReadSeeker) (*Batch, error) {
	body := upload{lines: lines}
	defer body.end()
	whole := func(_ context.Context, req *http.Request) (err error) {
		req.GetBody = body.again
		req.Body, err = body.again()
		return err
	}
	return read[Batch](c.raw.CreateBatchWithBody(ctx, &CreateBatchParams{IdempotencyKey: &key}, "application/jsonl", http.NoBody, whole))
}

// Batch reads how far a job is.
func (c *Client) Batch(ctx context.Context, id string) (*Batch, error) {
	return read[Batch](c.raw.GetBatch(ctx, id, nil))
}

// CancelBatch cancels the lines of a job that are not being answered yet.
func (c *Client) CancelBatch(ctx context.Context, id string) (*Batch, error) {
	return read[Batch](c.raw.CancelBatch(ctx, id, nil))
}

// Ended reports whether nothing more will happen to the job.
func (b *Batch) Ended() bool {
	return b.Status == BatchStatusCompleted || b.Status == BatchStatusCancelled
}

// BatchResults reads the results of the lines after one, 0 for all, as they
// come, until the job has ended. A connection that breaks is taken up again, and
// so is one that was refused for a while, as often as a call is repeated; each
// line that comes begins the count anew. The last pair has the error, if there is one.
func (c *Client) BatchResults(ctx context.Context, id string, after int) iter.Seq2[*BatchResult, error] {
	return func(yield func(*BatchResult, error) bool) {
		for line, err := range c.BatchResultLines(ctx, id, after) {
			r := new(BatchResult)
			if err == nil {
				err = json.Unmarshal(line, r)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// BatchResultLines is BatchResults as the bytes that the server sends. A line
// is good until the next.
func (c *Client) BatchResultLines(ctx context.Context, id string, after int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for failed := 0; ; {
			before := after
			stopped, err := c.resultsOnce(ctx, id, &after, yield)
			if stopped {
				return
			}
			if after > before {
				failed = 0
			}
			var ended bool
			if ended, err = c.endedAt(ctx, id, after, err); ended && err == nil {
				return
			}
			wait := firstWait
			if err != nil {
				var again bool
				if wait, again = c.resume(ctx, err, failed); !again {
					yield(nil, err)
					return
				}
				failed++
			}
			if err := sleep(ctx, wait); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// endedAt reports whether a job has no results after a line, now or ever, when
// its results have been read without an error.
func (c *Client) endedAt(ctx context.Context, id string, after int, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	b, err := c.Batch(ctx, id)
	if err != nil || !b.Ended() {
		return false, err
	}
	// The job may have ended after the results were read.
	rest, err := readAll(c.raw.GetBatchResults(ctx, id, &GetBatchResultsParams{After: &after, Limit: new(1)}))
	return len(rest) == 0, err
}

// longestResult bounds a line of results.
const longestResult = maxAnswer

// resultsOnce follows one connection to its end.
func (c *Client) resultsOnce(ctx context.Context, id string, after *int, yield func([]byte, error) bool) (stopped bool, err error) {
	from := *after
	res, err := c.raw.GetBatchResults(ctx, id, &GetBatchResultsParams{After: &from, Follow: new(true)})
	if err != nil {
		return false, fmt.Errorf("client: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		_, err := readAll(res, nil)
		return false, err
	}
	defer func() { _ = res.Body.Close() }() // it has been read as far as it matters
	if err := unlessPage(res); err != nil {
		return false, err
	}
	in := bufio.NewScanner(res.Body)
	in.Buffer(make([]byte, 64<<10), longestResult)
	for in.Scan() {
		var head struct{ Line int }
		if err := json.Unmarshal(in.Bytes(), &head); err != nil {
			return false, fmt.Errorf("client: result: %w", err) // cut off
		}
		if *after = head.Line; !yield(in.Bytes(), nil) {
			return true, nil
		}
	}
	return false, in.Err()
}

// WaitBatch asks after a job until it has ended, every so often, and tells
// progress each time; nil: nobody.
func (c *Client) WaitBatch(ctx context.Context, id string, every time.Duration, progress func(*Batch)) (*Batch, error) {
	for {
		b, err := c.Batch(ctx, id)
		if err != nil {
			return nil, err
		}
		if progress != nil {
			progress(b)
		}
		if b.Ended() {
			return b, nil
		}
		if err := sleep(ctx, every); err != nil {
			return b, err
		}
	}
}
