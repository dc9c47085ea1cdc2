import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import { printable } from '@sluice/lib/text/printable.ts';
import { verbs } from '../../api/decision-status.ts';
import type { Verb } from '../../api/decision-status.ts';
import { decisionAnnotations } from '../objects/object-keys.ts';

/** What a user wrote to the annotations `sluice.dev/decision*` of a Canary. */
export interface DecisionRequest {
  /** One of `verbs`, or text that the controller refuses. */
  readonly verb: string;
  /** Id of an approval (`g-...`), or the id of a run or its beginning. Absent: whatever is current. */
  readonly for?: string;
  /** Name of the user, at most 253 characters; empty when nobody is named. */
  readonly by: string;
  /** Groups of the user that matter here, at most 64. */
  readonly groups: readonly string[];
  /** Way of the decision; `kubectl` when the annotation is missing. */
  readonly via: string;
  /** At most 1,000 characters; may be empty. */
  readonly reason: string;
  /** RFC 3339 time at which a pause ends. */
  readonly until?: string;
  /** Hash of the annotations: each text is taken once, until another replaces it. */
  readonly hash: string;
}

const longestReason = 1_000;
/** Of a name of a user or group, in characters. The decision policy counts bytes, of which there are no fewer. */
export const longestName = 253;
/** Of a decision. */
export const mostGroups = 64;
const hashLength = 16;

/** The request on a Canary; undefined when there is none. */
export function readDecisionRequest(
  annotations: Readonly<Record<string, string>> | undefined,
): DecisionRequest | undefined {
  const valueOf = (key: keyof typeof decisionAnnotations, longest = longestName): string =>
    printable((annotations?.[decisionAnnotations[key]] ?? '').slice(0, 6 * longest)).slice(0, longest);
  const verb = valueOf('verb');
  if (verb === '') return undefined;
  const [about, until] = [valueOf('for'), valueOf('until')];
  const request = {
    verb,
    ...(about === '' ? {} : { for: about }),
    by: valueOf('by'),
    groups: valueOf('groups', mostGroups * longestName)
      .split(',')
      .map((group) => group.trim())
      .filter((group) => group !== '')
      .slice(0, mostGroups),
    via: valueOf('via') || 'kubectl',
    reason: valueOf('reason', longestReason),
    ...(until === '' ? {} : { until }),
  };
  return { ...request, hash: hashJson(request).slice('v1:'.length, 'v1:'.length + hashLength) };
}

export const isVerb = (text: string): text is Verb => verbs.some((verb) => verb === text);

/**
 * All annotations of a decision, for a merge patch: those it does not use are removed. Groups that a list with commas cannot
 * hold are left out: read back they would be other groups, and the decision policy would refuse all of it.
 */
export function decisionValues({
  verb,
  by,
  via,
  reason,
  until,
  groups,
  for: about,
}: Omit<DecisionRequest, 'hash'>): Readonly<Record<string, string | null>> {
  const orNone = (text = ''): string | null => (text === '' ? null : text);
  return {
    [decisionAnnotations.verb]: verb,
    [decisionAnnotations.for]: orNone(about),
    [decisionAnnotations.by]: orNone(by),
    [decisionAnnotations.groups]: orNone(groups.filter(isListable).join(',')),
    [decisionAnnotations.via]: orNone(via),
    [decisionAnnotations.reason]: orNone(reason),
    [decisionAnnotations.until]: orNone(until),
  };
}

const isListable = (group: string): boolean =>
  group !== '' &&
  !group.includes(',') &&
  group === group.trim() &&
  group === printable(group) &&
  group.length <= longestName;
