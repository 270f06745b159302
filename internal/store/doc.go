// Package store keeps what must survive the process: the budget ledger, the
// journal and the idempotency keys, in SQLite for one process or in PostgreSQL
// for replicas. Both run the same statements on the same tables.
//
// # Writing
//
// Every change runs inside a transaction that excludes all others: SQLite has
// one writer by nature, on PostgreSQL the transaction first takes one advisory
// lock. That makes check-then-write safe without any order of row locks. One
// goroutine per Store opens the transactions and lets the changes that have
// queued up meanwhile share one, and so one disk flush. A method returns after
// the commit is on disk.
//
// # Ledger
//
// A reservation is checked against four balances, the client's day and month
// and the global day and month, and held against all or none. Every change of
// a reservation is an immutable entry; a balance is the sum of the entries
// whose reservation was made in its window, and Verify proves it. Because the
// reservation's time decides, a call that began before midnight settles in the
// windows in which it was reserved. Windows that overlap, after the configured
// time zone was changed, are each complete.
//
// A reservation that nobody concludes is charged in full when it expires. If
// its bill becomes known later the difference is posted as an adjustment; see
// budget.Apply. The ledger is the proof of what was spent and is never pruned;
// a call takes about half a kilobyte.
//
// # Journal
//
// The journal is a hash chain over all replicas. A link holds its number, its
// record's id and end of retention, the hash of the record's content and the
// hash of the link before it. Content whose retention has ended can be erased
// while its link stays, so that the chain remains whole. Triggers refuse every
// other change. The content hash covers what is stored, encrypted or not, so
// that the chain is verified without the key. Who can rewrite the whole
// database can still forge a whole chain: keep Head somewhere else and check
// it with VerifyFrom.
package store
