import { selfSubjectAccessReviews } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Verb } from '../../api/decision-status.ts';
import { canaries } from '../../api/resources.ts';
import { within } from '../within.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { Viewer } from './viewer.ts';

/** What viewers may do, as the API server's access rules say. Answers are kept for 30 s. */
export interface Permissions {
  /** Whether the Canaries of a namespace may be seen; of all namespaces without one. False when nobody can tell. */
  mayList(viewer: Viewer, namespace?: string): Promise<boolean>;
  /** The first right that a decision lacks, such as `the right to approve canaries.flagger.app`; undefined when it has all. */
  missingFor(viewer: Viewer, verb: Verb, namespace: string, name: string): Promise<string | undefined>;
}

const keptMs = 30_000;
const mostAnswers = 10_000;
const answerWithinMs = 5_000;

/** Verbs that a decision needs on the Canary: `patch`, because it is an annotation, and its own where it has one. */
export const rightsFor = (verb: Verb): readonly string[] => [...(special[verb] ?? []), 'patch'];

const special: Partial<Readonly<Record<Verb, readonly string[]>>> = {
  approve: ['approve'],
  reject: ['approve'],
  promote: ['promote'],
  start: ['promote'],
};

export function createPermissions(clock: Clock): Permissions {
  const answers = createBoundedMap<Promise<boolean>>(clock, { most: mostAnswers, keptMs });
  const ask = (viewer: Viewer, attributes: Attributes): Promise<boolean> => {
    const key = JSON.stringify([viewer.id, attributes]);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = review(viewer, attributes, clock);
    answers.set(key, answer);
    // An error is no answer: the next one asks again.
    answer.catch(() => answers.delete(key));
    return answer;
  };
  return {
    async mayList(viewer, namespace) {
      // The cluster shows the console of the user's own kubeconfig nothing else.
      if (viewer.knownBy === 'kubeconfig') return true;
      try {
        return await ask(viewer, { verb: 'list', ...(namespace === undefined ? {} : { namespace }) });
      } catch {
        return false;
      }
    },
    async missingFor(viewer, verb, namespace, name) {
      for (const right of rightsFor(verb))
        if (!(await ask(viewer, { verb: right, namespace, name })))
          return `the right to ${right} canaries.flagger.app`;
      return undefined;
    },
  };
}

interface Attributes {
  readonly verb: string;
  readonly namespace?: string;
  readonly name?: string;
}

async function review({ client }: Viewer, attributes: Attributes, clock: Clock): Promise<boolean> {
  const resourceAttributes = { group: canaries.group, resource: canaries.plural, ...attributes };
  const object = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: selfSubjectAccessReviews.kind,
    metadata: { name: '' },
    spec: { resourceAttributes },
  };
  const answer = await within(clock, answerWithinMs, (signal) =>
    client.create(selfSubjectAccessReviews, object, signal),
  );
  return asRecord(answer['status'])['allowed'] === true;
}
