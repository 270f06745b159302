# One user for this service alone.
aws iam create-user --user-name wealth-management-app-user

# The policy, as part of the user.
aws iam put-user-policy --user-name wealth-management-app-user \
  --policy-name BedrockClaudeHaikuAccess \
  --policy-document file://iam-policy.json

# An access key. The secret is shown once: keep it in a secret store, and rotate it every 90 days.
aws iam create-access-key --user-name wealth-management-app-user

# The call that the service makes, with the new key in the environment.
aws bedrock-runtime invoke-model --model-id anthropic.claude-3-haiku-20240307-v1:0 \
  --body '{"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}' \
  --cli-binary-format raw-in-base64-out --region us-east-2 \
  out.json

# This must be refused: the user may invoke the model and nothing else.
aws bedrock list-foundation-models --region us-east-2
