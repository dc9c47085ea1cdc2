import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { podWords } from '../../rules/run/pod-words.ts';
import { cleanText, limitBytes } from '../../webhooks/answer-text.ts';
import { lookAgainAt } from '../draft.ts';
import type { Asking } from './asking.ts';

/** Milliseconds before the pods of a side that is not ready are read, and between two reads. */
const patienceMs = 10_000;
const longestWords = 300;

/**
 * The reasons that pods of a side give while it is not ready for some time. Pods are read on request instead of watched:
 * there are many of them, and their status matters only when something is wrong.
 */
export function askPods(asking: Asking, side: 'canary' | 'primary', since: number): string | undefined {
  const { seen, draft, deps } = asking;
  const { target, primary, workload } = seen;
  const selectors = target && workload.selectors(target, primary, deps.options.selectorLabels);
  if (selectors === undefined) return undefined;
  const dueAt = since + patienceMs;
  if (seen.now < dueAt) {
    lookAgainAt(draft, dueAt);
    return undefined;
  }
  const key = `${draft.status.run?.id ?? ''}|pods|${side}`;
  const question = deps.questions.find(seen.key, key);
  const isDue = question?.settled !== undefined && seen.now >= question.settled.at + patienceMs;
  if (question === undefined || isDue)
    deps.questions.start(seen.key, {
      key,
      id: key,
      ask: (question?.ask ?? -1) + 1,
      work: (signal) => deps.listPods(seen.namespace, selectors[side], signal).catch(() => []),
    });
  else if (question.settled !== undefined) lookAgainAt(draft, question.settled.at + patienceMs);
  const known = (question?.settled?.value ?? question?.previous) as readonly AnyKubeObject[] | undefined;
  const words = known === undefined ? undefined : podWords(known);
  return words === undefined ? undefined : limitBytes(cleanText(Buffer.from(words)), longestWords);
}

/** Appends the words of the pods to a message. */
export const withWords = (message: string, words: string | undefined): string =>
  words === undefined ? message : `${message}; ${words}`;

/** The same for a primary that is waited for since its phase began. */
export const withPrimaryWords = (asking: Asking, message: string): string => {
  const { run, lastTransitionTime = '' } = asking.draft.status;
  return withWords(message, askPods(asking, 'primary', Date.parse(run?.phaseSince ?? lastTransitionTime)));
};
