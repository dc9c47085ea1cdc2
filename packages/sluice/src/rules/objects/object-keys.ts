/** Kept on the primary's own metadata, never in its pod template: writing it must roll no pod. */
export const revisionAnnotation = 'sluice.dev/revision';
/** Flagger's random id in the primary's pod template. Ours are never random; an existing one is left alone. */
export const flaggerIdAnnotation = 'flagger-id';
/** In the primary's pod template: pods read their environment once, so new content must start new ones. */
export const configRevisionAnnotation = 'sluice.dev/config-revision';
/** On a ConfigMap or Secret: a value that starts with `disable` keeps it out of config tracking. */
export const configTrackingAnnotation = 'flagger.app/config-tracking';
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** On an object outside of its Canary's namespace, which cannot name it as owner: NAMESPACE/NAME of the Canary. */
export const canaryAnnotation = 'sluice.dev/canary';
/** On the Canary: ends the current run (rules/run/abort-request.ts). */
export const abortAnnotation = 'sluice.dev/abort';
/** On the Canary: a decision of a person (rules/people/decision-request.ts). Written together, by one user. */
export const decisionAnnotations = {
  verb: 'sluice.dev/decision',
  for: 'sluice.dev/decision-for',
  by: 'sluice.dev/decision-by',
  groups: 'sluice.dev/decision-groups',
  via: 'sluice.dev/decision-via',
  reason: 'sluice.dev/decision-reason',
  until: 'sluice.dev/decision-until',
} as const;
/** On the decision policy and its binding: the version of its rules, by which the controller knows them. */
export const decisionPolicyLabels = { 'sluice.dev/decision-policy': '1' } as const;
/** On the target: the user who asked for its present revision. */
export const requestedByAnnotation = 'sluice.dev/requested-by';

/** On an object of somebody else: "true" hands it over to the Canary that wants one of its name. */
export const adoptAnnotation = 'sluice.dev/adopt';
/** On an object that was taken over: its original as JSON, so that it can be restored. */
export const originalAnnotation = 'sluice.dev/original';
/** On the primary: the ControllerRevision that keeps its version from before the last promotion. */
export const previousAnnotation = 'sluice.dev/previous';

/** These annotations stop Flux from changing the objects that the controller generates. */
export const toolkitAnnotations: Readonly<Record<string, string>> = {
  'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
  'helm.toolkit.fluxcd.io/driftDetection': 'disabled',
};

/** Flux's marks of ownership: copied to a generated object they would make Flux prune or revert it. */
export function isToolkitKey(key: string): boolean {
  return key.includes('toolkit.fluxcd.io');
}

/** `-include-label-prefix`: `*` lets all pass, an empty entry nothing, toolkit keys never. */
export function passesPrefixes(key: string, prefixes: readonly string[]): boolean {
  if (isToolkitKey(key)) return false;
  return prefixes.some((prefix) => prefix === '*' || (prefix !== '' && key.startsWith(prefix)));
}
