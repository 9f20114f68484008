package uitpas

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/openbalie/openbalie/backend/who"
)

// organizerPermissionsJSON fills the deprecated permissions too: a live client
// rejects the answer without it.
type organizerPermissionsJSON struct {
	Organizer         organizerJSON          `json:"organizer"`
	Permissions       []string               `json:"permissions"`
	PermissionDetails []permissionDetailJSON `json:"permissionDetails"`
}

type permissionDetailJSON struct {
	ID            string    `json:"id"`
	Label         labelJSON `json:"label"`
	CardSystemIDs []int     `json:"cardSystemIds"`
}

type labelJSON struct {
	NL string `json:"nl"`
	FR string `json:"fr"`
	DE string `json:"de"`
	EN string `json:"en"`
}

// getPermissions lists what the caller holds: GET /permissions.
func (s *Server) getPermissions(c *gin.Context, by who.Actor) error {
	counters, err := s.Organizers.Counters(c.Request.Context(), by)
	if err != nil {
		return err
	}
	out := make([]organizerPermissionsJSON, len(counters))
	for i, counter := range counters {
		o := organizerPermissionsJSON{
			Organizer: organizerOf(counter.Organizer), Permissions: []string{}, PermissionDetails: []permissionDetailJSON{},
		}
		ids := make([]int, len(counter.CardSystems))
		for j, system := range counter.CardSystems {
			ids[j] = system.ID
			o.Organizer.CardSystems = append(o.Organizer.CardSystems, cardSystemOf(system))
		}
		for _, p := range counter.Permissions {
			if p.Published() {
				o.Permissions = append(o.Permissions, string(p))
				o.PermissionDetails = append(o.PermissionDetails, permissionDetailJSON{string(p), labelJSON(p.Label()), ids})
			}
		}
		out[i] = o
	}
	c.JSON(http.StatusOK, out)
	return nil
}
