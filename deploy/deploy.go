// Package deploy holds the files that a deployment uses and the program shows.
package deploy

import _ "embed"

// IAMPolicy is the recommended identity policy: Claude 3 Haiku in one region,
// and nothing else.
//
//go:embed iam-policy.json
var IAMPolicy []byte
