package main

// numbers counts from 1 to the parameter n.
const numbers = `WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < :n) `

// fillStatements fill the tables of the store as years of use would, with the
// parameters n, from and step (times in nanoseconds).
var fillStatements = []string{
	`INSERT INTO journal_chain (seq, id, retain_until_ns, content_hash, prev_hash, hash) ` + numbers +
		`SELECT i, 'rec_' || i, 0, zeroblob(32), zeroblob(32), zeroblob(32) FROM numbers WHERE :from > 0 AND :step > 0`,
	`INSERT INTO journal_content (seq, created_ns, retain_until_ns, client, request_id, request_hash, policy, engine, prompt, model_id,
		region, source, degraded, key_id, request, attempts, answer) ` + numbers +
		`SELECT i, :from + i * :step, 0, 'c' || (i % 1000), 'r', 'h', 'p', 'e', 'p', 'm', 'us-east-2', 'model', '', '',
			zeroblob(50), CAST('[]' AS BLOB), zeroblob(50) FROM numbers`,
	`UPDATE journal_head SET seq = :n, hash = zeroblob(32) WHERE :from > 0 AND :step > 0`,
	`INSERT INTO ledger_reservations (id, client, model, amount, charged, state, at_ns, expires_ns) ` + numbers +
		`SELECT 'res_' || i, 'c' || (i % 1000), 'm', 10, 5, 'settled', :from + i * :step, :from + i * :step + 1 FROM numbers`,
	`INSERT INTO ledger_entries (reservation, kind, client, reserved_delta, spent_delta, input_tokens, output_tokens, at_ns, posted_ns) ` + numbers +
		`SELECT 'res_' || i, 'settle', 'c' || (i % 1000), 0, 5, 1, 1, :from + i * :step, :from + i * :step FROM numbers`,
}
