package bedrock

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
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

// keyring is the cached provider of the configured source.
type keyring struct {
	*aws.CredentialsCache
	distrust func() // tells the source; nil: nothing would change it
}

// refused says that AWS does not take the keys: they are asked for anew.
func (k keyring) refused() {
	if k.distrust != nil {
		k.distrust()
	}
	k.Invalidate()
}

func newKeyring(ctx context.Context, cfg Config, m *metrics) (keyring, error) {
	switch src := cfg.Credentials; {
	case src.Static != nil:
		s := src.Static
		return cached(credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey, s.SessionToken), nil), nil
	case src.File != "":
		f := &keyFile{path: src.File, profile: cmp.Or(src.Profile, defaultProfile), life: cmp.Or(src.Reload, keyFileLife), now: cfg.Now, metrics: m}
		return cached(f, f.distrust), nil
	}
	chain, err := config.LoadDefaultConfig(ctx, config.WithRegion(cfg.Region))
	if err != nil {
		return keyring{}, &credentialsError{err}
	}
	return cached(chain.Credentials, func() {
		if inner, ok := chain.Credentials.(*aws.CredentialsCache); ok { // which keeps them until they end
			inner.Invalidate()
		}
	}), nil
}

func cached(from aws.CredentialsProvider, distrust func()) keyring {
	return keyring{aws.NewCredentialsCache(tagged{from}), distrust}
}

// freshSigner keeps nothing. The SDK's own keeps for a day what it derived from a
// secret, by the access key's id, and goes on with it when the secret was corrected.
type freshSigner struct{}

// SignHTTP implements bedrockruntime.HTTPSignerV4.
func (freshSigner) SignHTTP(ctx context.Context, keys aws.Credentials, r *http.Request, payloadHash, service, region string, at time.Time, opts ...func(*v4.SignerOptions)) error {
	return v4.NewSigner().SignHTTP(ctx, keys, r, payloadHash, service, region, at, opts...)
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

	mu      sync.Mutex
	last    aws.Credentials // the last good keys
	refused bool            // AWS does not take them
}

// errTorn says that a key file is being written.
var errTorn = errors.New("the key file is incomplete")

// Retrieve returns keys that expire after the file's life, which makes the cache
// ask again.
func (f *keyFile) Retrieve(ctx context.Context) (aws.Credentials, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	keys, made, err := f.read(ctx)
	if err == nil && !f.refused && torn(f.last, keys) {
		err = errTorn
	}
	f.metrics.keysRead(err == nil, made, f.now())
	if err == nil {
		f.last, f.refused = keys, false
	} else if !f.last.HasKeys() {
		return aws.Credentials{}, err
	}
	keys = f.last
	keys.CanExpire, keys.Expires = true, time.Now().Add(f.life) // the cache's clock
	return keys, nil
}

// distrust says that the last keys are not good after all. Whatever the file has
// next is no worse: they may be half of a write themselves, or mistyped, and then
// what takes their place looks torn.
func (f *keyFile) distrust() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused = true
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
