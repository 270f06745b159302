package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"ballast.internal/ballast/internal/httpapi/apikey"
)

// operation names one operation of the contract: its method and its path
// pattern.
type operation struct{ method, route string }

// access says which roles may call an operation. An operation that is for
// everybody has an empty list; one that is not in it is for nobody.
type access map[operation][]apikey.Role

// readAccess takes the roles from the contract, where each operation lists
// alternatives such as {bearerAuth: [client]}. What is private has to name one.
func readAccess(spec []byte) (access, error) {
	var doc struct {
		Paths map[string]map[string]struct {
			Security *[]map[string][]apikey.Role `json:"security"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(spec, &doc); err != nil {
		return nil, fmt.Errorf("httpapi: contract: %w", err)
	}
	out := access{}
	var faults []error
	for route, methods := range doc.Paths {
		for method, op := range methods {
			if op.Security == nil {
				faults = append(faults, fmt.Errorf("httpapi: contract: %s %s does not say who may call it", method, route))
				continue
			}
			roles := rolesOf(*op.Security)
			if (len(roles) > 0) != isPrivate(route) || slices.ContainsFunc(roles, func(r apikey.Role) bool { return !r.Valid() }) {
				faults = append(faults, fmt.Errorf("httpapi: contract: %s %s: want known roles if it is private, and else none", method, route))
			}
			out[operation{strings.ToUpper(method), route}] = roles
		}
	}
	return out, errors.Join(faults...)
}

func rolesOf(alternatives []map[string][]apikey.Role) []apikey.Role {
	roles := []apikey.Role{}
	for _, alternative := range alternatives {
		roles = append(roles, alternative["bearerAuth"]...)
	}
	return roles
}

// forbiddenError says that an operation is for other roles than the caller's.
type forbiddenError struct{ allowed []apikey.Role }

func (e *forbiddenError) Error() string {
	names := make([]string, len(e.allowed))
	for i, r := range e.allowed {
		names[i] = string(r)
	}
	if len(names) == 1 {
		return "for the role " + names[0]
	}
	return "for the roles " + strings.Join(names, ", ")
}

// authorize lets a caller pass whose role the operation is for.
func (s *server) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		roles, known := s.access[operationOf(r)]
		if !known || len(roles) > 0 && !slices.Contains(roles, infoOf(r.Context()).principal.Role) {
			s.writeProblem(w, r, &forbiddenError{roles})
			return
		}
		next.ServeHTTP(w, r)
	})
}
