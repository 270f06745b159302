package peers

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"ballast.internal/ballast/internal/outage"
	"ballast.internal/ballast/internal/ratelimit/redistest"
	"ballast.internal/ballast/internal/recommend"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var secret = bytes.Repeat([]byte("s"), 32)

func replica(t *testing.T, client *redis.Client, secret []byte) *Redis {
	t.Helper()
	r, err := New(client, outage.NewWatch(50*time.Millisecond, time.Now, nil), "test", secret, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// join wants one of the three outcomes: words, the lead (+), or neither (-).
func join(t *testing.T, r *Redis, key, want string) recommend.Lead {
	t.Helper()
	words, lead, err := r.Join(t.Context(), key)
	got := "-"
	if lead != nil {
		got = "+"
	}
	if words != nil {
		got = string(words)
	}
	if err != nil || got != want {
		t.Fatalf("%q, %v, want %q", got, err, want)
	}
	return lead
}

// Of several replicas one asks, and the others get its words, until they lapse.
func TestOneAsks(t *testing.T) {
	client := redistest.Start(t).Client(t)
	a, b := replica(t, client, secret), replica(t, client, secret)
	lead := join(t, a, "k", "+")
	join(t, b, "k", "-")
	join(t, a, "k", "-")
	join(t, b, "other", "+").End(nil, time.Minute)
	join(t, b, "other", "+").End(nil, time.Minute) // nothing was kept
	if a.Kept(t.Context(), "k") {
		t.Error("words are kept before there are any")
	}
	lead.End([]byte("words"), 200*time.Millisecond)
	join(t, b, "k", "words")
	if !b.Kept(t.Context(), "k") {
		t.Error("the words are not kept")
	}
	time.Sleep(250 * time.Millisecond)
	join(t, b, "k", "+").End(nil, 0)
}

// late ends the context of a question once it has been answered.
type late struct{ leave context.CancelFunc }

func (late) DialHook(next redis.DialHook) redis.DialHook { return next }

func (late) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (l late) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		defer l.leave()
		return next(ctx, cmd)
	}
}

// Who leaves in the moment of the answer has the lead all the same, or it would
// be nobody's until it lapses.
func TestAnswerToOneWhoLeaves(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client(t)
	a, b := replica(t, client, secret), replica(t, server.Client(t), secret)
	join(t, a, "loads the script", "+").End(nil, 0)
	ctx, leave := context.WithCancel(t.Context())
	client.AddHook(late{leave})
	_, lead, err := a.Join(ctx, "k")
	if err != nil || lead == nil {
		t.Fatalf("%v, %v", lead, err)
	}
	lead.End([]byte("words"), time.Microsecond) // which Redis cannot keep
	join(t, b, "k", "+").End(nil, 0)
}

// The lead of a replica that died is free within seconds, and its late end
// takes nothing from who leads by then. One that lives keeps it.
func TestDeadLeader(t *testing.T) {
	client := redistest.Start(t).Client(t)
	a, b := replica(t, client, secret), replica(t, client, secret)
	dead := join(t, a, "k", "+").(*lead)
	dead.stop() // as if its process were gone
	alive := join(t, a, "live", "+")
	begin := time.Now()
	for {
		_, next, err := b.Join(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}
		if next != nil {
			dead.End(nil, 0)
			join(t, a, "k", "-")
			next.End(nil, 0)
			break
		}
		if time.Since(begin) > 2*lapse {
			t.Fatal("a dead replica leads for ever")
		}
		time.Sleep(20 * time.Millisecond)
	}
	join(t, b, "live", "-")
	alive.End(nil, 0)
}

// What stands in Redis tells nothing, and what others put there is not read.
func TestNothingToReadOrForge(t *testing.T) {
	client := redistest.Start(t).Client(t)
	r := replica(t, client, secret)
	join(t, r, "k", "+").End([]byte("the words of an answer"), time.Minute)
	keys := client.Keys(t.Context(), "*").Val()
	if len(keys) != 1 || strings.Contains(keys[0], ":k") {
		t.Fatalf("keys %v", keys)
	}
	stored := client.Get(t.Context(), keys[0]).Val()
	if strings.Contains(stored, "words") {
		t.Error("the words stand there in the clear")
	}
	elsewhere := r.keys(r.vault.name("elsewhere"))[0]
	client.Set(t.Context(), elsewhere, stored, time.Minute)
	if words, _, err := r.Join(t.Context(), "elsewhere"); !errors.Is(err, ErrSealed) || words != nil {
		t.Errorf("words that were moved: %q, %v", words, err)
	}
	client.Set(t.Context(), keys[0], "forged", time.Minute)
	if words, _, err := r.Join(t.Context(), "k"); !errors.Is(err, ErrSealed) || words != nil {
		t.Errorf("forged words: %q, %v", words, err)
	}
	other := replica(t, client, bytes.Repeat([]byte("o"), 32))
	join(t, other, "k", "+").End(nil, 0) // another secret is another world
}

// A server that hangs costs its patience once, and one that is gone nothing.
func TestRedisHangsAndGoes(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client(t)
	r := replica(t, client, secret)
	leader := join(t, r, "k", "+")
	r.patience = 50 * time.Millisecond
	server.Freeze(t)
	fails := func(when string, most time.Duration) {
		t.Helper()
		begin := time.Now()
		if _, _, err := r.Join(t.Context(), "k"); err == nil {
			t.Errorf("%s: no error", when)
		}
		if took := time.Since(begin); took > most {
			t.Errorf("%s: took %s", when, took)
		}
	}
	fails("hung", 2*time.Second)
	fails("known to hang", 2*time.Second)
	leader.End([]byte("lost"), time.Minute)
	server.Thaw(t)
	server.Stop()
	time.Sleep(60 * time.Millisecond)
	fails("gone", 2*time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	time.Sleep(60 * time.Millisecond)
	if _, _, err := r.Join(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that has gone: %v", err)
	}
	server.Start(t)
	for deadline := time.Now().Add(5 * time.Second); r.watch.Down(); time.Sleep(10 * time.Millisecond) {
		if _, lead, err := r.Join(t.Context(), "k"); err == nil {
			lead.End(nil, 0)
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func TestShortSecret(t *testing.T) {
	if _, err := New(nil, nil, "test", []byte("short"), time.Second); err == nil {
		t.Error("a short secret is taken")
	}
}
