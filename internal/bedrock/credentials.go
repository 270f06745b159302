package bedrock

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// keyFileLife is how long keys from a file are used before it is read again.
const keyFileLife = time.Minute

// defaultProfile is the section of a key file that is read unless another is
// named.
const defaultProfile = "default"

// credentialsError marks every failure to get keys, so that it is told from a
// failure of the network.
type credentialsError struct{ err error }

func (e *credentialsError) Error() string { return "AWS credentials: " + e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

// newCredentials builds the cached provider for the configured source.
func newCredentials(ctx context.Context, cfg Config, m *metrics) (*aws.CredentialsCache, error) {
	switch src := cfg.Credentials; {
	case src.Static != nil:
		s := src.Static
		return aws.NewCredentialsCache(tagged{credentials.NewStaticCredentialsProvider(
			s.AccessKeyID, s.SecretAccessKey, s.SessionToken)}), nil
	case src.File != "":
		return aws.NewCredentialsCache(tagged{&keyFile{
			path: src.File, profile: cmp.Or(src.Profile, defaultProfile), life: cmp.Or(src.Reload, keyFileLife), now: cfg.Now, metrics: m,
		}}), nil
	}
	chain, err := config.LoadDefaultConfig(ctx, config.WithRegion(cfg.Region))
	if err != nil {
		return nil, &credentialsError{err}
	}
	return aws.NewCredentialsCache(tagged{chain.Credentials}), nil
}

// tagged wraps every error of a provider in a credentialsError.
type tagged struct{ aws.CredentialsProvider }

func (t tagged) Retrieve(ctx context.Context) (aws.Credentials, error) {
	keys, err := t.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, &credentialsError{err}
	}
	return keys, nil
}

// keyFile reads keys from a mounted file and keeps the last good ones while
// the file is missing, empty or half written. The SDK's own file provider
// reads once and never again, and takes an empty file for empty keys.
type keyFile struct {
	path    string
	profile string
	life    time.Duration
	now     func() time.Time
	metrics *metrics

	mu   sync.Mutex
	last aws.Credentials // the last good keys
}

// errTorn says that a key file is being written.
var errTorn = errors.New("the key file is incomplete")

// Retrieve returns keys that expire after the file's life, which makes the cache
// ask again.
func (f *keyFile) Retrieve(ctx context.Context) (aws.Credentials, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	keys, made, err := f.read(ctx)
	if err == nil && torn(f.last, keys) {
		err = errTorn
	}
	f.metrics.keysRead(err == nil, made, f.now())
	if err == nil {
		f.last = keys
	} else if !f.last.HasKeys() {
		return aws.Credentials{}, err
	}
	keys = f.last
	keys.CanExpire, keys.Expires = true, time.Now().Add(f.life) // the cache's clock
	return keys, nil
}

// read loads the file, and says when its keys were made.
func (f *keyFile) read(ctx context.Context) (aws.Credentials, time.Time, error) {
	made, err := keyDate(f.path, f.profile)
	if err != nil {
		return aws.Credentials{}, time.Time{}, err
	}
	profile, err := config.LoadSharedConfigProfile(ctx, f.profile, func(o *config.LoadSharedConfigOptions) {
		o.CredentialsFiles = []string{f.path}
		o.ConfigFiles = []string{} // not ~/.aws/config
	})
	if err != nil {
		return aws.Credentials{}, time.Time{}, fmt.Errorf("profile %q of the key file: %w", f.profile, err)
	}
	if !profile.Credentials.HasKeys() {
		return aws.Credentials{}, time.Time{}, errTorn
	}
	return profile.Credentials, made.at, nil
}

// torn reports whether the new keys look like half of a write: an access key
// never changes its secret, and all secrets have one length.
func torn(last, next aws.Credentials) bool {
	if !last.HasKeys() || (last.SessionToken == "") != (next.SessionToken == "") {
		return false
	}
	sameKey := last.AccessKeyID == next.AccessKeyID
	return sameKey && last.SecretAccessKey != next.SecretAccessKey ||
		len(next.SecretAccessKey) < len(last.SecretAccessKey)
}
