package main

import (
	"errors"
	"fmt"
	"time"

	"ballast.internal/ballast/internal/httpapi"
	"ballast.internal/ballast/internal/httpapi/oidc"
)

// fileOIDC is the identity provider whose tokens are taken beside API keys.
type fileOIDC struct {
	Issuer     string        `yaml:"issuer"`
	Audience   string        `yaml:"audience"`
	Claim      string        `yaml:"claim"`      // whose values are listed with the clients
	Algorithms []string      `yaml:"algorithms"` // none: RS256
	ClockSkew  time.Duration `yaml:"clock_skew"` // 0s to 5m
	JWKSURL    string        `yaml:"jwks_url"`   // "": as the issuer's discovery document says
}

func (f *fileOIDC) config() oidc.Config {
	return oidc.Config{
		Issuer: f.Issuer, Audience: f.Audience, Claim: f.Claim, Algorithms: f.Algorithms, ClockSkew: f.ClockSkew, JWKSURL: f.JWKSURL,
	}
}

// validateTokens reports every fault of the identity provider and of the values
// that stand for clients.
func (c *fileConfig) validateTokens() []error {
	var faults []error
	if c.OIDC != nil {
		cfg := c.OIDC.config()
		if err := cfg.Validate(); err != nil {
			faults = append(faults, fmt.Errorf("oidc: %w", err))
		}
	}
	holder := map[string]string{}
	for _, cl := range c.Clients {
		if len(cl.Tokens) > 0 && c.OIDC == nil {
			faults = append(faults, fmt.Errorf("clients: %q: tokens: there is no oidc to issue them", cl.Name))
		}
		for _, value := range cl.Tokens {
			switch other, taken := holder[value]; {
			case value == "":
				faults = append(faults, fmt.Errorf("clients: %q: tokens: want no empty value", cl.Name))
			case taken:
				faults = append(faults, fmt.Errorf("clients: %q: tokens: %q stands for client %q already", cl.Name, value, other))
			}
			holder[value] = cl.Name
		}
	}
	return faults
}

// newTokens builds the verifier of the identity provider's tokens; nil without
// one. It asks nobody yet.
func (a *app) newTokens(c fileConfig) (*oidc.Verifier, error) {
	if c.OIDC == nil {
		return nil, nil //nolint:nilnil // no provider, no verifier
	}
	cfg := c.OIDC.config()
	cfg.Metrics, cfg.Logger = a.oidcMetrics, a.log
	return oidc.New(cfg)
}

// newIdentities are the callers that the file lists.
func (a *app) newIdentities(c fileConfig) (httpapi.Identities, error) {
	keys, keysErr := a.ring(c)
	tokens, tokensErr := a.newTokens(c)
	if err := errors.Join(keysErr, tokensErr); err != nil {
		return httpapi.Identities{}, usageError{err}
	}
	holders := map[string]httpapi.Principal{}
	for _, cl := range c.Clients {
		for _, value := range cl.Tokens {
			holders[value] = httpapi.Principal{Name: cl.Name, Role: cl.Role}
		}
	}
	return httpapi.Identities{Keys: keys, Tokens: tokens, Holders: holders}, nil
}
