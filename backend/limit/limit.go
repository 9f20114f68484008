// Package limit counts uses: every «at most N per period» is one row, changed
// by a guarded upsert, and a CHECK repeats the rule. Counting rows and then
// inserting lets everybody through when eight ask at once; this does not.
//
// A counter belongs to a subject (a person, a group pass), a rule
// ("checkin:<activity>") and the days of one period.
package limit

import "github.com/openbalie/openbalie/backend/fault"

// ErrReached says that the subject has used up what the rule allows in the
// period.
var ErrReached = fault.New(fault.Conflict, "limit-reached")

// Constraint is the CHECK that stops a hot path whose statement counts by
// itself.
const Constraint = "usage_within_limit"
