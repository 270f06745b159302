// Calls an emulator by AWS's SDK for JavaScript, which speaks HTTP/2 without
// TLS, and prints as JSON what each call came to: "ok", or the class of its
// error. The emulator's address and keys are in the environment.
import {
  BedrockRuntimeClient, ConverseStreamCommand, CountTokensCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";

const keys = { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY };
const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
const guide = { anthropic_version: "bedrock-2023-05-31", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };

async function send(command, options) {
  const client = new BedrockRuntimeClient({ region: "us-east-2", credentials: keys, maxAttempts: 1, ...options });
  try {
    const answer = await client.send(command);
    const { usage } = JSON.parse(new TextDecoder().decode(answer.body));
    return usage.input_tokens === 9 ? "ok" : `unexpected usage ${JSON.stringify(usage)}`;
  } catch (e) {
    return e.$metadata?.requestId ? e.name : `${e}`;
  } finally {
    client.destroy();
  }
}

const invoke = (body = guide, id = modelId, contentType = "application/json") =>
  new InvokeModelCommand({ modelId: id, contentType, body: JSON.stringify(body) });

const outcomes = {
  "the guide's call": await send(invoke()),
  "too many tokens": await send(invoke({ ...guide, max_tokens: 5000 })),
  "no content type": await send(invoke(guide, modelId, "")), // the SDK then sends application/octet-stream
  "another model": await send(invoke(guide, "anthropic.claude-3-opus-20240229-v1:0")),
  "another region": await send(invoke(), { region: "us-west-2" }),
  streaming: await send(new InvokeModelWithResponseStreamCommand({ modelId, body: JSON.stringify(guide) })),
  "converse stream": await send(new ConverseStreamCommand({ modelId, messages: [] })),
  "count tokens": await send(new CountTokensCommand({ modelId, input: { invokeModel: { body: new Uint8Array() } } })),
  "unknown key": await send(invoke(), { credentials: { ...keys, accessKeyId: "AKIAIOSFODNN7EXAMPLE" } }),
  "wrong secret": await send(invoke(), { credentials: { ...keys, secretAccessKey: "x" } }),
  "stray token": await send(invoke(), { credentials: { ...keys, sessionToken: "x" } }),
  "clock an hour behind": await send(invoke(), { systemClockOffset: -3600_000 }),
  "bearer token": await send(invoke(), { token: { token: "x" }, authSchemePreference: ["httpBearerAuth"] }),
};
console.log(JSON.stringify(outcomes));
