// Package httpapi serves the contract of api/openapi.yaml: it authenticates,
// limits, decodes strictly, asks the service, and writes answers whose bytes
// are complete before their status is.
//
// Every error is an RFC 9457 problem. One table, in problem.go, maps the
// errors of the domain to them; what is not in it is a bare 500 whose cause is
// only logged. Exactly one line is logged per request, and it holds nothing of
// a portfolio.
package httpapi
