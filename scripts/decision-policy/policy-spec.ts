import { verbs } from '@sluice/sluice/api/decision-status.ts';
import type { Verb } from '@sluice/sluice/api/decision-status.ts';
import { decisionAnnotations } from '@sluice/sluice/rules/objects/object-keys.ts';
import { longestName, mostGroups } from '@sluice/sluice/rules/people/decision-request.ts';

/**
 * The ValidatingAdmissionPolicy that makes the names of decisions true (docs/adr/0019-people-decide.md). Written in what CEL
 * of Kubernetes 1.30 can do.
 */

/** Permission that a verb needs beside `patch`; the other verbs need no more. */
const permissions: Partial<Readonly<Record<Verb, string>>> = {
  approve: 'approve',
  reject: 'approve',
  promote: 'promote',
  start: 'promote',
};

const text = (value: string): string => `'${value}'`;
const list = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`;
const needing = (permission: string): readonly string[] =>
  verbs.filter((verb) => permissions[verb] === permission);
const valueOf = (key: keyof typeof decisionAnnotations): string => {
  const name = text(decisionAnnotations[key]);
  return `${name} in variables.annotations ? variables.annotations[${name}] : ''`;
};

const variables = {
  keys: list(Object.values(decisionAnnotations)),
  annotations: 'has(object.metadata.annotations) ? object.metadata.annotations : {}',
  before: 'oldObject != null && has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}',
  // Removing all of them decides nothing, and leaving them alone neither: GitOps tools do both.
  decides: `variables.keys.exists(key, key in variables.annotations) &&
variables.keys.exists(key, key in variables.annotations ?
  !(key in variables.before) || variables.annotations[key] != variables.before[key] :
  key in variables.before)`,
  verb: valueOf('verb'),
  by: valueOf('by'),
  groups: valueOf('groups'),
  permission: `variables.verb in ${list(needing('approve'))} ? 'approve' :
variables.verb in ${list(needing('promote'))} ? 'promote' : ''`,
  foreign: `variables.groups.split(',').map(group, group.trim()).filter(group,
  group != '' && !(group in request.userInfo.groups))`,
} as const;

interface Rule {
  readonly holds: string;
  /** CEL; one line when evaluated. */
  readonly says: string;
  /** When `says` cannot be evaluated, or is too long. */
  readonly message: string;
  readonly reason: 'Invalid' | 'Forbidden';
}

const longestGroups = longestName * mostGroups;
const unprintable = String.raw`r'[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]'`;
const { verb, by, groups } = decisionAnnotations;

/** The first that does not hold is what the user reads: what they cannot mend by writing again stands first. */
const rules: readonly Rule[] = [
  {
    holds: "variables.verb != ''",
    says: `'half a decision: ${verb} is missing beside ' + variables.keys.filter(key, key in variables.annotations).join(', ') + '; write all of them in one command, or remove all of them'`,
    message: `half a decision: ${verb} is missing; write all annotations of a decision in one command, or remove all of them`,
    reason: 'Invalid',
  },
  {
    holds: `variables.verb == '' || variables.verb in ${list(verbs)}`,
    says: `'${verb} is "' + variables.verb + '"; it can be ${verbs.join(', ')}'`,
    message: `${verb} can be ${verbs.join(', ')}`,
    reason: 'Invalid',
  },
  {
    holds: `variables.permission == '' ||
authorizer.group('flagger.app').resource('canaries').namespace(request.namespace).name(object.metadata.name)
  .check(variables.permission).allowed()`,
    says: `'user ' + request.userInfo.username + ' may not ' + variables.verb + ' Canary ' + request.namespace + '/' + object.metadata.name + ': the verb ' + variables.permission + ' on canaries.flagger.app is missing. An administrator grants it: kubectl -n ' + request.namespace + ' create role canary-' + variables.permission + ' --verb=get,list,watch,patch,' + variables.permission + ' --resource=canaries.flagger.app, and a rolebinding'`,
    message:
      'this decision needs the verb approve (approve, reject) or promote (promote, start) on canaries.flagger.app; an administrator grants it: kubectl create role canary-approve --verb=get,list,watch,patch,approve --resource=canaries.flagger.app, and a rolebinding',
    reason: 'Forbidden',
  },
  {
    holds: 'variables.by == request.userInfo.username',
    says: `'${by} must name the user of this request: ${by}="' + request.userInfo.username + '"'`,
    message: `${by} must name the user of this request; kubectl auth whoami prints it`,
    reason: 'Forbidden',
  },
  {
    holds: 'variables.foreign.size() == 0',
    says: `'user ' + request.userInfo.username + ' is not in group "' + variables.foreign[0] + '" of ${groups}; kubectl auth whoami prints the groups, and ${groups}- removes those of an earlier decision'`,
    message: `${groups} names a group that the user of this request is not in; kubectl auth whoami prints the groups`,
    reason: 'Forbidden',
  },
  {
    // The controller cuts what is longer and rewrites such characters: another name could come out.
    holds: `bytes(variables.by).size() <= ${longestName} && bytes(variables.groups).size() <= ${longestGroups} &&
!variables.by.matches(${unprintable}) && !variables.groups.matches(${unprintable})`,
    says: `'${by} has at most ${longestName} bytes and ${groups} ${longestGroups}, both without control characters; name only groups that the approval asks for'`,
    message: `${by} or ${groups} is too long, or has control characters`,
    reason: 'Forbidden',
  },
];

/** `spec` of the policy. */
export const policySpec = {
  failurePolicy: 'Fail',
  matchConstraints: {
    resourceRules: [
      {
        apiGroups: ['flagger.app'],
        apiVersions: ['v1beta1'],
        operations: ['CREATE', 'UPDATE'],
        resources: ['canaries'],
      },
    ],
  },
  variables: Object.entries(variables).map(([name, expression]) => ({ name, expression })),
  validations: rules.map(({ holds, says, message, reason }) => ({
    expression: `!variables.decides ||\n${holds.includes('||') || holds.includes('&&') ? `(${holds})` : holds}`,
    messageExpression: says,
    message,
    reason,
  })),
};

/** `spec` of the binding, but for the name of the policy. */
export const bindingSpec = { validationActions: ['Deny'] };
