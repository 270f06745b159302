package iam

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Method is how a policy gets to a user.
type Method string

// The methods. An inline policy lives and dies with its user; a managed one
// can be attached to several, has versions and needs the account in its ARN.
const (
	Inline  Method = "inline"
	Managed Method = "managed"
)

// The names of the IAM guide.
const (
	DefaultUser          = "wealth-management-app-user"
	DefaultInlinePolicy  = "BedrockClaudeHaikuAccess"
	DefaultManagedPolicy = "BedrockClaudeHaikuInvokePolicy"
)

// DefaultPolicyFile is the recommended policy of the default model and region,
// as it stands in the repository.
const DefaultPolicyFile = "deploy/iam-policy.json"

// writtenPolicyFile is where the commands write a policy for another call.
const writtenPolicyFile = "bedrock-policy.json"

// DefaultKeyFile is where the commands write the new key.
const DefaultKeyFile = "bedrock-credentials"

// SetupInput names what is set up. Empty fields take the guide's names.
type SetupInput struct {
	User       string
	PolicyName string
	PolicyFile string // path of the policy document; if empty the default's, or one that the commands write
	KeyFile    string // path of the credentials file that the new key is written to
	Account    string // for the managed method; if empty the commands ask AWS
	Region     string
	Model      string // as the service calls it
}

// nameForm is what IAM takes as names, all of which need no quoting.
var (
	nameForm = regexp.MustCompile(`^[A-Za-z0-9+=,.@_-]{1,64}$`)
	pathForm = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)
)

// askAccount makes the shell ask AWS for the account.
const askAccount = "$(aws sts get-caller-identity --query Account --output text)"

// complete fills in the guide's names and checks the rest.
func (in SetupInput) complete(m Method) (SetupInput, error) {
	in, err := in.withDefaults(m)
	if err != nil {
		return in, err
	}
	return in, in.check()
}

func (in SetupInput) withDefaults(m Method) (SetupInput, error) {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&in.User, DefaultUser)
	set(&in.KeyFile, DefaultKeyFile)
	set(&in.Region, DefaultRegion)
	set(&in.Model, DefaultModel)
	if in.Region == DefaultRegion && in.Model == DefaultModel {
		set(&in.PolicyFile, DefaultPolicyFile)
	}
	set(&in.Account, askAccount)
	switch m {
	case Inline:
		set(&in.PolicyName, DefaultInlinePolicy)
	case Managed:
		set(&in.PolicyName, DefaultManagedPolicy)
	default:
		return in, fmt.Errorf("method %q is unknown: it must be %s or %s", m, Inline, Managed)
	}
	return in, nil
}

func (in SetupInput) check() error {
	var errs []error
	check := func(what, value string, form *regexp.Regexp) {
		if !form.MatchString(value) {
			errs = append(errs, fmt.Errorf("the %s %q has characters it cannot have", what, value))
		}
	}
	check("user name", in.User, nameForm)
	check("policy name", in.PolicyName, nameForm)
	if in.PolicyFile != "" {
		check("policy file", in.PolicyFile, pathForm)
	}
	check("key file", in.KeyFile, pathForm)
	check("region", in.Region, regionForm)
	check("model", in.Model, modelForm)
	if in.Account != askAccount {
		check("account", in.Account, accountForm)
	}
	return errors.Join(errs...)
}

// Setup writes the AWS CLI commands that create the user, give it the policy
// and an access key, and try the call. They are printed, never run: an
// administrator runs them, not the service's own user.
func Setup(m Method, in SetupInput) (string, error) {
	in, err := in.complete(m)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	step := func(why string, lines ...string) {
		b.WriteString("# " + why + "\n" + strings.Join(lines, " \\\n  ") + "\n\n")
	}
	if in.PolicyFile == "" {
		in.PolicyFile = writtenPolicyFile
		step("The recommended policy for this model in this region.", in.policyCommand())
	}
	step("One user for this service alone.", "aws iam create-user --user-name "+in.User)
	if m == Inline {
		step("The policy, as part of the user.", "aws iam put-user-policy --user-name "+in.User,
			"--policy-name "+in.PolicyName, "--policy-document file://"+in.PolicyFile)
	} else {
		step("The policy, with a name of its own.", "aws iam create-policy --policy-name "+in.PolicyName,
			"--policy-document file://"+in.PolicyFile)
		step("The policy goes to the user.", "aws iam attach-user-policy --user-name "+in.User,
			"--policy-arn arn:aws:iam::"+in.Account+":policy/"+in.PolicyName)
	}
	step("An access key, into a file that only you can read and that the service takes as it is.\n"+
		"# The secret is shown once; rotate it every 90 days, counted from the date in the file.",
		"install -m 0600 /dev/null "+in.KeyFile+" && aws iam create-access-key --user-name "+in.User,
		"--query 'AccessKey.[AccessKeyId,SecretAccessKey,CreateDate]' --output text",
		`| awk '{print "[default]\n# created " $3 "\naws_access_key_id = " $1 "\naws_secret_access_key = " $2}' >`+in.KeyFile)
	as := "env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_PROFILE AWS_SHARED_CREDENTIALS_FILE=" + in.KeyFile
	step("The call that the service makes, as the new user.", as,
		"aws bedrock-runtime invoke-model --model-id "+in.Model,
		`--body '{"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}'`,
		"--cli-binary-format raw-in-base64-out --region "+in.Region, "out.json")
	step("This must be refused: the user may invoke the model and nothing else.", "! "+as,
		"aws bedrock list-foundation-models --region "+in.Region)
	step("All of it, and everything else that must be refused.", "BALLAST_AWS_CREDENTIALS_FILE="+in.KeyFile,
		"BALLAST_REGION="+in.Region+" BALLAST_MODEL_ID="+in.Model, "server verify -prove")
	return strings.TrimRight(b.String(), "\n") + "\n", nil
}

// policyCommand writes the policy of the call. Only a profile's names the account.
func (in SetupInput) policyCommand() string {
	command := "server iam policy -region " + in.Region + " -model " + in.Model
	if TargetOf(in.Region, in.Model, in.Account).Profile != "" {
		command += " -account " + in.Account
	}
	return command + " >" + in.PolicyFile
}
