// Package bench measures the real program against raw PostgreSQL in the same
// job: `make bench`. It holds tests only, under the build tag bench.
//
// The check-in through the HTTP API stands beside two yardsticks that pgbench
// runs on the same server, over the same socket, with the same settings: R7,
// a bare check-in in seven statements, and RFF, all of it in one function.
// Ratios travel between machines, absolute numbers do not. Client, API and
// database share the machine's cores, so what the client costs counts too:
// pgbench and the load client here are both small.
//
// A registration stands beside pgbench running the very statements that the
// program sends for it, on the same tables, each in a round trip of its own
// (testdata/registration.sql, which a test of package registration holds to what
// the program sends). Looking people up and taking them over are measured too.
//
// OPENBALIE_BENCH_PEOPLE (1000000), OPENBALIE_BENCH_ROUNDS (5) and
// OPENBALIE_BENCH_SECONDS (5) change the size of it;
// OPENBALIE_BENCH_PROFILE=DIR keeps a CPU profile of the program there.
package bench
