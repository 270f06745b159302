// Package check holds the tests of what a cluster, AWS and Prometheus are given:
// a module of its own, so that their libraries stay out of the server's.
package check
