package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
)

// captureCall returns the body of the call that the server makes for a request:
// it is pointed at a model that notes the call and fails.
func captureCall(ctx context.Context, server string, s shot) (call []byte, err error) {
	calls := make(chan []byte, 1)
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			select {
			case calls <- body:
			default: // one is enough
			}
		}
		w.WriteHeader(http.StatusBadRequest)
	}))
	defer model.Close()
	at, err := openSite(ctx, server, 0, "BALLAST_BEDROCK_ENDPOINT="+model.URL)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, at.close()) }()
	s.url, s.key = at.server.lines["api"], at.key
	for range 10 { // a machine that hangs may lead to an answer by rules
		if _, err := s.send(ctx, http.DefaultClient); err != nil {
			return nil, err
		}
		select {
		case call = <-calls:
			return call, nil
		default:
		}
	}
	return nil, errors.New("the server answers without a call of the model")
}
