import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { canaryStatusSchema } from '../../src/api/canary-status.ts';
import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { canaries, customResourceDefinitions } from '../../src/api/resources.ts';
import { structuralSchema } from '../../src/api/structural-schema.ts';
import { installedCrdProblem } from '../../src/controller/installed-crd.ts';
import { asList, asRecord } from '../../src/lib/json-read.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { fillSchema } from '../support/fill-schema.ts';
import { describeOnRealKube } from '../support/real-kube.ts';
import { scenarioCanary } from '../support/scenario-objects.ts';

const folder = 'deploy/crds';
const definitions = readdirSync(folder).flatMap((file) =>
  parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map(
    (document) => document.toJS() as AnyKubeObject,
  ),
);
const ref = { namespace: 'default', name: 'podinfo' };

describeOnRealKube('the definitions in deploy/crds with', (client) => {
  const isEstablished = async (name: string): Promise<boolean> => {
    const found = await client().get(customResourceDefinitions, { name }, within());
    const conditions = asList(asRecord(found['status'])['conditions']).map(asRecord);
    return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
  };

  let before: string | undefined;
  beforeAll(async () => {
    before = await installedCrdProblem(client(), within());
    for (const definition of definitions)
      await client().create(customResourceDefinitions, definition, within());
    for (const { metadata } of definitions)
      await vi.waitUntil(() => isEstablished(metadata.name), { timeout: 10_000, interval: 50 });
  });

  it('are accepted without a violation of structural schemas', async () => {
    for (const { metadata } of definitions) {
      const found = await client().get(customResourceDefinitions, { name: metadata.name }, within());
      const conditions = asList(asRecord(found['status'])['conditions']).map(asRecord);
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
