package batch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"ballast.internal/ballast/internal/batch"
)

// slow sends a line whenever so much time has passed, while the service does what
// falls due.
type slow struct {
	*desk
	pause time.Duration
	lines int
}

func (s *slow) Read(p []byte) (int, error) {
	if s.lines == 0 {
		return 0, io.EOF
	}
	s.clock.advance(s.pause)
	if _, err := s.store.Maintain(s.t.Context(), s.clock.Now()); err != nil {
		return 0, err
	}
	s.lines--
	return copy(p, fmt.Sprintf("auto %d\n", s.lines)), nil
}

// Who sends slowly loses nothing, and who sends nothing for long has no job.
func TestSlowUpload(t *testing.T) {
	for name, c := range map[string]struct {
		pause time.Duration
		lines int
		want  error
	}{
		"a line a second": {time.Second, 3000, nil},
		"a line a minute": {time.Minute, 60, nil},
		"given up":        {16 * time.Minute, 2, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			limits := d.intake.Limits()
			limits.Lines = c.lines
			d.intake.Limits = func() batch.Limits { return limits }
			got, err := d.intake.Receive(t.Context(), batch.Job{Client: "a"}, &slow{d, c.pause, c.lines}, "", nil)
			if !errors.Is(err, c.want) || err == nil && got.Job.Lines.Queued != c.lines {
				t.Fatalf("%+v, %v: want %v", got.Job.Lines, err, c.want)
			}
		})
	}
}
