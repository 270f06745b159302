package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// redisFaults is a hook that keeps in mind why Redis last failed: who is told that
// it is down is not told why.
type redisFaults struct{ last atomic.Pointer[error] }

// when is the log's attribute of why Redis is down; none when it is not.
func (f *redisFaults) when(down bool) slog.Attr {
	if last := f.last.Load(); down && last != nil {
		return slog.Any("error", *last)
	}
	return slog.Attr{}
}

// note keeps what is a fault of Redis: not a key that is not there, nor a script
// that is sent when it is asked for.
func (f *redisFaults) note(err error) error {
	if err != nil && !errors.Is(err, redis.Nil) && !errors.Is(err, context.Canceled) && !redis.HasErrorPrefix(err, "NOSCRIPT") {
		f.last.Store(&err)
	}
	return err
}

// DialHook implements redis.Hook: who asks is told of what fails in it.
func (f *redisFaults) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook implements redis.Hook.
func (f *redisFaults) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error { return f.note(next(ctx, cmd)) }
}

// ProcessPipelineHook implements redis.Hook.
func (f *redisFaults) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error { return f.note(next(ctx, cmds)) }
}
