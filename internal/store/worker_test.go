package store

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/recommend"
)

// workerEnv makes this test binary act as another process that shares the
// data: its value is a job in JSON.
const workerEnv = "BALLAST_STORE_WORKER"

// job is what a worker does.
type job struct {
	Task     string // churn or compete
	Name     string // prefix of its ids
	DSN, Dir string
	Limits   budget.Limits
	Each     int64 // nano-USD per reservation
}

// start returns the process and the lines that it writes. It reads from stdin.
func (j job) start(t *testing.T, stdin io.Reader) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	text, err := json.Marshal(j)
	ok(t, err)
	exe, err := os.Executable()
	ok(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), workerEnv+"="+string(text))
	cmd.Stdin, cmd.Stderr = stdin, os.Stderr
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	return cmd, bufio.NewScanner(out)
}

// runWorker returns the exit code of a worker.
func runWorker(text string) int {
	var j job
	err := json.Unmarshal([]byte(text), &j)
	if err == nil {
		err = j.do()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (j job) do() error {
	ctx := context.Background()
	s, err := Open(ctx, Config{DSN: j.DSN, Dir: j.Dir, Limits: j.Limits, Alone: true})
	if err != nil {
		return err
	}
	if j.Task == "compete" {
		fmt.Println("ready")
		if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
			return err
		}
		return errors.Join(j.compete(ctx, s), s.Close())
	}
	return j.churn(ctx, s)
}

// churn reserves, concludes and journals until it is killed, and tells every
// change after it was acknowledged.
func (j job) churn(ctx context.Context, s *Store) error {
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for g := range errs {
		wg.Go(func() {
			for i := 0; errs[g] == nil; i++ {
				errs[g] = j.step(ctx, s, fmt.Sprintf("%s-%d-%d", j.Name, g, i), i)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (j job) step(ctx context.Context, s *Store, id string, i int) error {
	if err := s.Reserve(ctx, reservationOf(id, "a", j.Each)); err != nil {
		return err
	}
	fmt.Println("reserved", id)
	if i%2 == 0 {
		if err := s.Settle(ctx, id, recommend.TokenUsage{CostNano: 1}); err != nil {
			return err
		}
		fmt.Println("settled", id)
	}
	r := recordOf(1)
	r.ID = id
	if err := s.Append(ctx, r); err != nil {
		return err
	}
	fmt.Println("appended", id)
	return nil
}

// compete reserves from several goroutines until nothing fits, journals each
// success, and tells how many there were.
func (j job) compete(ctx context.Context, s *Store) error {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		total int
		errs  []error
	)
	for g := range 8 {
		wg.Go(func() {
			n, err := j.reserveAll(ctx, s, g)
			mu.Lock()
			defer mu.Unlock()
			total += n
			errs = append(errs, err)
		})
	}
	wg.Wait()
	fmt.Println(total)
	return errors.Join(errs...)
}

func (j job) reserveAll(ctx context.Context, s *Store, g int) (int, error) {
	for n := 0; ; n++ {
		id := fmt.Sprintf("%s-%d-%d", j.Name, g, n)
		err := s.Reserve(ctx, reservationOf(id, "a", j.Each))
		var refused *recommend.BudgetError
		if errors.As(err, &refused) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		r := recordOf(1)
		r.ID = id
		if err := s.Append(ctx, r); err != nil {
			return n, err
		}
	}
}
