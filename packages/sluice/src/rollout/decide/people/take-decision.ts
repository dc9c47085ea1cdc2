import type { DecisionRecord, Verb } from '../../../api/canary-status.ts';
import { verbs } from '../../../api/decision-status.ts';
import { isVerb, readDecisionRequest } from '../../../rules/people/decision-request.ts';
import type { DecisionRequest } from '../../../rules/people/decision-request.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { askPolicy } from '../../ask/ask-policy.ts';
import { announce } from '../../draft.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { refused } from './people-decision.ts';
import type { Answer, Obey } from './people-decision.ts';
import {
  abortByPerson,
  pauseRollout,
  promoteNow,
  resumeRollout,
  retryRevision,
  startAnyway,
} from './steer.ts';
import { undoRelease } from './undo-release.ts';
import { vote } from './vote.ts';

const byVerb: Readonly<Record<Verb, Obey>> = {
  approve: vote,
  reject: vote,
  pause: pauseRollout,
  resume: resumeRollout,
  abort: abortByPerson,
  promote: promoteNow,
  retry: retryRevision,
  undo: undoRelease,
  start: startAnyway,
};

/** Decisions that status keeps. */
const mostDecisions = 10;

/**
 * Takes the decision in the annotations `sluice.dev/decision*`, once: the status keeps its hash. While the decision policy
 * is being read, other decisions of the pass go on.
 */
export const takeDecision: Decision = {
  name: 'take-decision',
  run(moment) {
    const { draft, seen } = moment;
    const request = readDecisionRequest(seen.canary.metadata.annotations);
    if (request === undefined) return 'next';
    // guard: a-decision-is-taken-once
    if (draft.status.decisions?.at(-1)?.request === request.hash) return 'next';
    const verified = request.by === '' ? false : askPolicy(moment, request.hash);
    return verified === undefined ? 'next' : take(moment, request, verified);
  },
};

function take(moment: Moment, request: DecisionRequest, verified: boolean): Outcome {
  const { verb } = request;
  const { run, revision } = { run: moment.draft.status.run, revision: moment.draft.status.run?.revision };
  const answer: Answer = isVerb(verb)
    ? byVerb[verb](moment, { ...request, verb, verified })
    : refused(`"${verb}" is no decision: write one of ${verbs.join(', ')}`);
  const isDone = answer.result === 'done';
  const message = isDone
    ? answer.message
    : `${verb} of ${request.by || 'somebody'} is refused: ${answer.message}`;
  note(moment, {
    ...request,
    ...(isDone && answer.hook !== undefined ? { hook: answer.hook } : {}),
    verified,
    ...(run === undefined ? {} : { run: run.id }),
    ...(revision === undefined ? {} : { revision }),
    result: answer.result,
    message,
  });
  announce(moment, isDone ? 'Normal' : 'Warning', isDone ? 'DecisionTaken' : 'DecisionRefused', message);
  return (isDone ? answer.ends : undefined) ?? decided;
}

type Noted = Omit<DecisionRecord, 'at' | 'request'> & Pick<DecisionRequest, 'hash'>;

function note({ draft, seen }: Moment, noted: Noted): void {
  const {
    verb,
    for: about,
    hook,
    by,
    verified,
    via,
    reason = '',
    run,
    revision,
    result,
    message,
    hash,
  } = noted;
  const record: DecisionRecord = {
    verb,
    ...(about === undefined ? {} : { for: about }),
    ...(hook === undefined ? {} : { hook }),
    by,
    verified,
    via,
    ...(reason === '' ? {} : { reason }),
    at: toTime(seen.now),
    ...(run === undefined ? {} : { run }),
    ...(revision === undefined ? {} : { revision }),
    result,
    message: message.slice(0, 1024),
    request: hash,
  };
  const before = draft.status.decisions ?? [];
  draft.status = { ...draft.status, decisions: [...before, record].slice(-mostDecisions) };
}
