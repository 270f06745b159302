// Package api holds the HTTP contract, from which the server, its models and
// the client are generated, and the one type of it that has to be written by
// hand.
package api

import _ "embed"

// YAML is the contract as it was written.
//
//go:embed openapi.yaml
var YAML []byte

// JSON is the same as JSON, its members in the same order. It is not to be
// changed.
//
//go:embed openapi.json
var JSON []byte
