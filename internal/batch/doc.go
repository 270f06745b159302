// Package batch answers many requests as one job. A job is taken in line by
// line, kept by a Store, and worked off by the Runners of all replicas, each
// line by the same service that answers a single request.
//
// # Once
//
// A line belongs to the runner that has taken it, for as long as it renews its
// lease. When its process dies the lease lapses and another runner takes the
// line again: what the first one has paid is charged by the ledger, and its
// answer, if it came to one, stays in the journal. Only one of them can end the
// line, so that each has one result.
//
// # Patience
//
// Nobody waits for a line, so that it stands behind those somebody waits for,
// and what stops the model for a while makes the job wait, not its answers
// worse; see Config.Patience. A budget that is used up is no matter of a while:
// in mode "auto" the line is answered by rules at once, and in mode "model" it
// waits for the budget until the job's Deadline.
package batch
