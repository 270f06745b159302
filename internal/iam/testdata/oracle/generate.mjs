// Writes test vectors for internal/iam: random policies and requests, each with
// the decision of @cloud-copilot/iam-simulate, an independent implementation
// of IAM policy evaluation. Deterministic: the same seed gives the same file.
//
//   npm ci --ignore-scripts && node internal/iam/testdata/oracle/generate.mjs >internal/iam/testdata/oracle.json
//
// Left out, because AWS does not document what happens: ForAnyValue with
// IfExists on a key that is absent; NotResource with a pattern of fewer than
// six parts, with a variable that has no value, or for an action that has no
// resource. Left out, because no policy has a say in it: sts:GetCallerIdentity.
// Left out, because the simulator resolves policy variables in policies of
// version 2008-10-17, where AWS documents that they are plain text: variables
// in that version.
import { runSimulation } from '@cloud-copilot/iam-simulate'

const cases = 600
const account = '123456789012'

// mulberry32, public domain
let state = 20240307
function random() {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const chance = (p) => random() < p
const pick = (list) => list[Math.floor(random() * list.length)]
const some = (list, max) => Array.from({ length: 1 + Math.floor(random() * max) }, () => pick(list))
const scalarOr = (list) => (list.length === 1 && chance(0.6) ? list[0] : list)

const model = (region, id) => `arn:aws:bedrock:${region}::foundation-model/${id}`
const haiku = 'anthropic.claude-3-haiku-20240307-v1:0'

const requests = [
  ['bedrock:InvokeModel', model('us-east-2', haiku)],
  ['bedrock:InvokeModel', model('us-east-2', haiku)],
  ['bedrock:InvokeModel', model('us-west-2', haiku)],
  ['bedrock:InvokeModel', model('us-east-2', 'anthropic.claude-3-sonnet-20240229-v1:0')],
  ['bedrock:InvokeModel', model('us-east-2', 'amazon.titan-text-express-v1')],
  ['bedrock:InvokeModel', `arn:aws:bedrock:us-east-2:${account}:inference-profile/us.${haiku}`],
  ['bedrock:InvokeModelWithResponseStream', model('us-east-2', haiku)],
  ['bedrock:GetFoundationModel', model('us-east-2', haiku)],
  ['bedrock:ListFoundationModels', '*']
]
const actions = [
  'bedrock:InvokeModel', 'bedrock:invokemodel', 'BEDROCK:InvokeModel', 'bedrock:InvokeModel*', 'bedrock:Invoke?odel',
  'bedrock:*', '*', 'bedrock:InvokeModelWithResponseStream', 'bedrock:List*', 'bedrock:Get*', 'sts:*', 's3:GetObject',
  'bedrock:*Model', 'bedrock:*Model*'
]
const resources = [
  '*', model('us-east-2', haiku), model('us-east-2', 'anthropic.claude-3-haiku-*'), model('us-east-2', 'anthropic.*'),
  model('*', 'anthropic.claude-*'), model('us-east-2', '*'), model('us-*', '*haiku*'), model('us-west-2', haiku),
  model('us-east-?', 'anthropic.claude-3-haiku-20240307-v1:?'), model('us-east-2', 'ANTHROPIC.*'),
  'arn:aws:bedrock:*', 'arn:aws:bedrock:us-east-2:*', 'arn:aws:bedrock:*:*', 'arn:*', 'arn:aws:bed*',
  `arn:aws:bedrock:us-east-2:${account}:inference-profile/us.*`, `arn:aws:bedrock:*:*:inference-profile/*`,
  'arn:aws:bedrock:us-east-2::foundation-model/${aws:username}*',
  'arn:aws:bedrock:us-east-2::*', 'arn:aws:s3:::bucket/*'
]
const complete = resources.filter((r) => r === '*' || (r.split(':').length >= 6 && !r.includes('${')))
// A wildcard does not reach over a colon, unless it ends the pattern.
const malformed = ['arn:aws:bedrock*:foundation-model/*', 'arn:aws:*:foundation-model/*', 'arn:aws:bedrock:us-east-2:*/anthropic*',
  'arn:aws:bedrock:*::foundation-model/${aws:PrincipalTag/none}*']
const arns = [
  `arn:aws:iam::${account}:user/wealth-management-app-user`, `arn:aws:iam::${account}:user/other`,
  'arn:aws:iam::*:user/*', `arn:aws:iam::${account}:user/wealth-*`, `arn:aws:iam::${account}:role/*`, 'arn:aws:iam::??????????12:user/*'
]
const regions = ['us-east-2', 'us-east-1', 'us-west-2', 'us-*', 'US-EAST-2', 'us-east-?', 'eu-central-1', '*', '${aws:RequestedRegion}']
const names = ['wealth-management-app-user', 'wealth-*', 'Wealth-Management-App-User', '*-user', '${aws:username}', '${*}', 'w${?}', "${aws:SourceAccount, 'wealth-management-app-user'}"]
const paths = ['o-a/r-b/ou-1/', 'o-a/r-b/ou-2/', 'o-a/*', 'o-a/r-b/ou-?/', 'o-z/']
const strings = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase']
const numerics = ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals']
const dates = ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals']

// Each kind of condition key with the operators and values that go with it.
const kinds = [
  { key: 'aws:RequestedRegion', weight: 5, operators: strings, values: regions, have: ['us-east-2', 'us-east-1', 'us-west-2'] },
  { key: 'aws:username', weight: 3, operators: strings, values: names, have: ['wealth-management-app-user', 'w', '*'] },
  { key: 'aws:PrincipalArn', weight: 2, operators: ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals'], values: arns, have: arns.slice(0, 2) },
  { key: 'aws:SecureTransport', weight: 2, operators: ['Bool'], values: ['true', 'false'], have: ['true', 'false'] },
  { key: 'aws:MultiFactorAuthAge', weight: 1, operators: numerics, values: ['60', '3600', '3600.0', '-1'], have: ['60', '3600', '5'] },
  { key: 'aws:CurrentTime', weight: 1, operators: dates, values: ['2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'], have: ['2026-01-01T00:00:00Z', '2026-11-20T12:00:00Z'] },
  { key: 'aws:SourceIp', weight: 1, operators: ['IpAddress', 'NotIpAddress'], values: ['10.0.0.0/8', '192.0.2.7', '192.0.2.0/24', '2001:db8::/32'], have: ['10.1.2.3', '192.0.2.7', '2001:db8::1'] },
  { key: 'aws:PrincipalOrgPaths', weight: 3, set: true, operators: strings, values: paths, have: ['o-a/r-b/ou-1/', 'o-a/r-b/ou-2/', 'o-c/'] }
]
const weighted = kinds.flatMap((k) => Array(k.weight).fill(k))

function condition(absent) {
  const out = {}
  for (const kind of some(weighted, 2)) {
    const key = chance(0.2) ? kind.key.toLowerCase() : kind.key
    if (chance(0.1)) {
      out.Null = { ...out.Null, [key]: pick(['true', 'false']) }
      continue
    }
    const set = kind.set ? pick(['ForAnyValue:', 'ForAllValues:']) : ''
    const optional = chance(0.25) && !(set === 'ForAnyValue:' && absent.has(kind.key)) ? 'IfExists' : ''
    const operator = set + pick(kind.operators) + optional
    out[operator] = { ...out[operator], [key]: scalarOr(some(kind.values, 3)) }
  }
  return out
}

function statement(absent, resource) {
  const s = { Effect: chance(0.75) ? 'Allow' : 'Deny' }
  s[chance(0.85) ? 'Action' : 'NotAction'] = scalarOr(some(actions, 3))
  if (resource === '*' || chance(0.85)) s.Resource = scalarOr(some([...resources, ...malformed], 3))
  else s.NotResource = scalarOr(some(complete, 3))
  if (chance(0.6)) s.Condition = condition(absent)
  return s
}

function context() {
  const out = {}
  for (const kind of kinds) {
    if (chance(0.4)) continue
    out[kind.key] = kind.set ? [...new Set(some(kind.have, 2))] : pick(kind.have)
  }
  return out
}

async function generate() {
  const [action, resource] = pick(requests)
  const contextVariables = context()
  const absent = new Set(kinds.map((k) => k.key).filter((k) => !(k in contextVariables)))
  const policies = Array.from({ length: chance(0.8) ? 1 : 2 }, () => {
    const Statement = scalarOr(Array.from({ length: 1 + Math.floor(random() * 3) }, () => statement(absent, resource)))
    const old = chance(0.3) && !JSON.stringify(Statement).includes('${')
    return { Version: old ? '2008-10-17' : '2012-10-17', Statement }
  })
  const result = await runSimulation({
    request: { principal: arns[0], action, resource: { resource, accountId: account }, contextVariables },
    identityPolicies: policies.map((policy, i) => ({ name: `p${i}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: []
  }, {})
  if (result.resultType === 'error') throw new Error(JSON.stringify({ errors: result.errors, policies }))
  const ignored = (result.result ?? result.results[0])?.ignoredContextKeys ?? []
  for (const k of ignored) delete contextVariables[Object.keys(contextVariables).find((c) => c.toLowerCase() === k.toLowerCase())]
  const values = Object.fromEntries(Object.entries(contextVariables).map(([k, v]) => [k, [v].flat()]))
  return { policies, action, resource, context: values, want: result.overallResult }
}

const lines = []
for (let i = 0; i < cases; i++) lines.push(JSON.stringify(await generate()))
process.stdout.write(`{"generated_by":"oracle/generate.mjs with @cloud-copilot/iam-simulate 0.1.173; do not edit","cases":[\n${lines.join(',\n')}\n]}\n`)
