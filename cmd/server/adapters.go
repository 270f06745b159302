package main

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/shopspring/decimal"

	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/store"
)

// The adapters never import one another; these few types introduce them.

// idempotency translates what the store says into the API's terms. Only
// answers are kept, so their status is always 200.
type idempotency struct{ *store.Store }

func (i idempotency) Begin(ctx context.Context, client, key, hash string, now time.Time) ([]byte, error) {
	stored, err := i.Store.Begin(ctx, client, key, hash, now)
	if err != nil || stored == nil {
		return nil, keyError(err)
	}
	return stored.Body, nil
}

// records proves the journal in the API's terms.
type records struct{ *store.Store }

func (r records) Verify(ctx context.Context) (httpapi.Verification, error) {
	head, err := r.Head(ctx) // before the proof, which then covers it
	if err != nil {
		return httpapi.Verification{}, err
	}
	var broken *store.ChainError
	if err := r.VerifyChain(ctx); err != nil && !errors.As(err, &broken) {
		return httpapi.Verification{}, err
	}
	v := httpapi.Verification{Records: head.Seq, Head: hex.EncodeToString(head.Hash[:])}
	if broken != nil {
		v.Fault = &httpapi.ChainFault{Number: broken.Seq, ID: broken.ID, What: string(broken.Fault)}
	}
	return v, nil
}

// models are the lines of the catalogue as the API shows them.
func models(c core, s settings, now time.Time) []httpapi.Model {
	var out []httpapi.Model
	for _, m := range c.catalogue.Models() {
		line := httpapi.Model{
			ID: m.PublicID(), Name: m.Name, Provider: c.model.Info().Provider, Region: s.Region, InUse: m.ID == c.model.Spec().ID,
			ContextTokens: m.ContextTokens, MaxOutputTokens: m.MaxOutputTokens,
			Lifecycle: string(m.LifecycleAt(now)), LegacyOn: day(m.Legacy), EndOfLifeOn: day(m.EndOfLife), Successor: m.Successor,
		}
		if p, err := m.PriceAt(now); err == nil {
			line.PriceFrom, line.InputPrice, line.OutputPrice = day(p.From), perMillion(p.Input), perMillion(p.Output)
		}
		out = append(out, line)
	}
	return out
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// perMillion writes nano-USD per million tokens in USD.
func perMillion(nano int64) string { return decimal.New(nano, -9).String() }
