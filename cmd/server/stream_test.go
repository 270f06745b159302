package main

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A caller that leaves a stream while the model thinks ends the stream, and not
// the call: it is paid for, recorded, and answers the next request.
func TestLeavingAStreamKeepsThePaidCall(t *testing.T) {
	a := attack(t)
	server := httptest.NewServer(a.handler)
	defer server.Close()
	thinking, think := make(chan struct{}), make(chan struct{})
	a.cloud.says(func(good []byte) (int, []byte) {
		close(thinking)
		<-think
		return http.StatusOK, good
	})
	ctx, leave := context.WithCancel(t.Context())
	body := a.p0(5000, nil)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/recommendations", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.keys[victim])
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	res, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if line, err := bufio.NewReader(res.Body).ReadString('\n'); line != "event: analysis\n" {
		t.Errorf("%q, %v", line, err)
	}
	<-thinking
	leave()
	for deadline := time.Now().Add(time.Minute); !strings.Contains(a.log.String(), "client_gone"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the stream has not ended")
		}
	}
	close(think)
	again := a.advise(victim, body) // waits for the call under way, or finds its answer
	spent, _ := a.spent(victim)
	if paths, _ := a.cloud.sent(); len(paths) != 1 || again.Source != "model" || !again.Usage.Cached || again.Usage.CostUSD != "0" || spent == "0" {
		t.Errorf("%d calls, then %s, %+v; spent %s", len(paths), again.Source, again.Usage, spent)
	}
}
