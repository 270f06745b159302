package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"ballast.internal/ballast/internal/outage"
	"ballast.internal/ballast/internal/peers"
	"ballast.internal/ballast/internal/ratelimit"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/telemetry"
)

// redisPrefix begins every key in Redis.
const redisPrefix = "ballast"

// maxLimiterKeys bounds the memory of the clients' limits. Clients are
// configured, so that it is never reached.
const maxLimiterKeys = 100_000

// shared is what replicas share beside the database: nothing, or a Redis that
// may come and go. Nothing waits for it but a start, a little, and readiness does
// not ask it.
type shared struct {
	client *redis.Client // nil: none
	watch  *outage.Watch // of the client
	store  ratelimit.Store
}

// redisLookEvery is how often Redis is asked where no request does: without, an
// idle replica would tell for hours what was so at its last request.
const redisLookEvery = 5 * time.Second

// look is a claim that every replica may have at any time. It is decided, and
// written, as those of requests are: a Redis that answers but takes nothing is
// of no use.
var look = ratelimit.Claim{Limit: "look", Key: "all", Rate: ratelimit.Rate{Count: 1000, Per: time.Second, Burst: 1000}, Cost: 1}

// keepLooking asks Redis now and then, until ctx ends, and so tells the watch.
func (s shared) keepLooking(ctx context.Context) {
	if s.client == nil {
		return
	}
	tick := time.NewTicker(redisLookEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		_, _ = s.store.Take(ctx, look) // which notes what came of it
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// redisGreeting is how long a start waits for Redis. Its first connections are
// made all at once, with TLS in more time than a question may take.
const redisGreeting = time.Second

// greet waits for the first answer of a Redis that is there.
func greet(ctx context.Context, client *redis.Client) {
	ctx, cancel := context.WithTimeout(ctx, redisGreeting)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for client.Ping(ctx).Err() != nil {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// newShared connects to Redis, if there is any.
func (a *app) newShared(ctx context.Context, c core) (shared, error) {
	local := ratelimit.NewMemory(maxLimiterKeys, time.Now)
	if a.set.RedisURL == "" {
		return shared{store: ratelimit.NewShared(nil, local, a.set.Replicas, nil)}, nil
	}
	ratelimit.LogRedis(a.log)
	client, err := ratelimit.NewRedisClient(a.set.RedisURL, a.set.RedisTimeout)
	if err != nil {
		return shared{}, usageError{err}
	}
	a.onRelease(client.Close)
	faults := &redisFaults{}
	client.AddHook(faults)
	greet(ctx, client)
	up := telemetry.NewUp(c.reg, "ballast_redis_up", "Whether replicas share limits and answers by Redis; 0 while each has its part of the limits.")
	up(true)
	watch := outage.NewWatch(0, time.Now, func(down bool) {
		up(!down)
		a.log.WarnContext(context.Background(), "Redis", slog.Bool("down", down), faults.when(down))
	})
	common := ratelimit.NewRedis(client, redisPrefix, a.set.RedisTimeout)
	return shared{client, watch, ratelimit.NewShared(common, local, a.set.Replicas, watch)}, nil
}

// newPeers shares the model's words; nil without Redis. They are sealed by a key
// made of the secret that all replicas have, that of the API keys.
func (a *app) newPeers(sh shared) (recommend.Peers, error) {
	if sh.client == nil {
		return nil, nil
	}
	secret, err := a.pepper()
	if err != nil {
		return nil, usageError{err}
	}
	return peers.New(sh.client, sh.watch, redisPrefix, secret, a.set.RedisTimeout)
}

// newQuota bounds model calls. With Redis the account's quota is taken from by
// all replicas; without, each has its part.
func (a *app) newQuota(c fileConfig, sh shared) recommend.Quota {
	q := ratelimit.QuotaConfig{
		RequestsPerMinute: c.BedrockQuota.RequestsPerMinute, TokensPerMinute: c.BedrockQuota.TokensPerMinute,
		InFlight: c.BedrockQuota.InFlight, Replicas: a.set.Replicas,
		BatchPercent: func() int { return a.batchesInForce().SharePercent },
	}
	var account ratelimit.QuotaConfig
	if sh.client != nil {
		q.Replicas = 1
		account = q
	}
	return ratelimit.NewGate(ratelimit.GateConfig{
		Own: ratelimit.NewQuota(q), Store: sh.store, Account: account, Lapse: a.set.ModelTimeout + time.Minute, Now: time.Now,
		ClientTokens: func(client string) int { return a.limitsOf(client).TokensPerMinute },
	})
}
