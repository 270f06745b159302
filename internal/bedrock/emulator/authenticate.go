package emulator

import (
	"net/http"
	"strings"
	"time"
)

// signingRules are what differs between the services in checking signatures.
type signingRules struct {
	services []string // the first is named in errors
	skew     time.Duration
}

// Bedrock allows five minutes, STS fifteen: both stand in their error texts.
var (
	bedrockRules = signingRules{[]string{"bedrock"}, 5 * time.Minute}
	stsRules     = signingRules{[]string{"sts"}, 15 * time.Minute}
)

// authenticate checks the signature and the credentials, in AWS's order: form,
// key, scope, time, token, signature.
func (s *Server) authenticate(rules signingRules, r *http.Request, body []byte) (caller, *wireError) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return caller{}, errMissingToken
	}
	if strings.HasPrefix(header, "Bearer ") { // from memory
		return caller{}, newError(http.StatusForbidden, "AccessDeniedException", "Authentication failed: Please make sure your API Key is valid.")
	}
	auth, fault := parseAuthorization(header)
	if fault != nil {
		return caller{}, fault
	}
	signed, fault := signedTime(r)
	if fault != nil {
		return caller{}, fault
	}
	cred, known := s.credential(auth.keyID)
	if !known || cred.SessionToken != r.Header.Get("X-Amz-Security-Token") {
		return caller{}, errUnknownKey
	}
	if !cred.Expires.IsZero() && !s.now().Before(cred.Expires) {
		return caller{}, errExpiredToken
	}
	if fault := auth.checkScope(rules.services, signed); fault != nil {
		return caller{}, fault
	}
	if fault := checkSkew(signed, s.now(), rules.skew); fault != nil {
		return caller{}, fault
	}
	canonical, fault := canonicalRequest(r, body, auth.headers)
	if fault == nil {
		fault = auth.checkSignature(cred.Secret, canonical, signed)
	}
	return caller{cred: cred, region: auth.scope.region}, fault
}

func (s *Server) credential(id string) (Credential, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, ok := s.credentials[id]
	return c, ok
}
