package ratelimit

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// redisConnections is how many a process has: one serves thousands of questions
// a second.
const redisConnections = 16

// Redis keeps buckets and slots that replicas share, in one script per request.
// The clock is the Redis server's, so replicas need not agree on the time; when
// it is set back, time goes on. It counts in whole microseconds: a rate of more
// than 100,000 units a second comes out lower than configured, never higher.
type Redis struct {
	client   redis.UniversalClient
	prefix   string
	patience time.Duration
	now      func() time.Time // nil: the server's clock
}

//go:embed clock.lua
var clockSource string

//go:embed admit.lua
var admitSource string

//go:embed correct.lua
var correctSource string

var (
	admitScript   = redis.NewScript(clockSource + admitSource)
	correctScript = redis.NewScript(clockSource + correctSource)
)

// ErrNoAnswer says that Redis answered with something that is no decision.
var ErrNoAnswer = errors.New("redis: not an answer of the rate limit script")

// NewRedisClient opens a client that gives up fast, where the defaults of
// go-redis take seconds: no retries, one dial, and the caller's context counts.
// The URL is of the form redis://user:password@host:6379/0 or unix://…. patience
// is how long one question may take before Redis counts as gone.
func NewRedisClient(url string, patience time.Duration) (*redis.Client, error) {
	opts, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("redis: the URL cannot be read") // it may hold a password
	}
	if strings.Contains(opts.Addr, ",") {
		return nil, errors.New("redis: the URL names several servers, and one is used: its primary's address, or a proxy's")
	}
	opts.MaxRetries = -1
	opts.DialerRetries = 1
	opts.DialTimeout = patience
	opts.ReadTimeout = patience
	opts.WriteTimeout = patience
	opts.PoolTimeout = patience
	opts.PoolSize = redisConnections
	opts.MinIdleConns = redisConnections // a burst must not wait for dialling
	opts.ContextTimeoutEnabled = true
	opts.DisableIdentity = true
	opts.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(opts), nil
}

// LogRedis sends the messages of go-redis, which it would print to stderr, to a
// logger. It holds for the whole process.
func LogRedis(to *slog.Logger) { redis.SetLogger(redisLogger{to}) }

type redisLogger struct{ to *slog.Logger }

func (l redisLogger) Printf(ctx context.Context, format string, args ...any) {
	l.to.DebugContext(ctx, "redis", slog.String("message", fmt.Sprintf(format, args...)))
}

// NewRedis keeps buckets in Redis under a prefix. All keys share one hash tag,
// so that a cluster keeps them on one node, as a script over several needs. One
// decision may take as long as patience.
func NewRedis(client redis.UniversalClient, prefix string, patience time.Duration) *Redis {
	return &Redis{client: client, prefix: "{" + prefix + "}:", patience: patience}
}

// Take implements Store.
func (r *Redis) Take(ctx context.Context, claims ...Claim) (Decision, error) {
	claims = limited(claims)
	if len(claims) == 0 {
		return decide(nil), nil
	}
	keys := make([]string, len(claims), len(claims)+1)
	args := make([]any, 1, 1+3*len(claims))
	args[0] = r.clock()
	for i, c := range claims {
		keys[i] = r.key(c)
		if c.isTurn() {
			args = append(args, c.Turn.Lapse.Microseconds(), c.Turn.bound(), c.Turn.Holder)
		} else if s := c.Slots; s.Unlimited() {
			args = append(args, micros(c.Rate, c.Cost), c.room(), "")
		} else {
			args = append(args, s.Lapse.Microseconds(), s.Max, s.Holder)
		}
	}
	keys = append(keys, r.clockKey())
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	answer, err := admitScript.Run(ctx, r.client, keys, args...).Int64Slice()
	if err != nil {
		return Decision{}, err
	}
	if len(answer) != len(claims)+2 {
		return Decision{}, ErrNoAnswer
	}
	return decide(buckets(claims, answer[0], answer[2:])), nil
}

// buckets reads what the script found: arrival times, and numbers of holders.
func buckets(claims []Claim, now int64, numbers []int64) []bucket {
	found := make([]bucket, len(claims))
	for i, c := range claims {
		if c.isTurn() {
			found[i] = bucket{claim: c, full: numbers[i] > 0}
			continue
		}
		if s := c.Slots; !s.Unlimited() {
			free := s.Max - int(numbers[i])
			found[i] = bucket{claim: c, left: float64(free), full: free <= 0}
			continue
		}
		free := c.room() - (numbers[i] - now)
		found[i] = bucket{
			claim: c,
			left:  float64(free) / 1e6 * c.Rate.perSecond(),
			wait:  time.Duration(max(0, micros(c.Rate, c.Cost)-free)) * time.Microsecond,
		}
	}
	return found
}

// Correct implements Store.
func (r *Redis) Correct(ctx context.Context, claim Claim, units int) error {
	if claim.Rate.Unlimited() || units == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	step := micros(claim.Rate, units)
	return correctScript.Run(ctx, r.client, []string{r.key(claim), r.clockKey()}, r.clock(), step).Err()
}

// Leave implements Store.
func (r *Redis) Leave(ctx context.Context, claims ...Claim) error {
	held := slices.DeleteFunc(slices.Clone(claims), func(c Claim) bool { return !c.isTurn() && c.Slots.Unlimited() })
	if len(held) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	_, err := r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, c := range held {
			if c.isTurn() {
				p.HDel(ctx, r.key(c), c.Turn.Holder)
			} else {
				p.ZRem(ctx, r.key(c), c.Slots.Holder)
			}
		}
		return nil
	})
	return err
}

// bound tells the script that a claim is of a turn: what is added to its order,
// below zero.
func (t Turn) bound() int64 {
	if t.Last {
		return -1 - behind
	}
	return -1
}

func (r *Redis) key(c Claim) string { return r.prefix + c.Limit + ":" + c.Key }

// clockKey is no bucket's: those have a colon.
func (r *Redis) clockKey() string { return r.prefix + "clock" }

func (r *Redis) clock() int64 {
	if r.now == nil {
		return 0
	}
	return r.now().UnixMicro()
}

// micros is how long so many units take to come back, in microseconds rounded
// up for costs and down for refunds: rounding never gains anything.
func micros(r Rate, units int) int64 {
	per, count := int64(r.Per/time.Microsecond), int64(r.Count)
	total := int64(units) * per
	if units < 0 {
		return total / count
	}
	return (total + count - 1) / count
}

// room is how far the arrival time may be ahead of now for a claim.
func (c Claim) room() int64 { return room(c.Rate) - micros(c.Rate, c.Keep) }

// room is how far the arrival time may be ahead of now: the burst, and at most
// one unit more, so that single units whose cost was rounded up still make a
// whole burst.
func room(r Rate) int64 {
	per, count, burst := int64(r.Per/time.Microsecond), int64(r.Count), int64(r.Burst)
	exact := burst * per / count
	if per%count == 0 {
		return exact
	}
	return exact + 1 + min(burst, per/count)
}
