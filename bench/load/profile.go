package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// profile writes a CPU profile of the server under the load that it is made
// for, recommendations by the model: for go tool pprof, or for go build -pgo.
func (b *bench) profile(ctx context.Context, file string) (err error) {
	s, err := openSite(ctx, b.server, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	body, err := exampleBody()
	if err != nil {
		return err
	}
	serve := served(s, body)
	serve.url = s.server.lines["api"]
	fired := make(chan error, 1)
	go func() {
		_, err := serve.fire(ctx, 8, b.span+time.Second)
		fired <- err
	}()
	text, err := s.server.get(ctx, fmt.Sprintf("/debug/pprof/profile?seconds=%d", max(1, int(b.span.Seconds()))))
	if err := errors.Join(err, <-fired); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644) //nolint:gosec // there is nothing secret in a profile
}
