import { verbs } from '@sluice/sluice/api/decision-status.ts';
import { ann, none, pending, people } from './decision-world.ts';
import type { Name, Parts } from './decision-world.ts';

/** A write of somebody over nothing, or over a decision of ann. */
export interface DecisionCase {
  readonly title: string;
  readonly over: 'nothing' | 'pending';
  readonly who: Name;
  readonly parts: Parts;
  /** Part of the refusal, NAME for the Canary; absent: it is allowed. */
  readonly refusal?: string;
}

type Row = readonly [title: string, who: Name, parts: Parts, refusal?: string];

const caseOf =
  (over: DecisionCase['over']) =>
  ([title, who, parts, refusal]: Row): DecisionCase => ({
    title,
    over,
    who,
    parts,
    ...(refusal === undefined ? {} : { refusal }),
  });

const noApprove =
  'user dev may not approve Canary test/NAME: the verb approve on canaries.flagger.app is missing. An administrator grants it: kubectl -n test create role canary-approve --verb=get,list,watch,patch,approve --resource=canaries.flagger.app';
const noPromote = 'the verb promote on canaries.flagger.app is missing';

const permissionRows: readonly Row[] = [
  ['an approver approves', 'ann', pending],
  ['an approver rejects', 'ann', { ...pending, verb: 'reject' }],
  ['a user who may only patch does not approve', 'dev', { verb: 'approve', by: 'dev' }, noApprove],
  [
    'a user who may only patch does not reject',
    'dev',
    { verb: 'reject', by: 'dev' },
    'may not reject Canary',
  ],
  ['an approver does not promote', 'ann', { verb: 'promote', by: ann }, noPromote],
  ['an approver does not start what a freeze holds', 'ann', { verb: 'start', by: ann }, noPromote],
  ['an operator promotes', 'olga', { verb: 'promote', by: 'olga' }],
  ['an operator starts what a freeze holds', 'olga', { verb: 'start', by: 'olga' }],
  ['an operator approves', 'olga', { verb: 'approve', by: 'olga', groups: 'team-a' }],
  ...['pause', 'resume', 'abort', 'retry', 'undo'].map((verb): Row => [
    `a user who may patch may ${verb}`,
    'dev',
    { verb, by: 'dev' },
  ]),
];

const byItself = 'sluice.dev/decision-by must name the user of this request';
const nameRows: readonly Row[] = [
  ['nobody is named', 'ann', { verb: 'approve' }, `${byItself}: sluice.dev/decision-by=\\"${ann}\\"`],
  ['the name of another', 'olga', { verb: 'approve', by: ann }, byItself],
  ['the name of another for a pause', 'dev', { verb: 'pause', by: ann }, byItself],
  ['the name in other case', 'ann', { ...pending, by: 'Ann@example.com' }, byItself],
  ['the name with a space behind', 'ann', { ...pending, by: `${ann} ` }, byItself],
  [
    'a name that is longer than the controller reads',
    'long',
    { verb: 'approve', by: people.long.name },
    'sluice.dev/decision-by has at most 253 bytes',
  ],
];

const groupRows: readonly Row[] = [
  ['no group', 'ann', { verb: 'approve', by: ann }],
  ['groups with spaces, and an empty one', 'ann', { ...pending, groups: ' team-a , system:authenticated,' }],
  [
    'the group of another among their own',
    'olga',
    { verb: 'approve', by: 'olga', groups: 'team-a,team-b' },
    'user olga is not in group \\"team-b\\"',
  ],
  [
    'groups of which the controller would cut the last',
    'ann',
    { ...pending, groups: `${','.repeat(16_192 - 'system'.length)}system:authenticated` },
    'sluice.dev/decision-groups 16192',
  ],
  [
    'a group with a character that the controller would rewrite',
    'dev',
    { verb: 'pause', by: 'dev', groups: 'team-a\u200badmins' },
    'without control characters',
  ],
];

const half = 'half a decision: sluice.dev/decision is missing beside ';
const verbRows: readonly Row[] = [
  [
    'an unknown verb',
    'ann',
    { ...pending, verb: 'aprove' },
    `sluice.dev/decision is \\"aprove\\"; it can be ${verbs.join(', ')}`,
  ],
  ['a verb in other case', 'ann', { ...pending, verb: 'Approve' }, 'it can be approve'],
  ['a verb with a space behind', 'dev', { verb: 'approve ', by: 'dev' }, 'it can be approve'],
  ['an empty verb', 'ann', { ...pending, verb: '' }, half],
  [
    'a name that is laid ready, without a verb',
    'dev',
    { by: ann, for: 'g-1' },
    `${half}sluice.dev/decision-for, sluice.dev/decision-by`,
  ],
];

const changes: Parts = { for: 'g-2', groups: '', via: 'slack', reason: 'no', until: '2030-01-01T00:00:00Z' };
const overPending: readonly Row[] = [
  ['an approver decides again', 'ann', { for: 'g-2' }],
  ...Object.entries(changes).map(([key, value]): Row => [
    `an operator changes only ${key}`,
    'olga',
    { [key]: value },
    byItself,
  ]),
  ['an operator removes only `for`', 'olga', { for: null }, byItself],
  ['an operator replaces it by their own', 'olga', { ...none, verb: 'promote', by: 'olga' }],
  ['a user who may patch makes it a pause', 'dev', { verb: 'pause' }, byItself],
  ['a user who may patch removes only the verb', 'dev', { verb: null }, half],
  ['a user who may patch removes all of it', 'dev', none],
  ['a user who may patch writes the same again', 'dev', pending],
];

export const decisionCases: readonly DecisionCase[] = [
  ...[permissionRows, nameRows, groupRows, verbRows].flat().map(caseOf('nothing')),
  ...overPending.map(caseOf('pending')),
];

/** For each rule of the policy, in its order, what it alone refuses. */
export const onlyRefusals: readonly (readonly [rule: string, who: Name, parts: Parts])[] = [
  ['half a decision', 'dev', { by: 'dev' }],
  ['an unknown verb', 'ann', { ...pending, verb: 'aprove' }],
  ['a missing permission', 'one', { verb: 'approve', by: 'one' }],
  ['the name of another', 'dev', { verb: 'pause', by: ann }],
  ['the group of another', 'olga', { verb: 'approve', by: 'olga', groups: 'team-b' }],
  ['a name that would be cut', 'long', { verb: 'approve', by: people.long.name }],
];
