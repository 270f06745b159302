// Package peers lets replicas share the model's words by Redis.
//
// What stands in Redis is of no use to whoever reads it there: the keys are
// HMACs, and the words are encrypted and bound to their key, so that nobody
// without the secret can read them or put others in their place. All of it
// lapses.
package peers

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"ballast.internal/ballast/internal/outage"
	"ballast.internal/ballast/internal/recommend"
)

const (
	// lapse is after which the lead of a replica that died is free.
	lapse = 3 * time.Second
	// renewEvery leaves room for two renewals that fail.
	renewEvery = lapse / 3
)

var (
	//go:embed join.lua
	joinSource string
	//go:embed end.lua
	endSource string
	//go:embed renew.lua
	renewSource string

	joinScript  = redis.NewScript(joinSource)
	endScript   = redis.NewScript(endSource)
	renewScript = redis.NewScript(renewSource)
)

// ErrAway says that Redis does not answer.
var ErrAway = errors.New("peers: Redis does not answer")

// Redis is recommend.Peers. It is safe for concurrent use.
type Redis struct {
	client   redis.UniversalClient
	watch    *outage.Watch
	prefix   string
	vault    vault
	patience time.Duration
}

var _ recommend.Peers = (*Redis)(nil)

// New shares words under a prefix with the replicas that have the same secret.
// The client must give up when a context ends; watch is that of its server. It
// fails when the secret is short. patience bounds one question to Redis.
func New(client redis.UniversalClient, watch *outage.Watch, prefix string, secret []byte, patience time.Duration) (*Redis, error) {
	v, err := newVault(secret)
	return &Redis{client: client, watch: watch, prefix: prefix, vault: v, patience: patience}, err
}

// Join implements recommend.Peers.
func (r *Redis) Join(ctx context.Context, key string) ([]byte, recommend.Lead, error) {
	l := &lead{peers: r, name: r.vault.name(key), holder: rand.Text()}
	var answer any
	err := r.try(ctx, func(ctx context.Context) (err error) {
		answer, err = joinScript.Run(ctx, r.client, r.keys(l.name), l.holder, lapse.Milliseconds()).Result()
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	switch a := answer.(type) {
	case string:
		words, err := r.vault.open(l.name, a)
		return words, nil, err
	case int64:
		if a == 1 {
			l.keep()
			return nil, l, nil
		}
		return nil, nil, nil
	}
	return nil, nil, fmt.Errorf("peers: Redis answered with a %T", answer)
}

// Kept implements recommend.Peers.
func (r *Redis) Kept(ctx context.Context, key string) bool {
	var n int64
	err := r.try(ctx, func(ctx context.Context) (err error) {
		n, err = r.client.Exists(ctx, r.keys(r.vault.name(key))[0]).Result()
		return err
	})
	return err == nil && n == 1
}

// try asks Redis unless it is away, and notes whether it answered.
func (r *Redis) try(ctx context.Context, ask func(context.Context) error) error {
	if !r.watch.Try() {
		return ErrAway
	}
	within, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	err := ask(within)
	if err != nil && ctx.Err() != nil {
		r.watch.Untried()
		return ctx.Err()
	}
	r.watch.Note(err == nil)
	return err
}

// keys are of the words and of the lead, on one node of a cluster.
func (r *Redis) keys(name string) []string {
	tag := r.prefix + ":{" + name + "}:"
	return []string{tag + "words", tag + "lead"}
}

// lead renews itself until it is ended.
type lead struct {
	peers        *Redis
	name, holder string
	stop         context.CancelFunc
	renewing     sync.WaitGroup
}

func (l *lead) keep() {
	var ctx context.Context
	ctx, l.stop = context.WithCancel(context.Background())
	l.renewing.Go(func() {
		tick := time.NewTicker(renewEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				_ = l.renew(ctx) // whoever takes the lead over asks as well: a cost, and no fault
			}
		}
	})
}

func (l *lead) renew(ctx context.Context) error {
	return l.peers.try(ctx, func(ctx context.Context) error {
		return renewScript.Run(ctx, l.peers.client, l.peers.keys(l.name)[1:], l.holder, lapse.Milliseconds()).Err()
	})
}

// End implements recommend.Lead. What Redis is not told of lapses.
func (l *lead) End(words []byte, ttl time.Duration) {
	l.stop()
	l.renewing.Wait()
	sealed := ""
	if words != nil && ttl >= time.Millisecond {
		sealed = l.peers.vault.seal(l.name, words)
	}
	_ = l.peers.try(context.Background(), func(ctx context.Context) error {
		return endScript.Run(ctx, l.peers.client, l.peers.keys(l.name), l.holder, sealed, ttl.Milliseconds()).Err()
	})
}
