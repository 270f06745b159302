// Package client calls the Ballast API.
//
// The module is on no registry. Another module takes it from a checkout, and has
// no more than this package and its few libraries in its build:
//
//	go mod edit -require ballast.internal/ballast@v0.0.0 -replace ballast.internal/ballast=../ballast
//	go mod tidy
//
// Then:
//
//	c, err := client.New("https://ballast.example.com", os.Getenv("BALLAST_KEY"))
//	answer, err := c.Recommend(ctx, client.RecommendationRequest{Portfolio: …})
//	var refused *client.Error
//	if errors.As(err, &refused) { … refused.Code, refused.Errors … }
//
// Refusals that pass, 429 and 503 above all, are repeated after the time that
// the server names. A recommendation is sent with an Idempotency-Key, so that
// a repetition never costs a second time. A host that does not exist and another
// server, which is ErrNotBallast, are not asked again.
//
// Stages gives the same answer in stages, the analysis at once:
//
//	for stage, err := range c.Stages(ctx, req) { … stage.Analysis, stage.Recommendation … }
//
// The document that Contract reads need not be sent again while its ETag stays.
//
// What ends in .gen.go is generated from api/openapi.yaml.
package client

//go:generate go tool oapi-codegen -config config.yaml ../api/openapi.yaml
