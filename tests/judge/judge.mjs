// Asks the third-party simulator `@cloud-copilot/iam-simulate` what it makes of requests.
//
//   node judge.mjs FOLDER < questions > answers
//
// FOLDER is where the package is installed. A question is a line `{"policies", "requests"}`, both
// as `src/guardrail/cases/decisions.json` has them. Its answer is a line with a list: for each
// request `"allow"`, `"deny"` or `"implicit_deny"`, or why the simulator has no opinion.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const { runSimulation } = createRequire(`${process.argv[2]}/`)('@cloud-copilot/iam-simulate')

const DECISIONS = {
  Allowed: 'allow',
  ExplicitlyDenied: 'deny',
  ImplicitlyDenied: 'implicit_deny',
}
// The first of these that some resource of a call gets is what the call gets.
const WORST_FIRST = ['deny', 'implicit_deny', 'allow']

for await (const line of createInterface({ input: process.stdin })) {
  const { policies, requests } = JSON.parse(line)
  const inForce = sorted(policies)
  const known = new Map()
  const answers = []
  for (const request of requests) {
    answers.push(await decide(inForce, request, known))
  }
  process.stdout.write(`${JSON.stringify(answers)}\n`)
}

// Puts policies where the simulator wants them; control policies from the root downwards.
function sorted(policies) {
  const all = policies.map(({ type, level, document }, index) => ({
    type,
    level: level ?? 0,
    name: String(index),
    policy: document,
  }))
  const of = (type) => all.filter((policy) => policy.type === type)
  const byLevel = (type) => {
    const levels = [...new Set(of(type).map(({ level }) => level))].sort((a, b) => a - b)
    const at = (level) => of(type).filter((policy) => policy.level === level)
    return levels.map((level) => ({ orgIdentifier: String(level), policies: at(level) }))
  }
  return {
    identityPolicies: of('identity'),
    serviceControlPolicies: byLevel('scp'),
    resourceControlPolicies: byLevel('rcp'),
    resourcePolicy: of('resource')[0]?.policy,
    sessionPolicy: of('session')[0]?.policy,
    permissionBoundaryPolicies: of('boundary').length > 0 ? of('boundary') : undefined,
  }
}

// The simulator takes one resource at a time.
async function decide(inForce, request, known) {
  const parts = request.resources ?? [{ resource: request.resource }]
  const decisions = new Set()
  for (const part of parts) {
    const single = {
      ...request,
      resources: undefined,
      action: part.action ?? request.action,
      resource: part.resource,
      context: { ...request.context, ...part.context },
    }
    // Most resources of a call look the same in many calls.
    const key = JSON.stringify(single)
    if (!known.has(key)) {
      known.set(key, await simulate(inForce, single))
    }
    decisions.add(known.get(key))
  }
  const noOpinion = [...decisions].find((decision) => !WORST_FIRST.includes(decision))
  return noOpinion ?? WORST_FIRST.find((decision) => decisions.has(decision))
}

async function simulate(inForce, { principal, action, resource, context, ...more }) {
  // The simulator does not know who is out of reach.
  const isBound = more.account_kind !== 'management' && more.principal_kind !== 'service_linked_role'
  const simulation = {
    ...inForce,
    serviceControlPolicies: isBound ? inForce.serviceControlPolicies : [],
    request: {
      principal,
      action,
      resource: {
        // A star in a name would ask for all resources; here it is the id of what is made.
        resource: resource === '*' ? resource : resource.replaceAll('*', 'x'),
        accountId: more.resource_account ?? principal.split(':')[4],
      },
      contextVariables: context,
    },
  }
  const found = await runSimulation(simulation, { simulationMode: 'Strict' })
  if (found.resultType === 'error') {
    return `no opinion on ${action} of ${resource}: ${JSON.stringify(found.errors)}`
  }
  const { ignoredContextKeys } = found.result
  if (ignoredContextKeys.length > 0) {
    return `no opinion on ${action} of ${resource}: there is no ${ignoredContextKeys.join(', ')}`
  }
  return DECISIONS[found.overallResult]
}
