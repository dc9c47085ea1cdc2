import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { run, startCommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import { diffTemplates } from './diff-templates.ts';

interface Pods {
  readonly image?: string;
  readonly env?: readonly object[];
  readonly config?: string;
  readonly args?: readonly string[];
}

function deployment(
  name: string,
  { image = 'podinfo:1', env = [], config = 'settings', args = [] }: Pods,
): AnyKubeObject {
  const labels = { app: name };
  const isPrimary = name.endsWith('-primary');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'default', name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          ...(isPrimary ? { annotations: { 'sluice.dev/config-revision': 'x', 'flagger-id': 'y' } } : {}),
        },
        spec: {
          containers: [{ name: 'podinfod', image, args, env, envFrom: [{ configMapRef: { name: config } }] }],
        },
      },
    },
  };
}

const diff = (target: Pods, primary: Pods) =>
  diffTemplates(deployment('podinfo', target), deployment('podinfo-primary', primary));

describe('the diff of pod templates', () => {
  it('is empty where only what the primary has of its own differs: labels, annotations, copies of configuration', () => {
    expect(diff({}, { config: 'settings-primary' })).toEqual({ images: [], text: '' });
  });

  it('names images and shows changed lines with their surroundings', () => {
    const { images, text } = diff({ image: 'podinfo:2' }, {});
    expect(images).toEqual([{ container: 'podinfod', before: 'podinfo:1', after: 'podinfo:2' }]);
    expect(text).toMatch(/^--- primary podinfo-primary\n\+\+\+ target podinfo\n@@ /);
    expect(text).toMatch(/\n- +image: podinfo:1\n\+ +image: podinfo:2\n/);
  });

  it('of a name that ends in -primary by itself shows the change', () => {
    expect(diff({ config: 'other' }, { config: 'settings-primary' }).text).toContain(
      '-            name: settings-primary',
    );
  });

  it('never shows a value that looks like a secret, only that it changed', () => {
    const ways: readonly ((value: string) => Pods)[] = [
      (value) => ({ env: [{ name: 'API_TOKEN', value }] }),
      (value) => ({ env: [{ name: 'DB', value: `pg://me:${value}@db/x` }] }),
      (value) => ({ args: [`--password=${value}`] }),
    ];
    for (const pods of ways) {
      const { text } = diff(pods('s3cret2'), pods('s3cret1'));
      expect(text).not.toContain('s3cret');
      expect(text).toMatch(/-.*\(secret\)\n\+.*\(secret\), changed/);
      expect(diff(pods('s3cret1'), pods('s3cret1')).text).toBe('');
    }
  });
});

describe('sluice diff', () => {
  let cluster: CommandCluster;
  beforeAll(async () => {
    cluster = await startCommandCluster();
    cluster.putCanary('podinfo', { run });
    cluster.putCanary('same', { run });
    cluster.putCanary('bare', { run });
    cluster.putCanary(
      'service',
      { run },
      { targetRef: { apiVersion: 'v1', kind: 'Service', name: 'service' } },
    );
    for (const made of [
      deployment('podinfo', { image: 'podinfo:2' }),
      deployment('podinfo-primary', {}),
      deployment('same', {}),
      deployment('same-primary', {}),
      deployment('bare', {}),
    ])
      cluster.store.create(deployments, made);
  });
  afterAll(() => cluster.close());

  it('shows images first, then the change', async () => {
    const { out, code } = await cluster.sluice(['diff', 'podinfo']);
    expect(out).toMatch(/^podinfod: podinfo:1 → podinfo:2\n--- primary podinfo-primary\n/);
    expect(code).toBe(0);
    const { out: json } = await cluster.sluice(['diff', 'podinfo', '-o', 'json']);
    expect(JSON.parse(json)).toMatchObject({ kind: 'TemplateDiff', images: [{ after: 'podinfo:2' }] });
  });

  it('says that there is none', async () => {
    expect(await cluster.sluice(['diff', 'same'])).toEqual({
      out: '',
      err: 'No difference: same-primary runs what deployment/same asks for.\n',
      code: 0,
    });
  });

  it.each([
    ['bare', 6, 'there is no deployment bare-primary'],
    ['service', 7, 'has no pod template'],
    ['nobody', 6, 'there is no such canary'],
  ])('of %s ends with %i and says why', async (name, code, why) => {
    const answer = await cluster.sluice(['diff', name]);
    expect(answer.err).toContain(why);
    expect(answer.code).toBe(code);
  });
});
