// Package crash kills the program and its PostgreSQL under load, again and
// again, and looks at what is left: every check-in and every registration that
// was acknowledged is there, nothing is there half, no voucher is spent on
// nothing, the next start works by itself, and a request
// whose answer was lost is settled by sending it again under the same
// Idempotency-Key. It holds tests only; the servers sync to disk as in
// production.
package crash
