package bedrock

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/smithy-go/logging"

	"ballast.internal/ballast/internal/recommend"
)

var _ recommend.Model = (*Client)(nil)

// Client calls one model. It is safe for concurrent use.
type Client struct {
	cfg     Config
	spec    ModelSpec
	sdk     *bedrockruntime.Client
	keys    keyring
	http    aws.HTTPClient
	breaker *breaker
	bills   bills
	metrics *metrics
}

// New builds a client. It makes no call to AWS, so it succeeds without keys
// and without a network; a model without a price is refused.
func New(ctx context.Context, cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("bedrock: %w", err)
	}
	m := newMetrics(cfg.Registerer)
	m.expect(shortID(cfg.ModelID))
	keys, err := newKeyring(ctx, cfg, m)
	if err != nil {
		return nil, fmt.Errorf("bedrock: %w", err)
	}
	spec, _ := cfg.Catalogue.Lookup(cfg.ModelID) // validate found it
	c := &Client{
		cfg: cfg, spec: spec, keys: keys, metrics: m,
		http:    newHTTPClient(cfg.Transport),
		breaker: newBreaker(cfg.Breaker, cfg.Now, m),
	}
	c.sdk = c.newSDK()
	if !spec.EndOfLife.IsZero() {
		m.endOfLife.WithLabelValues(shortID(cfg.ModelID)).Set(float64(spec.EndOfLife.Unix()))
	}
	if warning := spec.Warning(cfg.Now()); warning != "" {
		cfg.Logger.WarnContext(ctx, "model lifecycle", slog.String("warning", warning))
	}
	return c, nil
}

// newSDK builds the SDK's client: no retries, no bodies in the log, and
// SigV4 alone unless bearer tokens are allowed.
func (c *Client) newSDK() *bedrockruntime.Client {
	opts := bedrockruntime.Options{
		Region:       c.cfg.Region,
		Credentials:  c.keys,
		HTTPSignerV4: freshSigner{},
		HTTPClient:   c.http,
		Retryer:      aws.NopRetryer{},
		Logger:       sdkLogger{c.cfg.Logger},
		AppID:        "ballast",
	}
	if c.cfg.Endpoint != "" {
		opts.BaseEndpoint = aws.String(c.cfg.Endpoint)
	}
	return bedrockruntime.New(opts, func(o *bedrockruntime.Options) {
		if !c.cfg.AllowBearerToken { // the SDK has read the environment by now
			o.BearerAuthTokenProvider = nil
			o.AuthSchemePreference = []string{"sigv4"}
		}
	})
}

// sdkLogger passes the SDK's own messages on. Its request and response logging
// is off, so they hold no bodies and no signatures.
type sdkLogger struct{ to *slog.Logger }

func (l sdkLogger) Logf(_ logging.Classification, format string, args ...any) {
	l.to.Debug("aws sdk", slog.String("message", fmt.Sprintf(format, args...)))
}

// Info describes the model to callers, who see no account of AWS.
func (c *Client) Info() recommend.ModelInfo {
	return recommend.ModelInfo{
		ID: shortID(c.cfg.ModelID), Provider: c.cfg.Provider, Region: c.cfg.Region, ForceTool: !c.spec.Prefill,
	}
}

// Spec is the catalogue's entry for the model.
func (c *Client) Spec() ModelSpec { return c.spec }

// Held is why no call would be made now; nil when it would be. See
// recommend.Config.
func (c *Client) Held() *recommend.ModelError { return c.breaker.held() }

// Invoke makes one attempt. See recommend.Model.
func (c *Client) Invoke(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	start := c.cfg.Now()
	answer, err := c.breaker.do(func() (recommend.ModelAnswer, error) { return c.attempt(ctx, req) })
	took := c.cfg.Now().Sub(start)
	c.metrics.attempted(shortID(c.cfg.ModelID), outcome(err), took)
	if err != nil {
		c.failed(ctx, err, took)
		return recommend.ModelAnswer{}, err
	}
	answer.Latency = took
	return answer, nil
}

// outcome is the label of a result.
func outcome(err error) string {
	var e *recommend.ModelError
	if errors.As(err, &e) {
		return string(e.Kind)
	}
	return outcomeAnswered
}

// failed logs the cause, which the caller's client never sees, and drops keys
// that AWS refuses, so that the next attempt reads the key file again.
func (c *Client) failed(ctx context.Context, err error, took time.Duration) {
	var e *recommend.ModelError
	errors.As(err, &e)
	if e.Kind == recommend.KindCredentials {
		c.keys.refused()
	}
	c.cfg.Logger.DebugContext(ctx, "bedrock attempt failed", slog.String("kind", string(e.Kind)),
		slog.Bool("sent", e.Sent), slog.Bool("billable", e.Billable), slog.Duration("took", took), slog.Any("cause", e.Err))
}

// attempt sends one request under the attempt's own timeout and the caller's.
func (c *Client) attempt(ctx context.Context, req recommend.ModelRequest) (recommend.ModelAnswer, error) {
	body, err := encodeRequest(req)
	if err != nil {
		return recommend.ModelAnswer{}, &recommend.ModelError{
			Kind: recommend.KindInvalid, Diagnosis: "the prompt cannot be put into a request", Err: err,
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.Timeout, recommend.ErrAttemptTimeout)
	defer cancel()
	var seen sending
	sent := c.cfg.Now()
	out, err := c.sdk.InvokeModel(seen.watch(ctx), &bedrockruntime.InvokeModelInput{
		ModelId:     aws.String(c.cfg.ModelID),
		ContentType: aws.String("application/json"),
		Accept:      aws.String("application/json"),
		Body:        body,
	})
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = errors.Join(cause, err)
		}
		return recommend.ModelAnswer{}, diagnose(ctx, err, &seen, c.cfg.Now())
	}
	answer, err := c.read(req, out)
	if err == nil {
		_, header, _ := seen.answered()
		answer.Usage = c.bill(ctx, req, answer, header, sent)
	}
	return answer, err
}

// read turns a response into an answer.
func (c *Client) read(req recommend.ModelRequest, out *bedrockruntime.InvokeModelOutput) (recommend.ModelAnswer, error) {
	answer, err := decodeResponse(out.Body, req.Tool != nil)
	if err != nil {
		return recommend.ModelAnswer{}, &recommend.ModelError{
			Kind: recommend.KindBadAnswer, Sent: true, Billable: true,
			Diagnosis: "Bedrock answered with something that is not a message", Err: err,
		}
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	answer.RequestID, answer.StopReason = clip(id, longestName), clip(answer.StopReason, longestName)
	return answer, nil
}

// price is today's.
func (c *Client) price() Price { return c.priceAt(c.cfg.Now()) }

// priceAt needs no error: New refuses a model without a price, and prices do
// not end.
func (c *Client) priceAt(t time.Time) Price {
	p, err := c.spec.PriceAt(t)
	if err != nil {
		return c.spec.Prices[0]
	}
	return p
}

// settledWithin is more than passes between a call's reservation and its bill.
// Prices change by the day, so that one change at most lies in it.
const settledWithin = time.Hour

// mostCost is the cost at the price of now, or at the one that the bill may have
// if that is dearer.
func (c *Client) mostCost(input, output int) int64 {
	now := c.cfg.Now()
	return c.dearest(now, now.Add(settledWithin), input, output)
}

// dearest is the cost at the dearer of the prices of two times, between which the
// price may change: which of them is billed is not said.
func (c *Client) dearest(from, to time.Time, input, output int) int64 {
	return max(c.priceAt(from).Cost(input, output), c.priceAt(to).Cost(input, output))
}
