// Package iam reads, evaluates, writes and checks AWS IAM identity policies,
// as far as a service needs that calls one model on Amazon Bedrock.
//
// Evaluation follows the AWS documentation of policy evaluation and of the
// policy elements: everything is denied unless a statement allows it, and an
// explicit Deny wins. Only identity-based policies are known: no resource
// policies, permission boundaries, session policies or SCPs.
//
// The package does no I/O and imports nothing of this module.
package iam
