// Package emulator is a Bedrock Runtime on loopback. It speaks the wire
// protocol that the AWS SDKs and the AWS CLI speak, checks the signature of
// every request, asks an injected IAM evaluation, keeps the quotas, validates
// the body as Bedrock does for Anthropic models, and answers, fails and bills
// in Bedrock's own words. What it cannot do is think: its writer composes
// sentences from a phrase book, out of nothing but the request's text.
//
// It sees only the request and imports nothing else of this module, so that a
// shortcut between the service and its emulator cannot exist.
//
//	cred, _ := emulator.NewCredential(rand.Reader, "arn:aws:iam::123456789012:user/app")
//	srv, err := emulator.New(emulator.Config{
//		Region:      "us-east-2",
//		Credentials: []emulator.Credential{cred},
//		Authorize:   authorize, // an IAM evaluation
//		Models:      emulator.DefaultModels(),
//	})
//	emulator.NewHTTPServer(srv).Serve(listener)
//
// Then any client works against it:
//
//	AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… aws bedrock-runtime invoke-model \
//	  --endpoint-url http://127.0.0.1:9191 --region us-east-2 --cli-binary-format raw-in-base64-out \
//	  --model-id anthropic.claude-3-haiku-20240307-v1:0 \
//	  --body '{"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}' out.json
//
// A request is signed in its Authorization header, over the body as it came.
// The other forms of Signature Version 4 are refused: no SDK sends them to
// Bedrock Runtime, they are documented for S3, and a service that took them here
// would find out against AWS.
//
//   - A presigned URL, whose signature stands in the query, has no such header:
//     MissingAuthenticationTokenException.
//   - UNSIGNED-PAYLOAD in place of the body's hash leaves the body open to change:
//     InvalidSignatureException, since the hash of what came is another one.
//   - aws-chunked, of STREAMING-AWS4-HMAC-SHA256-PAYLOAD and its kin, signs a body
//     in pieces: InvalidSignatureException likewise. The pieces are not taken
//     apart.
//
// The texts of errors are Bedrock's, as its users have quoted them in public
// issue reports; where one is from memory, a comment says so.
package emulator
