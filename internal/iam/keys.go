package iam

import "strings"

// conditionKeys are AWS's global condition keys and those of Bedrock's model
// calls; a key that ends in / takes a name of the caller's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
var conditionKeys = strings.Fields(`
	aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:CurrentTime aws:EpochTime aws:FederatedProvider
	aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn
	aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName
	aws:PrincipalServiceNamesList aws:PrincipalTag/ aws:PrincipalType aws:referer aws:RequestedRegion
	aws:RequestTag/ aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:ResourceTag/
	aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIdentity aws:SourceIp aws:SourceOrgID
	aws:SourceOrgPaths aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:TagKeys aws:TokenIssueTime
	aws:UserAgent aws:userid aws:username aws:ViaAWSService aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths
	aws:VpcSourceIp aws:Ec2InstanceSourceVpc aws:Ec2InstanceSourcePrivateIPv4 aws:AssumedRoot
	bedrock:BearerTokenType bedrock:GuardrailIdentifier bedrock:InferenceProfileArn bedrock:InlineAgentName
	bedrock:ModelArn bedrock:PromptRouterArn bedrock:ServiceTier bedrock:ThirdPartyKnowledgeBaseCredentialsSecretArn
`)

// knownKey ignores case, as IAM does.
func knownKey(key string) bool {
	for _, k := range conditionKeys {
		if strings.EqualFold(k, key) || strings.HasSuffix(k, "/") && len(key) > len(k) && strings.EqualFold(k, key[:len(k)]) {
			return true
		}
	}
	return false
}

// conditionKeys reports keys that no request has: with them a condition of an
// Allow never holds, and a negated one always does.
func (l *linter) conditionKeys(s *Statement) {
	for _, c := range s.Conditions {
		if knownKey(c.Key) {
			continue
		}
		if near := nearest(c.Key, conditionKeys); near != "" {
			l.report(c.Line, Error, CodeUnknownKey, "condition key %q is never set, did you mean %q?", c.Key, near)
			continue
		}
		l.report(c.Line, Warning, CodeUnknownKey, "condition key %q is not one of AWS's global keys or of Bedrock's", c.Key)
	}
}
