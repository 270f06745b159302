// Package api is the server's side of the contract, generated from
// api/openapi.yaml: do not edit what ends in .gen.go.
package api

//go:generate go tool oapi-codegen -config config.yaml ../../../api/openapi.yaml
//go:generate go run ../../../api/tojson ../../../api/openapi.yaml ../../../api/openapi.json
