// Package ratelimit decides who may do how much how fast. It returns decisions
// and knows no transport: status codes and headers are made of them elsewhere.
//
// There are three kinds of limits. Rates of callers (Memory for one machine,
// Redis for replicas, Shared for both with a fallback) are token buckets over
// any number of keys at once: a request takes from all of its buckets or from
// none. InFlight bounds the requests of a caller that are being worked on.
// Quota is the service's share of Bedrock's account-wide quota, with a queue.
package ratelimit
