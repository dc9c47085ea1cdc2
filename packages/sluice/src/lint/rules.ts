/** `error`: the controller or the API server refuses the object. `warning`: it works, but probably not as intended. */
export type Severity = 'error' | 'warning' | 'note';

export interface Rule {
  readonly severity: Severity;
  /** Heading of the page docs/reference/lint.md that holds its table. */
  readonly group: string;
  /** What it finds, without a full stop. */
  readonly title: string;
}

const files = 'Files and documents';
const fields = 'Fields';
const targets = 'Target, services and routes';
const steps = 'Time and weights';
const judging = 'Metrics and judgement';
const hooks = 'Hooks, gates and approvals';

const error = (group: string, title: string) => ({ severity: 'error', group, title }) as const;
const warning = (group: string, title: string) => ({ severity: 'warning', group, title }) as const;
const note = (group: string, title: string) => ({ severity: 'note', group, title }) as const;

/** Every rule by its id. An id is never given to another rule; docs/reference/lint.md lists the same. */
export const rules = {
  YAML001: error(files, 'text that is not YAML'),
  YAML002: error(files, 'a key that a map has twice'),
  YAML003: warning(files, 'a plain `yes`, `no`, `on` or `off`, which kubectl reads as true or false'),
  YAML004: error(files, 'a document that is nested too deeply, or has too many aliases'),
  OBJECT001: error(files, 'a kind or version of flagger.app that the CRDs do not have'),
  OBJECT002: error(files, 'an object without a name'),
  OBJECT003: warning(files, 'one object twice in a file'),

  FIELD001: error(fields, 'a value that the schema does not allow'),
  FIELD002: error(fields, 'a missing field'),
  FIELD003: warning(fields, 'a field that does not exist: a typo, or in the wrong place'),
  FIELD004: error(fields, 'a spec that is too large'),
  FIELD005: error(fields, 'any other value that makes a Canary `Invalid`'),
  FIELD006: warning(fields, 'any other field that is not followed as written'),
  REF001: error(fields, 'a reference to another namespace (with `--no-cross-namespace-refs`)'),
  ALERT001: warning(fields, 'alerts, which are not sent yet'),

  TARGET001: error(targets, 'a kind of target that cannot be rolled out'),
  TARGET002: warning(targets, 'a Service as target of a provider that cannot split traffic'),
  TARGET003: warning(targets, 'an apiVersion that does not belong to the kind of the target'),
  TARGET004: warning(targets, 'a target named like an object that the controller makes'),
  CLAIM001: error(targets, 'two Canaries of one target, primary or service'),
  NAME001: error(targets, 'a name that services or ports cannot have'),
  SCALER001: warning(targets, 'an autoscaler of a target that nothing scales'),
  SCALER002: warning(targets, 'a version of an autoscaler that Kubernetes removed'),
  PROVIDER001: error(targets, 'a provider that is not supported'),
  SERVICE001: error(targets, 'a port or backend of `spec.service` that cannot be'),
  SERVICE002: warning(targets, 'a field of `spec.service` that the provider does not follow'),
  ROUTE001: error(targets, 'a route that the provider cannot express'),
  ROUTE002: warning(targets, '`mirror` where no request is copied'),
  ROUTE003: error(targets, 'session affinity that the provider cannot give, or two cookies of one name'),
  ROUTE004: warning(targets, 'session affinity in an A/B test'),

  TIME001: error(steps, 'a duration that cannot be read, or is too short'),
  TIME002: warning(steps, 'rollout hooks that may take longer than the interval, retries included'),
  TIME003: note(steps, "an interval below the controller's `-min-interval`"),
  TIME004: warning(steps, 'reminders that come after the deadline'),
  WEIGHT001: error(steps, 'weights or iterations by which a rollout cannot advance'),
  WEIGHT002: warning(steps, 'a weight above 100'),
  WEIGHT003: warning(steps, 'steps that go past `maxWeight`'),
  WEIGHT004: warning(steps, 'a field of the analysis that does not count with this strategy'),
  WEIGHT005: warning(steps, '`match` or iterations of a provider that cannot split traffic'),
  WEIGHT006: note(steps, 'all traffic at the first step'),

  METRIC001: error(judging, 'a metric that cannot be measured'),
  METRIC002: warning(judging, 'a metric without bounds'),
  METRIC003: note(judging, 'a MetricTemplate that is in none of the files'),
  METRIC004: error(judging, 'a MetricTemplate for a back end that is not supported'),
  METRIC005: warning(judging, '`threshold` beside `thresholdRange`'),
  JUDGE001: warning(judging, 'an analysis without anything that can stop a bad revision'),
  JUDGE002: note(
    judging,
    'an analysis without metrics and rollout hooks: only gates and rollback hooks stop it',
  ),
  JUDGE003: note(judging, 'a threshold of 0 or 1: the first failed check rolls back'),
  JUDGE004: note(judging, '`skipAnalysis`: revisions are promoted unchecked'),

  HOOK001: error(hooks, 'a URL that is not absolute http or https'),
  HOOK002: note(hooks, 'a rollback hook without `pollInterval`'),
  HOOK003: warning(hooks, 'a URL with a user or password'),
  HOOK004: warning(hooks, 'two hooks of the same name and type'),
  HOOK005: warning(hooks, 'a field of a hook that does not count for its type'),
  HOOK006: warning(hooks, 'the address of a chat, which refuses the payload of hooks'),
  HOOK007: note(hooks, 'a `curl` in a command that passes when the server answers with an error'),
  GATE001: note(hooks, 'a gate by URL, which has no deadline'),
  GATE002: warning(hooks, 'an approval without a deadline'),
  GATE003: note(hooks, 'an approval that passes by itself at its deadline'),
  APPROVAL001: error(hooks, 'an approval of a type that people cannot decide'),
  APPROVAL002: error(hooks, 'a quorum that the approvers cannot reach'),
  APPROVAL003: warning(hooks, '`requesterMayApprove: false` where names count that nobody verified'),
  APPROVAL004: warning(hooks, 'a quorum out of reach when one of the approvers requested the revision'),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof rules;

export const ruleIds = Object.keys(rules) as readonly RuleId[];

/** `docs/reference/lint.md#time-and-weights`: the table that explains a rule, relative to this repository. */
export function pageOf(id: RuleId): string {
  const anchor = rules[id].group
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
  return `docs/reference/lint.md#${anchor}`;
}
