package bedrock

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Defaults of Config.
const (
	DefaultRegion  = "us-east-2"
	DefaultTimeout = 30 * time.Second
)

// The provider labels: where an answer came from.
const (
	ProviderBedrock  = "bedrock"
	ProviderEmulator = "emulator"
)

// Config says which model is called, where, and as whom. The zero value of a
// field takes the default named beside it.
type Config struct {
	Region   string        // us-east-2
	ModelID  string        // Claude 3 Haiku; also an inference profile id or an ARN
	Endpoint string        // the region's Bedrock Runtime; an http or https URL
	Provider string        // bedrock; the label that every answer carries
	Timeout  time.Duration // 30 s for one attempt, beside the caller's own deadline

	// Transport is cloned; nil takes one tuned for a single upstream host.
	Transport   *http.Transport
	Credentials Credentials
	// AllowBearerToken lets AWS_BEARER_TOKEN_BEDROCK take the place of the
	// signature. Without it the variable has no effect on this client.
	AllowBearerToken bool

	Catalogue  Catalogue // the embedded one when it has no models
	Breaker    BreakerConfig
	Registerer prometheus.Registerer // nil: metrics are kept but not exported
	Logger     *slog.Logger          // nil: silent
	Now        func() time.Time      // time.Now
}

// Credentials is one source of AWS keys; the zero value is the SDK's default
// chain (environment, shared files, container, instance).
type Credentials struct {
	// File is a mounted file in the format of ~/.aws/credentials. It is read
	// again every minute, so a rotated key needs no restart.
	File    string
	Profile string        // section of File; default
	Reload  time.Duration // how long keys of File are used; one minute
	// Static is for the emulator and for tests.
	Static *StaticKeys
}

// StaticKeys never change.
type StaticKeys struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
}

// BearerTokenVariable silently switches the SDK from signatures to a bearer
// token.
const BearerTokenVariable = "AWS_BEARER_TOKEN_BEDROCK"

// ErrBearerToken says that the environment would switch the way requests are
// authenticated without anyone having asked for it.
var ErrBearerToken = errors.New(BearerTokenVariable +
	" is set: it would replace the IAM user's signature; unset it, or allow bearer tokens in the configuration")

// CheckBearerToken refuses an environment with a Bedrock bearer token, unless
// it is allowed.
func CheckBearerToken(getenv func(string) string, allowed bool) error {
	if !allowed && getenv(BearerTokenVariable) != "" {
		return ErrBearerToken
	}
	return nil
}

// withDefaults fills the zero fields.
func (c Config) withDefaults() Config {
	c.Region = cmp.Or(c.Region, DefaultRegion)
	c.ModelID = cmp.Or(c.ModelID, DefaultModelID)
	c.Provider = cmp.Or(c.Provider, ProviderBedrock)
	c.Timeout = cmp.Or(c.Timeout, DefaultTimeout)
	c.Breaker = c.Breaker.withDefaults()
	if len(c.Catalogue.models) == 0 {
		c.Catalogue = DefaultCatalogue()
	}
	if c.Registerer == nil {
		c.Registerer = prometheus.NewRegistry()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// validate reports all faults of a config whose defaults are filled.
func (c Config) validate() error {
	var faults []error
	if c.Provider != ProviderBedrock && c.Provider != ProviderEmulator {
		faults = append(faults, fmt.Errorf("provider %q is neither %s nor %s", c.Provider, ProviderBedrock, ProviderEmulator))
	}
	if c.Timeout < 0 {
		faults = append(faults, errors.New("timeout is negative"))
	}
	if err := checkEndpoint(c.Endpoint); err != nil {
		faults = append(faults, err)
	}
	if c.Credentials.File != "" && c.Credentials.Static != nil {
		faults = append(faults, errors.New("credentials: both a file and static keys"))
	}
	spec, ok := c.Catalogue.Lookup(c.ModelID)
	if !ok {
		return errors.Join(append(faults, fmt.Errorf("model %s: %w", shortID(c.ModelID), ErrNoPrice))...)
	}
	if _, err := spec.PriceAt(c.Now()); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func checkEndpoint(endpoint string) error {
	if endpoint == "" {
		return nil
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("endpoint is not an http or https URL")
	}
	return nil
}
