package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"ballast.internal/ballast/internal/analysis"
	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/bedrock/emulator"
	"ballast.internal/ballast/internal/budget"
	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/ratelimit"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/recommend/wording"
	"ballast.internal/ballast/internal/store"
)

// recorder notes the bound and the bill of every call that was answered.
type recorder struct {
	recommend.Model
	calls []call
}

// Invoke implements recommend.Model. The requests come one after the other.
func (r *recorder) Invoke(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	bound := r.Bound(req) // before the bill teaches the model a better one
	ans, err := r.Model.Invoke(ctx, req)
	if err == nil && ans.Usage != nil {
		r.calls = append(r.calls, call{bound, *ans.Usage})
	}
	return ans, err
}

// bench is the service on the emulator, with a ledger in a temporary folder.
type bench struct {
	service *recommend.Service
	model   *recorder
	close   func() error
}

func newBench(ctx context.Context) (*bench, error) {
	cred, err := emulator.NewCredential(rand.Reader, "arn:aws:iam::123456789012:user/bench")
	if err != nil {
		return nil, err
	}
	cloud, err := emulator.New(emulator.Config{
		Region: bedrock.DefaultRegion, Credentials: []emulator.Credential{cred}, Models: emulator.DefaultModels(),
		Authorize: func(emulator.AuthzRequest) emulator.AuthzDecision { return emulator.AuthzDecision{Allowed: true} },
	})
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(cloud)
	client, err := bedrock.New(ctx, bedrock.Config{
		Provider: bedrock.ProviderEmulator, Endpoint: server.URL,
		Credentials: bedrock.Credentials{Static: &bedrock.StaticKeys{AccessKeyID: cred.AccessKeyID, SecretAccessKey: cred.Secret}},
	})
	if err != nil {
		server.Close()
		return nil, err
	}
	b := &bench{model: &recorder{Model: client}}
	if err := b.open(ctx, server); err != nil {
		server.Close()
		return nil, err
	}
	return b, nil
}

// open builds the service on the model; closing it closes the server too.
func (b *bench) open(ctx context.Context, server *httptest.Server) error {
	dir, err := os.MkdirTemp("", "ballast-bound-")
	if err != nil {
		return err
	}
	unlimited := budget.Limit{Day: budget.Unlimited, Month: budget.Unlimited}
	st, err := store.Open(ctx, store.Config{Dir: dir, Limits: budget.Limits{Global: unlimited, Default: unlimited}})
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	b.close = func() error {
		err := b.service.Close(context.WithoutCancel(ctx))
		server.Close()
		return errors.Join(err, st.Close(), os.RemoveAll(dir))
	}
	b.service, err = recommend.New(recommend.Config{
		Model: b.model, Ledger: st, Journal: st, Policy: analysis.DefaultPolicy(), Now: time.Now, CacheTTL: -1,
		Quota: ratelimit.NewGate(ratelimit.GateConfig{
			Own: ratelimit.NewQuota(ratelimit.QuotaConfig{}), Store: ratelimit.NewMemory(1, time.Now), Now: time.Now,
			ClientTokens: func(string) int { return 0 },
		}),
	})
	if err != nil {
		server.Close()
		return errors.Join(err, st.Close(), os.RemoveAll(dir))
	}
	return nil
}

// requests are the examples in every language for every audience, and one of
// them with up to 400 holdings.
func requests() ([]recommend.Request, error) {
	names, err := filepath.Glob("examples/*.json")
	if err != nil || len(names) == 0 {
		return nil, errors.Join(errors.New("no examples: run this in the root of the repository"), err)
	}
	var reqs []recommend.Request
	for _, name := range names {
		for _, language := range wording.Languages() {
			for _, audience := range []string{"client", "adviser"} {
				req, err := request(name, 0, map[string]any{"language": language, "audience": audience})
				if err != nil {
					return nil, err
				}
				reqs = append(reqs, req)
			}
		}
	}
	for n := 10; n <= 400; n += 30 {
		req, err := request("examples/p0.json", n, nil)
		if err != nil {
			return nil, err
		}
		reqs = append(reqs, req)
	}
	return reqs, nil
}

// request is an example with n more holdings and these options.
func request(name string, n int, options map[string]any) (req recommend.Request, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return req, err
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		return req, err
	}
	if options != nil {
		doc["options"] = options
	}
	if n > 0 {
		portfolio, ok := doc["portfolio"].(map[string]any)
		positions, ok2 := portfolio["positions"].([]any)
		if !ok || !ok2 {
			return req, fmt.Errorf("%s: no positions", name)
		}
		for i := range n {
			positions = append(positions, holding(i))
		}
		portfolio["positions"] = positions
	}
	if text, err = json.Marshal(doc); err != nil {
		return req, err
	}
	req, err = httpapi.DecodeRequest(text)
	req.Client = "bench"
	return req, err
}

// holding is one of many stocks.
func holding(i int) map[string]any {
	ticker := fmt.Sprintf("%c%c%c", 'B'+i%20, 'A'+i/20%20, 'Q')
	return map[string]any{
		"instrument": map[string]any{
			"id": map[string]any{"ticker": ticker}, "name": "Company " + ticker, "type": "equity", "asset_class": "equity",
			"sector": []string{"technology", "financials", "industrials", "health_care", "energy"}[i%5], "country": "US", "region": "north_america",
		},
		"quantity": fmt.Sprint(10 + i*7%90), "price": fmt.Sprintf("%d.%02d", 20+i*13%180, i%100), "price_as_of": "2026-11-20", "currency": "USD",
		"cost_basis": fmt.Sprint(500 + i*37%4000),
	}
}
