import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { KubeClient, ListOptions } from '@sluice/kube/ports/kube.ts';
import { createCanaryLister } from './canary-lister.ts';

const signal = new AbortController().signal;
const canaryNamed = (name: string): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name, namespace: 'test' },
});

/** A server with `pages` pages of one Canary each; a real one answers in tester-guards.test.ts of the CLI. */
function serverOf(pages: number, asked: ListOptions[]): Pick<KubeClient, 'list'> {
  const list = (_resource: unknown, options: ListOptions) => {
    asked.push(options);
    const page = Number(options.continue ?? 0);
    const next = page + 1 < pages ? { continue: String(page + 1) } : {};
    return Promise.resolve({ resourceVersion: '1', items: [canaryNamed(`canary-${page}`)], ...next });
  };
  return { list };
}

describe('the list of Canaries', () => {
  it('is read page by page, metadata only, in one namespace', async () => {
    const asked: ListOptions[] = [];
    expect(await createCanaryLister(serverOf(3, asked))('test', signal)).toEqual([
      'canary-0',
      'canary-1',
      'canary-2',
    ]);
    const each = { namespace: 'test', limit: 500, metadataOnly: true };
    expect(asked).toEqual([each, { ...each, continue: '1' }, { ...each, continue: '2' }]);
  });

  it('cannot be read when it never ends, or when it is forbidden', async () => {
    await expect(createCanaryLister(serverOf(11, []))('test', signal)).rejects.toThrow(
      'more than 5000 Canaries',
    );
    const forbidden = { list: () => Promise.reject(new KubeError('no', { code: 403, reason: 'Forbidden' })) };
    const lister = createCanaryLister(forbidden);
    await expect(lister('test', signal)).rejects.toThrow('no');
  });
});
