package console

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// policy is the Content-Security-Policy of the console: its own files, its own
// server, no inline script or style. The one style sheet that is named by its
// hash is the report's, in a frame that may run nothing. Text becomes a
// document in the one place that holds the policy `ballast-report`.
func policy(reportStyle string) string {
	sum := sha256.Sum256([]byte(reportStyle))
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
		"font-src 'self'",
		"img-src 'self'",
		"connect-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types ballast-report",
	}, "; ")
}
