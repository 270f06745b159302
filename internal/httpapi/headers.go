package httpapi

import (
	"net/http"
	"strconv"
	"strings"
)

// setLimitHeaders tells a client its own limits in the structured fields of
// draft-ietf-httpapi-ratelimit-headers: RateLimit-Policy: "client_requests";q=60;w=60
// and RateLimit: "client_requests";r=59;t=1.
func setLimitHeaders(h http.Header, limits []LimitState) {
	if len(limits) == 0 {
		return
	}
	policies, states := make([]string, len(limits)), make([]string, len(limits))
	for i, l := range limits {
		name := strconv.Quote(l.Name)
		policies[i] = name + ";q=" + strconv.Itoa(l.Quota)
		if l.Window > 0 {
			policies[i] += ";w=" + strconv.Itoa(wholeSeconds(l.Window))
		} else {
			policies[i] += `;qu="concurrent-requests"`
		}
		states[i] = name + ";r=" + strconv.Itoa(max(l.Remaining, 0))
		if l.Reset > 0 {
			states[i] += ";t=" + strconv.Itoa(wholeSeconds(l.Reset))
		}
	}
	h.Set("RateLimit-Policy", strings.Join(policies, ", "))
	h.Set("RateLimit", strings.Join(states, ", "))
}
