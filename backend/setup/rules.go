package setup

import (
	"slices"
	"strings"
	"unicode"

	"github.com/openbalie/openbalie/backend/activity"
	"github.com/openbalie/openbalie/backend/organizer"
	"github.com/openbalie/openbalie/backend/period"
)

// maxID is the most bytes in an id of the event database.
const maxID = 64

func isID(s string) bool {
	return s != "" && len(s) <= maxID && !strings.ContainsFunc(s, unicode.IsSpace)
}

// lacks says what an organizer needs and does not have.
func lacks(o organizer.Organizer) string {
	switch {
	case !isID(o.ID):
		return "an id has 1 to 64 characters without spaces"
	case strings.TrimSpace(o.Name) == "":
		return "name is missing"
	case len(o.CardSystemIDs) == 0:
		return "cardsystems is missing"
	}
	return ""
}

// unfit says what is wrong with an activity, its calendar aside.
func unfit(a activity.Activity) string {
	periods := []period.Period{period.Absolute, period.Daily, period.Weekly, period.Monthly, period.Quarter, period.Yearly}
	switch {
	case !isID(a.ID):
		return "an id has 1 to 64 characters without spaces"
	case strings.TrimSpace(a.Title) == "":
		return "title is missing"
	case a.Points < 0:
		return "points are negative"
	case a.Limit != (activity.Limit{}) && (a.Limit.Volume < 1 || !slices.Contains(periods, a.Limit.Period)):
		return "a limit has a volume from 1, and as its period ABSOLUTE, DAY, WEEK, MONTH, QUARTER or YEAR"
	case len(a.Calendar.Times) > 0 && (!a.Calendar.From.IsZero() || !a.Calendar.Until.IsZero() || len(a.Calendar.Opening) > 0):
		return "it has both times and days"
	}
	return ""
}
