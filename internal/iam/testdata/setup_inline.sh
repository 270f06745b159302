# One user for this service alone.
aws iam create-user --user-name wealth-management-app-user

# The policy, as part of the user.
aws iam put-user-policy --user-name wealth-management-app-user \
  --policy-name BedrockClaudeHaikuAccess \
  --policy-document file://deploy/iam-policy.json

# An access key, into a file that only you can read and that the service takes as it is.
# The secret is shown once; rotate it every 90 days, counted from the date in the file.
install -m 0600 /dev/null bedrock-credentials && aws iam create-access-key --user-name wealth-management-app-user \
  --query 'AccessKey.[AccessKeyId,SecretAccessKey,CreateDate]' --output text \
  | awk '{print "[default]\n# created " $3 "\naws_access_key_id = " $1 "\naws_secret_access_key = " $2}' >bedrock-credentials

# The call that the service makes, as the new user.
env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_PROFILE AWS_SHARED_CREDENTIALS_FILE=bedrock-credentials \
  aws bedrock-runtime invoke-model --model-id anthropic.claude-3-haiku-20240307-v1:0 \
  --body '{"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}' \
  --cli-binary-format raw-in-base64-out --region us-east-2 \
  out.json

# This must be refused: the user may invoke the model and nothing else.
! env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN -u AWS_PROFILE AWS_SHARED_CREDENTIALS_FILE=bedrock-credentials \
  aws bedrock list-foundation-models --region us-east-2

# All of it, and everything else that must be refused.
BALLAST_AWS_CREDENTIALS_FILE=bedrock-credentials \
  BALLAST_REGION=us-east-2 BALLAST_MODEL_ID=anthropic.claude-3-haiku-20240307-v1:0 \
  server verify -prove
