// Package crash kills the program and its PostgreSQL under load, twenty times,
// and looks at what is left: every check-in that was acknowledged is in the
// ledger, nothing is there half, the next start works by itself, and a request
// whose answer was lost is settled by sending it again under the same
// Idempotency-Key. It holds tests only; the servers sync to disk as in
// production.
package crash
