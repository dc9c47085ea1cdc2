import { beforeAll, expect, it } from 'vitest';
import { canaryStatusSchema } from '@sluice/sluice/api/canary-status.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { structuralSchema } from '@sluice/sluice/api/structural-schema.ts';
import { installedCrdProblem } from '@sluice/sluice/controller/installed-crd.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { fillSchema } from '../support/rigs/fill-schema.ts';
import { conditionsOf, definitions, installDefinitions } from '../support/real/install-definitions.ts';
import { describeOnRealKube } from '../support/real/real-kube.ts';
import { scenarioCanary } from '../support/scenario/objects.ts';

const ref = { namespace: 'default', name: 'podinfo' };

describeOnRealKube('the definitions in deploy/crds with', (client) => {
  let before: string | undefined;
  beforeAll(async () => {
    before = await installedCrdProblem(client(), within());
    await installDefinitions(client());
  });

  it('are accepted without a violation of structural schemas', async () => {
    for (const { metadata } of definitions) {
      const conditions = await conditionsOf(client(), metadata.name);
      expect(conditions.filter(({ type }) => type === 'NonStructuralSchema')).toEqual([]);
    }
  });

  it('are what the controller asks for when it starts', async () => {
    expect(before).toContain('canaries.flagger.app is not installed');
    expect(await installedCrdProblem(client(), within())).toBeUndefined();
  });

  it('keep every field of the status that Sluice may write', async () => {
    const status = asRecord(fillSchema(structuralSchema(canaryStatusSchema, 'status')));
    expect(Object.keys(status).length).toBeGreaterThan(15);
    const canary = scenarioCanary({});
    await client().create(
      canaries,
      { ...canary, metadata: { name: 'podinfo', namespace: 'default' } },
      within(),
    );
    const written = await client().mergePatch(canaries, ref, { status }, { subresource: 'status' }, within());
    expect(written['status']).toEqual(status);
    expect((await client().get(canaries, ref, within()))['status']).toEqual(status);
  });
});
