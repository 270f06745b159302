package recommend

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
)

// PanicText is what a log may say of a panic: all of one by the runtime, and of
// any other its type alone, since its text may hold what was being worked on.
func PanicText(v any) string {
	if err, ok := v.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a %T", v)
}

func (s *Service) logPanic(ctx context.Context, what string, v any) {
	s.cfg.Logger.LogAttrs(ctx, slog.LevelError, what,
		slog.String("panic", PanicText(v)), slog.String("stack", string(debug.Stack())))
}
