package emulator

import (
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// Credential is an access key that was issued to a principal.
type Credential struct {
	AccessKeyID string
	Secret      string
	// SessionToken is set for temporary credentials and must then come with
	// every request. They end at Expires.
	SessionToken string
	Expires      time.Time
	Principal    string // arn:aws:iam::123456789012:user/name
	UserID       string // AIDA…
}

// NewCredential makes a long-term access key for a principal out of random
// bytes.
func NewCredential(random io.Reader, principal string) (Credential, error) {
	var raw [50]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return Credential{}, fmt.Errorf("random bytes for an access key: %w", err)
	}
	c := Credential{
		AccessKeyID: "AKIA" + base32.StdEncoding.EncodeToString(raw[:10]),
		UserID:      "AIDA" + base32.StdEncoding.EncodeToString(raw[10:20]),
		Secret:      base64.StdEncoding.EncodeToString(raw[20:]),
		Principal:   principal,
	}
	return c, c.validate()
}

var principalForm = regexp.MustCompile(`^arn:aws(-[a-z-]+)?:(iam|sts)::[0-9]{12}:[a-z-]+/.+$`)

func (c Credential) validate() error {
	switch {
	case c.AccessKeyID == "" || c.Secret == "":
		return errors.New("the access key id or the secret is empty")
	case !principalForm.MatchString(c.Principal):
		return errors.New("the principal is not the ARN of a user or role")
	}
	return nil
}

// account is the twelve digits of the principal's account.
func (c Credential) account() string { return strings.Split(c.Principal, ":")[4] }

// name is the principal's name without its path.
func (c Credential) name() string { return c.Principal[strings.LastIndexByte(c.Principal, '/')+1:] }
