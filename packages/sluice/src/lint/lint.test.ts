import { describe, expect, it } from 'vitest';
import { findMetricProvider } from '../metrics/index.ts';
import { findRouter } from '../routers/index.ts';
import { findScaler } from '../scalers/index.ts';
import { findWorkload } from '../workloads/index.ts';
import { lint } from './lint.ts';
import type { LintSettings } from './lint-parts.ts';
import type { LintReport } from './finding.ts';
import { ruleIds, rules } from './rules.ts';
import type { RuleId } from './rules.ts';

const sound = `apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: podinfo
  namespace: test
spec:
  provider: gatewayapi:v1
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: podinfo
  autoscalerRef:
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    name: podinfo
  service:
    port: 9898
    gatewayRefs:
      - name: gateway
  analysis:
    interval: 1m
    threshold: 5
    stepWeight: 10
    maxWeight: 50
    metrics:
      - name: request-success-rate
        thresholdRange:
          min: 99
    webhooks:
      - name: load
        type: rollout
        url: http://tester.test/
        timeout: 5s
`;

const template = `---
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata:
  name: errors
  namespace: test
spec:
  provider:
    type: prometheus
    address: http://prometheus.test:9090
  query: vector(1)
`;

const approval = (...lines: readonly string[]): string =>
  ['    webhooks:', '      - name: people', '        type: confirm-promotion', '        approval:', ...lines]
    .map((line, index) => (index < 4 ? line : `          ${line}`))
    .join('\n');

const settings: LintSettings = {
  meshProvider: undefined,
  minimumIntervalMs: 10_000,
  noCrossNamespaceRefs: false,
};

function run(text: string, more: Partial<LintSettings> = {}): LintReport {
  const parts = {
    findRouter,
    findWorkload,
    findScaler,
    isMetricProvider: (type: string) => findMetricProvider(type) !== undefined,
  };
  return lint([{ name: 'canary.yaml', text }], parts, { ...settings, ...more });
}

/** `ID text`, with the text that the finding points at, up to the end of its line. */
function found(text: string, more: Partial<LintSettings> = {}): readonly string[] {
  const lines = text.split('\n');
  return run(text, more).findings.map(
    ({ rule, line, column }) => `${rule} ${lines[line - 1]?.slice(column - 1) ?? 'outside of the text'}`,
  );
}

/** The sound Canary with one text in the place of another. */
function edited(from: string, to: string): string {
  if (!sound.includes(from)) throw new Error(`the Canary has no ${from}`);
  return sound.replace(from, () => to);
}

const hooks =
  '    webhooks:\n      - name: load\n        type: rollout\n        url: http://tester.test/\n        timeout: 5s';
const hook = (type: string, ...lines: readonly string[]): string =>
  [hooks, '      - name: other', `        type: ${type}`, ...lines.map((line) => `        ${line}`)].join(
    '\n',
  );
const metrics =
  '    metrics:\n      - name: request-success-rate\n        thresholdRange:\n          min: 99';

/** Rule, a text of the sound Canary, what stands in its place, and what the finding points at. */
const cases: readonly (readonly [RuleId, string, string, string])[] = [
  ['YAML001', 'interval: 1m', 'interval: "1m', ''],
  ['YAML002', '    threshold: 5', '    threshold: 5\n    threshold: 6', 'threshold: 6'],
  ['YAML003', 'timeout: 5s', 'timeout: 5s\n        metadata:\n          upload: yes', 'yes'],
  [
    'YAML004',
    'timeout: 5s',
    `timeout: 5s\n        metadata: {a: [&b b${', *b'.repeat(1_001)}]}`,
    'apiVersion: flagger.app/v1beta1',
  ],
  ['OBJECT001', 'kind: Canary', 'kind: Canery', 'kind: Canery'],
  ['OBJECT001', 'flagger.app/v1beta1', 'flagger.app/v1alpha3', 'apiVersion: flagger.app/v1alpha3'],
  ['OBJECT002', '  name: podinfo\n  namespace', '  namespace', 'metadata:'],
  ['OBJECT003', '        timeout: 5s\n', `        timeout: 5s\n---\n${sound}`, 'name: podinfo'],
  ['FIELD001', 'threshold: 5', 'threshold: many', 'threshold: many'],
  ['FIELD001', 'stepWeight: 10', 'stepWeight: 10\n    iterations: 3', 'analysis:'],
  ['FIELD002', '    interval: 1m\n', '', 'analysis:'],
  ['FIELD003', 'maxWeight: 50', 'maxWieght: 50', 'maxWieght: 50'],
  ['FIELD003', '    interval: 1m', '    skipAnalysis: false\n    interval: 1m', 'skipAnalysis: false'],
  ['FIELD003', '  namespace: test', '  namespace: test\n  lables: {a: b}', 'lables: {a: b}'],
  ['FIELD003', '  - name: gateway', '  - name: gateway\n        sectonName: https', 'sectonName: https'],
  ['FIELD004', '    webhooks:', `    match: [${'{headers: {}},'.repeat(9000)}]\n    webhooks:`, 'spec:'],
  [
    'REF001',
    '        thresholdRange',
    '        templateRef: {name: errors, namespace: far}\n        thresholdRange',
    'namespace: far}',
  ],
  [
    'ALERT001',
    '    webhooks:',
    '    alerts: [{name: on-call, providerRef: {name: slack}}]\n    webhooks:',
    'alerts: [{name: on-call, providerRef: {name: slack}}]',
  ],
  ['TARGET001', 'kind: Deployment', 'kind: StatefulSet', 'kind: StatefulSet'],
  [
    'TARGET002',
    'provider: gatewayapi:v1\n  targetRef:\n    apiVersion: apps/v1\n    kind: Deployment',
    'provider: kubernetes\n  targetRef:\n    apiVersion: v1\n    kind: Service',
    'kind: Service',
  ],
  ['TARGET003', 'apiVersion: apps/v1', 'apiVersion: extensions/v1beta1', 'apiVersion: extensions/v1beta1'],
  [
    'TARGET004',
    'kind: Deployment\n    name: podinfo',
    'kind: Deployment\n    name: podinfo-primary',
    'name: podinfo-primary',
  ],
  [
    'CLAIM001',
    '        timeout: 5s\n',
    `        timeout: 5s\n---\n${sound.replace('name: podinfo', 'name: second')}`,
    'name: podinfo',
  ],
  ['NAME001', '    port: 9898', '    port: 9898\n    portName: HTTP', 'portName: HTTP'],
  ['SCALER001', 'kind: Deployment', 'kind: DaemonSet', 'autoscalerRef:'],
  ['SCALER002', 'autoscaling/v2', 'autoscaling/v2beta2', 'apiVersion: autoscaling/v2beta2'],
  ['PROVIDER001', 'gatewayapi:v1', 'istio', 'provider: istio'],
  ['SERVICE001', 'port: 9898', 'port: 98980', 'port: 98980'],
  ['SERVICE002', '    port: 9898', '    port: 9898\n    retries: {attempts: 3}', 'retries: {attempts: 3}'],
  ['ROUTE001', '    port: 9898', '    port: 9898\n    hosts: [a.example.com, "*"]', '"*"]'],
  [
    'ROUTE002',
    'stepWeight: 10\n    maxWeight: 50',
    'iterations: 2\n    match: [{headers: {a: {exact: b}}}]\n    mirror: true',
    'mirror: true',
  ],
  [
    'ROUTE003',
    '    webhooks:',
    '    sessionAffinity: {cookieName: a, primaryCookieName: a}\n    webhooks:',
    'primaryCookieName: a}',
  ],
  [
    'ROUTE004',
    'stepWeight: 10\n    maxWeight: 50',
    'iterations: 2\n    match: [{headers: {a: {exact: b}}}]\n    sessionAffinity: {cookieName: a}',
    'sessionAffinity: {cookieName: a}',
  ],
  ['TIME001', 'timeout: 5s', 'timeout: 5s5', 'timeout: 5s5'],
  ['TIME002', 'timeout: 5s', 'timeout: 25s\n        retries: 2', 'timeout: 25s'],
  ['TIME003', 'interval: 1m', 'interval: 9s', 'interval: 9s'],
  ['TIME004', hooks, approval('deadline: 60m', 'remindEvery: 60m'), 'remindEvery: 60m'],
  ['WEIGHT001', 'stepWeight: 10', 'stepWeights: [10, 5]', '5]'],
  ['WEIGHT002', 'stepWeight: 10\n    maxWeight: 50', 'stepWeights: [10, 101]', '101]'],
  ['WEIGHT003', 'stepWeight: 10', 'stepWeight: 20', 'maxWeight: 50'],
  ['WEIGHT004', 'stepWeight: 10', 'stepWeights: [10, 20]', 'maxWeight: 50'],
  ['WEIGHT004', '    webhooks:', '    mirror: true\n    mirrorWeight: 10\n    webhooks:', 'mirrorWeight: 10'],
  [
    'WEIGHT004',
    '    webhooks:',
    '    match: [{headers: {a: {exact: b}}}]\n    webhooks:',
    'match: [{headers: {a: {exact: b}}}]',
  ],
  ['WEIGHT005', 'gatewayapi:v1', 'kubernetes', 'analysis:'],
  ['WEIGHT006', 'stepWeight: 10\n    maxWeight: 50', 'stepWeight: 100', 'stepWeight: 100'],
  ['METRIC001', 'name: request-success-rate', 'name: my-rate', 'name: my-rate'],
  ['METRIC002', '        thresholdRange:\n          min: 99\n', '', 'name: request-success-rate'],
  [
    'METRIC002',
    '        thresholdRange:\n          min: 99\n',
    '        thresholdRange: {}\n',
    'thresholdRange: {}',
  ],
  [
    'METRIC003',
    '        thresholdRange',
    '        templateRef: {name: errors}\n        thresholdRange',
    'templateRef: {name: errors}',
  ],
  [
    'METRIC004',
    '        timeout: 5s\n',
    `        timeout: 5s\n${template.replace('prometheus', 'splunk')}`,
    'type: splunk',
  ],
  ['METRIC005', '        thresholdRange', '        threshold: 99\n        thresholdRange', 'threshold: 99'],
  ['JUDGE001', `${metrics}\n${hooks}`, '    metrics: []', 'analysis:'],
  ['JUDGE002', `${metrics}\n${hooks}`, approval('deadline: 60m'), 'analysis:'],
  ['JUDGE003', 'threshold: 5', 'threshold: 0', 'threshold: 0'],
  ['JUDGE004', '  analysis:', '  skipAnalysis: true\n  analysis:', 'skipAnalysis: true'],
  ['HOOK001', 'http://tester.test/', 'tester.test', 'url: tester.test'],
  ['HOOK002', hooks, hook('rollback', 'url: http://tester.test/'), 'name: other'],
  ['HOOK003', 'http://tester.test/', 'http://ci:secret@tester.test/', 'url: http://ci:secret@tester.test/'],
  [
    'HOOK004',
    hooks,
    hook('""', 'url: http://tester.test/').replace('name: other', 'name: load'),
    'name: load',
  ],
  ['HOOK005', 'timeout: 5s', 'timeout: 5s\n        pollInterval: 5s', 'pollInterval: 5s'],
  [
    'HOOK005',
    hooks,
    approval('deadline: 60m').replace('        approval', '        retries: 2\n        approval'),
    'retries: 2',
  ],
  [
    'HOOK006',
    hooks,
    hook('event', 'url: https://hooks.slack.com/services/T0/B0/x'),
    'url: https://hooks.slack.com/services/T0/B0/x',
  ],
  [
    'HOOK007',
    'timeout: 5s',
    'timeout: 5s\n        metadata: {cmd: curl http://podinfo-canary/}',
    'cmd: curl http://podinfo-canary/}',
  ],
  ['GATE001', hooks, hook('confirm-rollout', 'url: http://tester.test/'), 'name: other'],
  ['GATE002', hooks, approval('quorum: 1'), 'approval:'],
  ['GATE003', hooks, approval('deadline: 60m', 'onDeadline: pass'), 'onDeadline: pass'],
  ['APPROVAL001', hooks, approval('deadline: 60m').replace('confirm-promotion', 'event'), 'type: event'],
  [
    'APPROVAL002',
    hooks,
    approval('deadline: 60m', 'quorum: 2', 'approvers: {users: [alice, alice]}'),
    'quorum: 2',
  ],
  [
    'APPROVAL003',
    hooks,
    approval('deadline: 60m', 'requesterMayApprove: false'),
    'requesterMayApprove: false',
  ],
  [
    'APPROVAL004',
    hooks,
    approval('deadline: 60m', 'requesterMayApprove: false', 'approvers: {users: [alice]}'),
    'approval:',
  ],
];

describe('a finding', () => {
  const titled = cases.map(([rule, from, to, at]) => ({ rule, from, to, at }));
  it.each(titled)('of $rule points at: $at', ({ rule, from, to, at }) => {
    const report = found(edited(from, to), { noCrossNamespaceRefs: rule === 'REF001' });
    expect(report).toContain(`${rule} ${at}`);
  });

  it('is made by every rule but the two for checks that have none yet', () => {
    const covered = new Set(cases.map(([rule]) => rule));
    expect(ruleIds.filter((rule) => !covered.has(rule))).toEqual(['FIELD005', 'FIELD006']);
  });

  it('has the severity of its rule', () => {
    for (const [rule, from, to] of cases)
      for (const { severity, rule: id } of run(edited(from, to)).findings)
        expect([rule, id, severity]).toEqual([rule, id, rules[id].severity]);
  });

  it.each([
    ['nothing', sound],
    [
      'a MetricTemplate of the file',
      edited('        thresholdRange', '        templateRef: {name: errors}\n        thresholdRange') +
        template,
    ],
    [
      'a rollback hook that polls',
      edited(hooks, hook('rollback', 'url: http://tester.test/', 'pollInterval: 5s')),
    ],
    ['steps that end at maxWeight', edited('stepWeight: 10', 'stepWeight: 25')],
    ['hooks that just fit into the interval', edited('timeout: 5s', 'timeout: 20s\n        retries: 2')],
    ['curl with --fail', edited('timeout: 5s', 'timeout: 5s\n        metadata: {cmd: curl -sf http://x/}')],
    [
      'curl whose answer is compared',
      edited('timeout: 5s', "timeout: 5s\n        metadata: {cmd: 'curl -s http://x/ | grep ok'}"),
    ],
    [
      'an approval with a deadline',
      edited(hooks, `${hooks}\n${approval('deadline: 60m').replace('    webhooks:\n', '')}`),
    ],
    ['a switch of people', edited(hooks, `${hooks}\n      - {name: back, type: rollback, approval: {}}`)],
    [
      'a requester among a group',
      edited(
        hooks,
        `${hooks}\n${approval('deadline: 60m', 'requesterMayApprove: false', 'approvers: {groups: [sre]}').replace('    webhooks:\n', '')}`,
      ),
    ],
    ['no provider', edited('  provider: gatewayapi:v1\n', '')],
    ['a status, as kubectl get prints it', `${sound}status: {phase: Odd, failedChecks: many}\n`],
    ['a quoted word', edited('timeout: 5s', 'timeout: 5s\n        metadata: {upload: "yes"}')],
    [
      'merge keys and aliases',
      edited(
        '    webhooks:\n',
        '    webhooks:\n      - &gate {name: first, url: "http://tester.test/", timeout: 5s}\n      - <<: *gate\n        name: second\n',
      ),
    ],
    ['JSON', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } })],
    ['an empty file', ''],
    ['an object of many levels of another kind', `spec: ${'{a: '.repeat(50)}1${'}'.repeat(50)}`],
    ['only comments', '# nothing\n---\n# here\n'],
  ])('is not made of %s', (_what, text) => {
    expect(found(text)).toEqual([]);
  });

  it('of an unknown field names the one that was probably meant, or where it belongs', () => {
    const messages = (from: string, to: string) =>
      run(edited(from, to)).findings.map(({ message }) => message);
    expect(messages('maxWeight', 'maxWieght')).toContain(
      'spec.analysis.maxWieght is not a field of spec.analysis, and is ignored; did you mean maxWeight?',
    );
    expect(messages('  analysis:', '  threshold: 1\n  canaryAnalysis: {}\n  analysis:')).toEqual([
      'spec.threshold is not a field of spec, and is ignored',
      'spec.canaryAnalysis is not a field of spec, and is ignored; did you mean analysis?',
    ]);
    expect(messages('    interval: 1m', '    skipAnalysis: false\n    interval: 1m')).toEqual([
      'spec.analysis.skipAnalysis is not a field of spec.analysis, and is ignored; it belongs in spec',
    ]);
  });

  it('shows no secret of a URL', () => {
    const text = edited('http://tester.test/', 'ftp://ci:hunter2@tester.test/?token=hunter2');
    expect(run(text).findings).not.toEqual([]);
    expect(JSON.stringify(run(text).findings)).not.toContain('hunter2');
  });

  it('of a template that was not rendered says how to render it', () => {
    const [first] = run(edited('interval: 1m', 'interval: {{ .Values.interval }}')).findings;
    expect(first?.message).toContain('helm template CHART | sluice lint -');
  });

  it('in a List stands at its item', () => {
    const item = sound.replace('stepWeight: 10', 'stepWeight: 20').replaceAll('\n', '\n    ').trimEnd();
    const text = `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n  - ${item}\n`;
    expect(found(text)).toEqual(['WEIGHT003 maxWeight: 50']);
    expect(run(text)).toMatchObject({ checked: 1, skipped: 1 });
  });

  it('of a key with dots, slashes and brackets stands at that key', () => {
    const text = edited('timeout: 5s', 'timeout: 5s\n        metadata: {a.b/c: 1, "a[0]": {}, a: "1"}');
    expect(found(text)).toEqual(['FIELD001 a.b/c: 1, "a[0]": {}, a: "1"}', 'FIELD001 "a[0]": {}, a: "1"}']);
  });
});

describe('a document', () => {
  it.each([
    ['holds itself by an alias', 'spec: &spec {analysis: *spec}', 'an alias stands within its own anchor'],
    ['has too many levels', `spec: ${'['.repeat(101)}${']'.repeat(101)}`, 'it has more than 100 levels'],
  ])('that %s is an error, and is not checked', (_what, spec, why) => {
    const report = run(`apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: x}\n${spec}\n`);
    expect(report.findings.map(({ rule, message }) => `${rule} ${message}`)).toEqual([
      `YAML004 the document cannot be expanded: ${why}`,
    ]);
    expect(report.checked).toBe(0);
  });
});

describe('a comment that ignores a rule', () => {
  const long = 'timeout: 90s';
  it.each([
    ['at the end of the line', `${long} # sluice lint: ignore TIME002 (it is slow)`],
    ['among others', `${long} # sluice lint: ignore HOOK007, TIME002`],
    ['on a line before', `# sluice lint: ignore TIME002\n        # It is slow.\n        ${long}`],
  ])('counts %s', (_where, to) => {
    expect(found(edited('timeout: 5s', to))).toEqual([]);
  });

  it.each([
    ['another rule', `${long} # sluice lint: ignore TIME003`],
    ['another line', `# sluice lint: ignore TIME002\n        retries: 0\n        ${long}`],
  ])('does not count for %s', (_what, to) => {
    expect(found(edited('timeout: 5s', to)).join()).toContain('TIME002');
  });

  it('does not count for an error', () => {
    const text = edited('stepWeight: 10', 'stepWeight: 0 # sluice lint: ignore WEIGHT001');
    expect(found(text).join()).toContain('WEIGHT001 stepWeight: 0');
  });
});

describe('the report', () => {
  it('counts what was checked and what was skipped', () => {
    const text = `apiVersion: v1\nkind: Service\n---\n${sound}${template}---\n- 1\n`;
    expect(run(text)).toMatchObject({
      files: 1,
      checked: 2,
      skipped: 2,
      counts: { error: 0, warning: 0, note: 0 },
    });
  });

  it('holds at most 1,000 findings, and counts the others', () => {
    const report = run('a: 1\na: 1\n---\n'.repeat(1_200));
    expect(report.findings).toHaveLength(1_000);
    expect(report).toMatchObject({ omitted: 200, counts: { error: 1_200 } });
  });

  it('finds a MetricTemplate of another file, and says nothing of objects of two files', () => {
    const parts = { findRouter, findWorkload, findScaler, isMetricProvider: () => true };
    const named = edited(
      '        thresholdRange',
      '        templateRef: {name: errors}\n        thresholdRange',
    );
    const texts = [named, template, sound.replace('name: podinfo', 'name: other')];
    const files = texts.map((text, index) => ({ name: `${index}.yaml`, text }));
    expect(lint(files, parts, settings).findings).toEqual([]);
  });

  it('says what a MetricTemplate of the files cannot be for this Canary', () => {
    const named = edited(
      '        thresholdRange',
      '        templateRef: {name: errors}\n        thresholdRange',
    );
    const text = named + template.replace('vector(1)', 'sum({{ nonsense }})');
    expect(found(text)).toEqual(['METRIC001 templateRef: {name: errors}']);
  });

  it('takes the provider and the shortest interval of the installation', () => {
    const text = edited('  provider: gatewayapi:v1\n', '').replace('interval: 1m', 'interval: 5s');
    expect(found(text, { minimumIntervalMs: 1_000 })).toEqual([]);
    expect(found(text, { minimumIntervalMs: 1_000, meshProvider: 'istio' })).toEqual(['PROVIDER001 spec:']);
  });
});
