import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { verbs } from '@sluice/sluice/api/decision-status.ts';
import { decisionAnnotations } from '@sluice/sluice/rules/objects/object-keys.ts';
import { readManifests } from '../support/real/install-definitions.ts';
import { helmFor, helmPath } from '../support/real/role/helm.ts';

const chart = 'deploy/chart/sluice';
const policyKinds = ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'];
const ofKustomize = ['decision-policy', 'user-roles'].flatMap((file) =>
  readManifests(`deploy/kustomize/${file}.yaml`),
);
const find = (objects: readonly AnyKubeObject[], kind: string): AnyKubeObject => {
  const found = objects.find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
};
const policyIn = (objects: readonly AnyKubeObject[]) =>
  objects.filter(({ kind }) => policyKinds.includes(kind));
const userRolesIn = (objects: readonly AnyKubeObject[]) =>
  objects.filter(({ metadata }) => /-(viewer|approver|operator)$/.test(metadata.name));

/** A part of the chart that is no template in itself. */
const partOfChart = (name: string): unknown => {
  const text = readFileSync(`${chart}/templates/_decisions.tpl`, 'utf8');
  const [, body] = text.split(`{{- define "sluice.${name}" -}}\n`);
  return parse(body?.split('{{- end }}')[0] ?? '');
};

describe('the decision policy', () => {
  it('has the same rules in the chart as in deploy/kustomize', () => {
    const spec = partOfChart('decisionPolicySpec');
    expect(asList(asRecord(spec)['validations'])).toHaveLength(6);
    expect(spec).toEqual(find(ofKustomize, policyKinds[0] ?? '')['spec']);
    const binding = { policyName: 'sluice-decisions', ...asRecord(partOfChart('decisionBindingSpec')) };
    expect(binding).toEqual(find(ofKustomize, policyKinds[1] ?? '')['spec']);
  });

  it('denies, also where it cannot be evaluated', () => {
    expect(find(ofKustomize, 'ValidatingAdmissionPolicy')['spec']).toMatchObject({ failurePolicy: 'Fail' });
    expect(find(ofKustomize, 'ValidatingAdmissionPolicyBinding')['spec']).toEqual({
      policyName: 'sluice-decisions',
      validationActions: ['Deny'],
    });
  });

  it('knows each annotation of a decision and each verb', () => {
    const text = JSON.stringify(policyIn(ofKustomize));
    for (const key of Object.values(decisionAnnotations)) expect(text).toContain(`'${key}'`);
    for (const verb of verbs) expect(text).toContain(`'${verb}'`);
  });

  it('is labelled, so that the controller recognises it', () => {
    expect(policyIn(ofKustomize)).toHaveLength(2);
    for (const { metadata } of policyIn(ofKustomize))
      expect(metadata.labels).toEqual({ 'sluice.dev/decision-policy': '1' });
  });

  it('comes with the same roles for people in the chart as in deploy/kustomize', () => {
    const roles = userRolesIn(ofKustomize).map(({ metadata: { name, labels }, rules }) => ({
      name: name.replace('sluice-', ''),
      ...(labels === undefined ? {} : { labels }),
      rules,
    }));
    expect(roles.map(({ name }) => name)).toEqual(['viewer', 'approver', 'operator']);
    expect(partOfChart('userRoles')).toEqual(roles);
  });

  it('is part of what deploy/kustomize applies', () => {
    const { resources } = asRecord(parse(readFileSync('deploy/kustomize/kustomization.yaml', 'utf8')));
    expect(resources).toEqual(expect.arrayContaining(['decision-policy.yaml', 'user-roles.yaml']));
  });
});

describe.skipIf(helmPath === undefined)(
  'the decision policy of the chart under helm (needs it on PATH or in $SLUICE_TEST_BIN)',
  () => {
    const current = ['--kube-version', '1.36.3'];
    const rendered = async (...args: readonly string[]): Promise<readonly AnyKubeObject[]> => {
      const { code, stdout, stderr } = await helmFor().run([
        'template',
        'sluice',
        chart,
        '-n',
        'sluice-system',
        ...args,
      ]);
      expect(code, stderr).toBe(0);
      return parseAllDocuments(stdout)
        .map((document) => document.toJS() as AnyKubeObject | null)
        .filter((object) => object !== null);
    };
    /** Names of policies that the controller may read. */
    const readable = (objects: readonly AnyKubeObject[]): readonly unknown[] =>
      objects
        .filter(({ kind }) => kind === 'ClusterRole')
        .flatMap(({ rules }) => asList(rules).map(asRecord))
        .filter(({ resources }) => asList(resources).includes('validatingadmissionpolicies'))
        .flatMap(({ resourceNames }) => asList(resourceNames));

    it('is rendered with its binding, and the controller may read both', async () => {
      const objects = await rendered(...current);
      const specs = policyIn(objects).map(({ metadata, spec }) => ({ name: metadata.name, spec }));
      const wanted = policyIn(ofKustomize).map(({ metadata, spec }) => ({ name: metadata.name, spec }));
      expect(specs).toEqual(wanted);
      for (const { metadata } of policyIn(objects))
        expect(metadata.labels).toMatchObject({ 'sluice.dev/decision-policy': '1' });
      expect(readable(objects)).toEqual(['sluice-decisions']);
    });

    it('has the name of its release', async () => {
      const objects = await rendered(...current, '--set', 'fullnameOverride=rollouts');
      expect(find(objects, 'ValidatingAdmissionPolicyBinding')['spec']).toMatchObject({
        policyName: 'rollouts-decisions',
      });
      expect(readable(objects)).toEqual(['rollouts-decisions']);
      expect(userRolesIn(objects).map(({ metadata }) => metadata.name)).toContain('rollouts-approver');
    });

    it.each([
      ['Kubernetes before 1.30', ['--kube-version', '1.29.9']],
      ['a cluster whose API does not have the kind', [...current, '--api-versions', 'v1/Namespace']],
      ['a controller of one namespace', [...current, '--set', 'namespace=apps']],
      ['a controller of several namespaces', [...current, '--set', 'namespaces={apps,shop}']],
      ['decisionPolicy.enabled=false', [...current, '--set', 'decisionPolicy.enabled=false']],
    ])('is left out for %s, with the right to read it', async (_case, args) => {
      const objects = await rendered(...args);
      expect(find(objects, 'Deployment').metadata.name).toBe('sluice');
      expect(policyIn(objects)).toEqual([]);
      expect(readable(objects)).toEqual([]);
    });

    it('is rendered by the kinds of the cluster, whatever its version is', async () => {
      const kinds = ['v1/Namespace', 'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy'];
      const args = kinds.flatMap((kind) => ['--api-versions', kind]);
      expect(policyIn(await rendered('--kube-version', '1.29.9', ...args))).toHaveLength(2);
    });

    it('can be one that is installed already', async () => {
      const objects = await rendered(...current, '--set', 'decisionPolicy.existing=of-the-platform');
      expect(policyIn(objects)).toEqual([]);
      expect(readable(objects)).toEqual(['of-the-platform']);
    });

    it('has roles for people, which can be left out and are not of a controller of namespaces', async () => {
      expect(userRolesIn(await rendered(...current)).map(({ rules }) => rules)).toEqual(
        userRolesIn(ofKustomize).map(({ rules }) => rules),
      );
      for (const set of ['rbac.userRoles=false', 'rbac.create=false', 'namespace=apps'])
        expect(userRolesIn(await rendered(...current, '--set', set))).toEqual([]);
    });
  },
);
