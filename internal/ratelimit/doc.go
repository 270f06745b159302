// Package ratelimit decides who may do how much how fast. It returns decisions
// and knows no transport: status codes and headers are made of them elsewhere.
//
// A Store keeps token buckets and slots of callers: Memory for one machine,
// Redis for replicas, Shared for both with a fallback. A request takes from all
// of its buckets and slots or from none. Quota orders and paces the calls to
// Bedrock. Gate joins the two: a call passes when Quota, the account's limits
// that replicas share and the client's tokens a minute all let it.
package ratelimit
