// Package client calls the Ballast API.
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
// What ends in .gen.go is generated from api/openapi.yaml.
package client

//go:generate go tool oapi-codegen -config config.yaml ../api/openapi.yaml
