package batch

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// The bounds of what is kept in memory of a job that is being received.
const (
	chunkLines = 64
	chunkBytes = 1 << 20
)

const (
	// receiveWithin is after how long without lines a job that is being received
	// counts as given up, by a process that died.
	receiveWithin = 15 * time.Minute
	// addEvery is how long lines may wait for others that are added with them:
	// their sender may be slow.
	addEvery = time.Minute
)

// errGivenUp says that a job was erased while it was received.
var errGivenUp = fmt.Errorf("batch: the job was given up: %w", context.DeadlineExceeded)

// Limits bound a job.
type Limits struct {
	Lines     int           // of one job
	LineBytes int           // of one line
	OpenJobs  int           // of one client
	Retain    time.Duration // how long an ended job is kept
}

// Intake takes jobs in.
type Intake struct {
	Store  Store
	Codec  Codec
	Limits func() Limits
	Now    func() time.Time
	NewID  func() string // bat_…
}

// Received is a job that has been taken in.
type Received struct {
	Job    Job
	Stored []byte // the answer that the same key got before; then there is no new job
}

// Receive reads the lines of a job, of which client, request id and trace are
// given. A line that cannot be answered becomes a result that says why, unless
// none can: then the first one's error is returned. It fails with ErrNoLines,
// *TooManyLinesError and *LineError, with what reading body fails with, and with
// what a Store fails with; in each case there is no job. body is read to its
// end, which whoever gives it bounds. key is an idempotency key or "", and reply
// writes the answer that is kept for it.
func (in Intake) Receive(ctx context.Context, j Job, body io.Reader, key string, reply func(Job) ([]byte, error)) (Received, error) {
	limits := in.Limits()
	j.ID, j.State, j.Created = in.NewID(), Receiving, in.Now()
	j.Expires = j.Created.Add(receiveWithin)
	if err := in.Store.Create(ctx, j, limits.OpenJobs); err != nil {
		return Received{}, err
	}
	r := receiver{Intake: in, limits: limits, job: j, hash: sha256.New(), added: j.Created}
	err := r.read(ctx, body)
	var out Received
	if err == nil {
		out, err = r.commit(ctx, key, reply)
	}
	if errors.Is(err, ErrNotFound) {
		err = errGivenUp
	}
	if err != nil || out.Stored != nil {
		// The job's expiry erases what this cannot.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), discardWithin)
		defer cancel()
		_ = in.Store.Discard(ctx, j.ID)
	}
	return out, err
}

const discardWithin = 5 * time.Second

// receiver takes in one job.
type receiver struct {
	Intake
	limits Limits
	job    Job
	hash   interface {
		io.Writer
		Sum(b []byte) []byte
	}
	chunk []NewLine
	bytes int
	added time.Time // when lines were, the last time
	first error     // of the first line that cannot be answered
}

// LineError is what is wrong with a line.
type LineError struct {
	Number int
	Err    error
}

// Error names the line.
func (e *LineError) Error() string {
	return "batch: line " + strconv.Itoa(e.Number) + ": " + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error { return e.Err }

// byteOrderMark is what spreadsheets write before UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

// read takes in every line. Blank ones count for their number alone.
func (r *receiver) read(ctx context.Context, body io.Reader) error {
	in := bufio.NewReaderSize(body, 64<<10)
	for number := 1; ; number++ {
		line, long, err := r.next(in)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, byteOrderMark)
		}
		if text := bytes.TrimSpace(line); long || len(text) > 0 {
			if err := r.add(ctx, number, text, long); err != nil {
				return err
			}
		}
		if err != nil {
			return r.flush(ctx)
		}
	}
}

// next reads one line, its end included. Of one that is longer than a line may
// be nothing is kept, and only its hash is taken.
func (r *receiver) next(in *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if !long && len(line)+len(part) > r.limits.LineBytes+len("\r\n") {
			_, _ = r.hash.Write(line) // never fails
			line, long = nil, true
		}
		if long {
			_, _ = r.hash.Write(part)
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}

func (r *receiver) add(ctx context.Context, number int, text []byte, long bool) error {
	if r.job.Lines.Total == r.limits.Lines {
		return &TooManyLinesError{r.limits.Lines}
	}
	r.job.Lines.Total++
	_, _ = r.hash.Write(text) // never fails
	_, _ = r.hash.Write([]byte{'\n'})
	customID, err := "", ErrLineTooLong
	if !long {
		_, customID, err = r.Codec.Decode(text)
	}
	line := NewLine{Number: number, CustomID: customID, Input: text}
	if err != nil {
		line.Input, line.Error = nil, r.Codec.Problem(err)
		r.job.Lines.Failed++
		if r.first == nil {
			r.first = &LineError{number, err}
		}
	}
	r.chunk, r.bytes = append(r.chunk, line), r.bytes+len(text)
	if len(r.chunk) >= chunkLines || r.bytes >= chunkBytes || r.Now().Sub(r.added) >= addEvery {
		return r.flush(ctx)
	}
	return nil
}

func (r *receiver) flush(ctx context.Context) error {
	if len(r.chunk) == 0 {
		return nil
	}
	err := r.Store.Add(ctx, r.job, r.chunk)
	clear(r.chunk)
	r.chunk, r.bytes, r.added = r.chunk[:0], 0, r.Now()
	return err
}

func (r *receiver) commit(ctx context.Context, key string, reply func(Job) ([]byte, error)) (Received, error) {
	j := r.job
	switch {
	case j.Lines.Total == 0:
		return Received{}, ErrNoLines
	case j.Lines.Failed == j.Lines.Total:
		return Received{}, r.first
	}
	j.State, j.Lines.Queued = Queued, j.Lines.Total-j.Lines.Failed
	j.Expires = r.Now().Add(Deadline + r.limits.Retain)
	var once *Once
	if key != "" {
		body, err := reply(j)
		if err != nil {
			return Received{}, err
		}
		once = &Once{Key: key, Hash: hex.EncodeToString(r.hash.Sum(nil)), Body: body, At: r.Now()}
	}
	stored, err := r.Store.Commit(ctx, j, once)
	return Received{Job: j, Stored: stored}, err
}
