package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Client calls one server with one key. It is safe for concurrent use.
type Client struct {
	raw   *rawClient
	retry *retrier
}

// Option changes how a Client calls.
type Option func(*retrier)

// WithHTTP sends through an http.Client of the caller's, which should have no
// timeout shorter than the server's (about a minute).
func WithHTTP(hc *http.Client) Option { return func(r *retrier) { r.next = hc } }

// WithRetries bounds the repetitions of one call, 3 by default; 0: none.
func WithRetries(n int) Option { return func(r *retrier) { r.retries = n } }

// WithMaxWait bounds the wait before one repetition, 30 s by default. When the
// server names a later time its refusal is returned at once.
func WithMaxWait(d time.Duration) Option { return func(r *retrier) { r.maxWait = d } }

// New returns a Client of the server at an http or https URL.
func New(baseURL, key string, opts ...Option) (*Client, error) {
	u, err := url.Parse(baseURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errors.New("client: the base URL must be an http or https URL")
	}
	r := &retrier{next: http.DefaultClient, retries: 3, maxWait: 30 * time.Second}
	for _, o := range opts {
		o(r)
	}
	raw, err := NewClient(baseURL, WithHTTPClient(r), WithRequestEditorFn(func(_ context.Context, req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+key)
		return nil
	}))
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	return &Client{raw, r}, nil
}

// Recommend asks for recommendations. Every call is a request of its own;
// repetitions inside it are not.
func (c *Client) Recommend(ctx context.Context, req RecommendationRequest) (*Recommendations, error) {
	return c.RecommendOnce(ctx, rand.Text(), req)
}

// RecommendOnce is Recommend under an idempotency key of the caller's: for 24
// hours the same key gets the same answer, across restarts of the caller.
func (c *Client) RecommendOnce(ctx context.Context, key string, req RecommendationRequest) (*Recommendations, error) {
	return read[Recommendations](c.raw.CreateRecommendation(ctx, &CreateRecommendationParams{IdempotencyKey: &key}, req))
}

// Recommendation reads a recorded recommendation.
func (c *Client) Recommendation(ctx context.Context, id string) (*Recommendations, error) {
	return read[Recommendations](c.raw.GetRecommendation(ctx, id, nil))
}

// Report reads a recorded recommendation as a page of HTML to print. language
// is that of the words around the answer's own; "" is the answer's.
func (c *Client) Report(ctx context.Context, id string, language Language) ([]byte, error) {
	var params GetReportParams
	if language != "" {
		params.Language = &language
	}
	return readAll(c.raw.GetReport(ctx, id, &params))
}

// History lists recommendations, the newest first. Those of another client are
// for auditors and admins.
func (c *Client) History(ctx context.Context, query ListRecommendationsParams) (*History, error) {
	return read[History](c.raw.ListRecommendations(ctx, &query))
}

// Feedback says what came of a recommendation. Each call is a record of its own;
// repetitions inside it are not.
func (c *Client) Feedback(ctx context.Context, id string, f Feedback) (*FeedbackReceipt, error) {
	return c.FeedbackOnce(ctx, rand.Text(), id, f)
}

// FeedbackOnce is Feedback under an idempotency key of the caller's, as
// RecommendOnce is Recommend.
func (c *Client) FeedbackOnce(ctx context.Context, key, id string, f Feedback) (*FeedbackReceipt, error) {
	return read[FeedbackReceipt](c.raw.CreateFeedback(ctx, id, &CreateFeedbackParams{IdempotencyKey: &key}, f))
}

// GivenFeedback lists what was said of a recommendation, the newest first.
func (c *Client) GivenFeedback(ctx context.Context, id string, query ListFeedbackParams) (*FeedbackPage, error) {
	return read[FeedbackPage](c.raw.ListFeedback(ctx, id, &query))
}

// Ask asks a follow-up question about a recommendation. Each call is answered
// anew; repetitions inside it are not.
func (c *Client) Ask(ctx context.Context, id string, q Question) (*Reply, error) {
	return c.AskOnce(ctx, rand.Text(), id, q)
}

// AskOnce is Ask under an idempotency key of the caller's, as RecommendOnce is
// Recommend.
func (c *Client) AskOnce(ctx context.Context, key, id string, q Question) (*Reply, error) {
	return read[Reply](c.raw.CreateQuestion(ctx, id, &CreateQuestionParams{IdempotencyKey: &key}, q))
}

// Records searches the journal; for auditors.
func (c *Client) Records(ctx context.Context, query ListRecordsParams) (*RecordPage, error) {
	return read[RecordPage](c.raw.ListRecords(ctx, &query))
}

// Record reads a record of any client; for auditors.
func (c *Client) Record(ctx context.Context, id string) (*JournalRecord, error) {
	return read[JournalRecord](c.raw.GetRecord(ctx, id, nil))
}

// VerifyJournal proves the journal; for auditors.
func (c *Client) VerifyJournal(ctx context.Context) (*Verification, error) {
	return read[Verification](c.raw.VerifyJournal(ctx, nil))
}

// AdminUsage reads the usage of all clients; for admins.
func (c *Client) AdminUsage(ctx context.Context, query GetAdminUsageParams) (*AdminUsage, error) {
	return read[AdminUsage](c.raw.GetAdminUsage(ctx, &query))
}

// Status reads what answers come from.
func (c *Client) Status(ctx context.Context) (*Status, error) {
	return read[Status](c.raw.GetStatus(ctx, nil))
}

// Analyze asks for the computed analysis alone.
func (c *Client) Analyze(ctx context.Context, req RecommendationRequest) (*Analysis, error) {
	return read[Analysis](c.raw.CreateAnalysis(ctx, nil, req))
}

// Estimate asks what a recommendation would take at the most.
func (c *Client) Estimate(ctx context.Context, req RecommendationRequest) (*Estimate, error) {
	return read[Estimate](c.raw.CreateEstimate(ctx, nil, req))
}

// Import turns a file, written as the format says, into a portfolio as far as
// the file tells it. params may be nil.
func (c *Client) Import(ctx context.Context, format ImportPortfolioParamsFormat, file []byte, params *ImportPortfolioParams) (*Import, error) {
	return read[Import](c.raw.ImportPortfolioWithBody(ctx, format, params, "application/octet-stream", bytes.NewReader(file)))
}

// Usage reads the caller's budgets and limits.
func (c *Client) Usage(ctx context.Context) (*UsageReport, error) {
	return read[UsageReport](c.raw.GetUsage(ctx, nil))
}

// Models lists the models.
func (c *Client) Models(ctx context.Context) ([]Model, error) {
	list, err := read[ModelList](c.raw.ListModels(ctx, nil))
	if err != nil {
		return nil, err
	}
	return list.Models, nil
}

// Contract reads the OpenAPI document and its ETag. Who keeps one names its ETag
// as known, and gets no document while that is still it; "" knows none.
func (c *Client) Contract(ctx context.Context, known string) (document []byte, etag string, err error) {
	var params GetContractParams
	if known != "" {
		params.IfNoneMatch = &known
	}
	res, err := c.raw.GetContract(ctx, &params)
	if err == nil && known != "" && res.StatusCode == http.StatusNotModified {
		discard(res.Body)
		return nil, known, nil
	}
	if document, err = readAll(res, err); err != nil {
		return nil, "", err
	}
	if err := unlessPage(res); err != nil {
		return nil, "", err
	}
	return document, res.Header.Get("ETag"), nil
}

// maxAnswer bounds what is read of an answer. 5,000 positions make about 5 MB.
const maxAnswer = 32 << 20

// read decodes an answer, or fails with *Error.
func read[T any](res *http.Response, err error) (*T, error) {
	body, err := readAll(res, err)
	if err != nil {
		return nil, err
	}
	if err := unlessPage(res); err != nil {
		return nil, err
	}
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, fmt.Errorf("client: answer: %w", err)
	}
	return &v, nil
}

// readAll reads the body of an answer, or fails with *Error.
func readAll(res *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // it has been read as far as it matters
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusAccepted {
		return nil, errorOf(res, body)
	}
	return body, nil
}
