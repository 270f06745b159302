package emulator

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// AuthzRequest is what IAM is asked. One call may lead to several.
type AuthzRequest struct {
	Action   string // bedrock:InvokeModel
	Resource string // an ARN, or * for actions without a resource
	// Context holds the condition keys, aws:PrincipalArn among them, in AWS's spelling.
	Context map[string][]string
}

// AuthzDecision is IAM's answer.
type AuthzDecision struct {
	Allowed  bool
	Explicit bool // refused by a Deny statement
}

// target is what a call is about once its model id has been looked up.
type target struct {
	principal string
	model     *Model
	profile   *Profile
	arns      []resource // all must be allowed
}

// resource is one ARN and the region in which it is used.
type resource struct{ arn, region string }

// caller is an authenticated principal.
type caller struct {
	cred   Credential
	region string // the request's, from its signature
}

// resolve finds the resources of a call. A model that does not exist has an
// ARN all the same: IAM is asked first.
func (s *Server) resolve(op *operation, c caller) target {
	switch {
	case op.modelID != "":
		return s.resolveModel(op.modelID, c)
	case op.object != "":
		account := c.cred.account()
		if strings.HasPrefix(op.object, "foundation-model/") {
			account = ""
		}
		return target{arns: []resource{{"arn:aws:bedrock:" + c.region + ":" + account + ":" + op.object, c.region}}}
	default:
		return target{arns: []resource{{"*", c.region}}}
	}
}

func (s *Server) resolveModel(id string, c caller) target {
	const model, profile = "foundation-model/", "inference-profile/"
	region, account, object := c.region, "", model+id
	if s.profiles[id] != nil {
		account, object = c.cred.account(), profile+id
	}
	if parts := strings.SplitN(id, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		region, account, object = parts[3], parts[4], parts[5]
	}
	t := target{principal: c.cred.Principal, arns: []resource{{"arn:aws:bedrock:" + region + ":" + account + ":" + object, region}}}
	if region != s.config.Region || region != c.region {
		return t
	}
	if account == "" {
		t.model = s.models[strings.TrimPrefix(object, model)]
	} else if p := s.profiles[strings.TrimPrefix(object, profile)]; p != nil && account == c.cred.account() {
		t.model, t.profile = s.models[p.Model], p
		for _, r := range p.Regions {
			t.arns = append(t.arns, resource{"arn:aws:bedrock:" + r + "::" + model + p.Model, r})
		}
	}
	return t
}

// authorize asks IAM about every resource of a call.
func (s *Server) authorize(op *operation, t target, c caller, r *http.Request) *wireError {
	for _, res := range t.arns {
		context := s.contextKeys(c, res, r)
		if t.profile != nil && res != t.arns[0] {
			context["bedrock:InferenceProfileArn"] = []string{t.arns[0].arn}
		}
		d := s.config.Authorize(AuthzRequest{Action: op.action, Resource: res.arn, Context: context})
		if !d.Allowed {
			return errDenied(c.cred.Principal, op.action, res.arn, d.Explicit)
		}
	}
	return nil
}

func errDenied(principal, action, arn string, explicit bool) *wireError {
	on := ""
	if arn != "*" {
		on = " on resource: " + arn
	}
	why := "because no identity-based policy allows the " + action + " action"
	if explicit {
		why = "with an explicit deny in an identity-based policy"
	}
	return newError(http.StatusForbidden, "AccessDeniedException", "User: %s is not authorized to perform: %s%s %s", principal, action, on, why)
}

// contextKeys are the global condition keys of a request by a user's access
// key. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (s *Server) contextKeys(c caller, res resource, r *http.Request) map[string][]string {
	now := s.now().UTC()
	keys := map[string][]string{
		"aws:RequestedRegion":  {res.region},
		"aws:PrincipalArn":     {c.cred.Principal},
		"aws:PrincipalAccount": {c.cred.account()},
		"aws:PrincipalType":    {"User"},
		"aws:username":         {c.cred.name()},
		"aws:userid":           {c.cred.UserID},
		"aws:SecureTransport":  {strconv.FormatBool(r.TLS != nil)},
		"aws:ViaAWSService":    {"false"},
		"aws:CurrentTime":      {now.Format(time.RFC3339)},
		"aws:EpochTime":        {strconv.FormatInt(now.Unix(), 10)},
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		keys["aws:SourceIp"] = []string{host}
	}
	if ua := r.UserAgent(); ua != "" {
		keys["aws:UserAgent"] = []string{ua}
	}
	return keys
}
