import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { namespaces } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { parseQuery } from '@sluice/local/query/promql/parse-query.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { parseCanary } from '@sluice/sluice/api/parse-canary.ts';
import { findMetricProvider } from '@sluice/sluice/metrics/index.ts';
import { findRouter } from '@sluice/sluice/routers/index.ts';
import { renderQuery } from '@sluice/sluice/rules/metrics/query-template.ts';
import { validateCanary } from '@sluice/sluice/rules/validation/validate-canary.ts';
import { findScaler } from '@sluice/sluice/scalers/index.ts';
import { findWorkload } from '@sluice/sluice/workloads/index.ts';
import { namespacesOf, readExamples } from './support/docs/read-examples.ts';
import type { Example } from './support/docs/read-examples.ts';
import { root } from './support/docs/read-pages.ts';
import { queryContext } from './support/rigs/query-context.ts';

const { objects, completed, values } = readExamples();
const canaries = [...objects.filter(({ object }) => object['kind'] === 'Canary'), ...completed];

/** MetricTemplates of a page, which Canaries of the same page name. */
const templates = objects.filter(({ object }) => object['kind'] === 'MetricTemplate');
const pageOf = ({ at }: Example): string => at.replace(/:\d+$/, '');

describe('the YAML of the documents', () => {
  let send: (path: string, init?: RequestInit) => Promise<Response>;

  beforeAll(() => {
    const store = createStore({ now: () => Date.now() });
    installBasics(store, 'deploy/crds');
    for (const name of namespacesOf(objects)) {
      if (store.get(namespaces, { name }) !== undefined) continue;
      store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    const { app } = createApiServer({ store, now: () => Date.now() });
    send = async (path, init) => app.fetch(new Request(`http://local${path}`, init));
  });

  /** What the API server says to a server-side dry run; empty when it accepts the object. */
  async function refusal({ object }: Example): Promise<string> {
    const { apiVersion, kind, metadata } = object;
    const base = apiVersion === 'v1' ? '/api/v1' : `/apis/${String(apiVersion)}`;
    const { resources = [] } = (await (await send(base)).json()) as {
      readonly resources?: readonly {
        readonly name: string;
        readonly kind: string;
        readonly namespaced: boolean;
      }[];
    };
    const resource = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (resource === undefined) return `the API server has no ${String(kind)} of ${String(apiVersion)}`;
    const { name, namespace = 'default' } = asRecord(metadata);
    const within = resource.namespaced ? `/namespaces/${String(namespace)}` : '';
    const query = 'dryRun=All&fieldManager=documents&fieldValidation=Strict&force=true';
    const response = await send(`${base}${within}/${resource.name}/${String(name)}?${query}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify(object),
    });
    return response.ok ? '' : await response.text();
  }

  async function refusals(all: readonly Example[]): Promise<readonly string[]> {
    const said = await Promise.all(all.map(async (example) => [example.at, await refusal(example)] as const));
    return said.filter(([, text]) => text !== '').map(([at, text]) => `${at}: ${text}`);
  }

  test('is accepted by a server-side dry run, without unknown fields', async () => {
    expect(objects.length).toBeGreaterThan(8);
    expect(await refusals(objects)).toEqual([]);
  });

  test('that shows a part of a Canary is accepted as part of one', async () => {
    expect(completed.length).toBeGreaterThan(15);
    expect(await refusals(canaries)).toEqual([]);
  });

  test('is refused by that dry run when a field is wrong', async () => {
    const [wrong] = canaries.map(({ at, object }) => ({
      at,
      object: { ...object, spec: { ...asRecord(object['spec']), analisys: {} } },
    }));
    expect(wrong === undefined ? '' : await refusal(wrong)).toContain('analisys');
  });

  test('of Canaries is none that the controller calls Invalid', () => {
    const problems = canaries.flatMap((example) => {
      const { at, object } = example;
      const parsed = parseCanary(object as never);
      if ('problems' in parsed) return [{ at, problems: parsed.problems }];
      const checked = validateCanary(parsed.canary, {
        defaultProvider: 'gatewayapi:v1',
        isProvider: (name) => findRouter(name) !== undefined,
        isWorkload: (kind) => findWorkload(kind) !== undefined,
        isScaler: (kind) => findScaler(kind) !== undefined,
        isMetricProvider: (type) => findMetricProvider(type) !== undefined,
        findMetricTemplate: ({ name }) =>
          templates
            .filter((template) => pageOf(template) === pageOf(example))
            .map((template) => template.object as never as AnyKubeObject)
            .find(({ metadata }) => metadata.name === name),
        renderQuery,
      });
      return checked.problems.length === 0 ? [] : [{ at, problems: checked.problems }];
    });
    expect(problems).toEqual([]);
  });

  test('of charts names values that the chart has', () => {
    expect(values.length).toBeGreaterThan(1);
    const unknown = values.flatMap(({ at, chart, object }) => {
      const known = asRecord(parse(readFileSync(join(root, chart, 'values.yaml'), 'utf8')));
      return Object.entries(object)
        .flatMap(([name, value]) =>
          // Deeper ones of a list, or of a map that the chart leaves empty, are Kubernetes' own.
          [name, ...Object.keys(asRecord(value)).map((inner) => `${name}.${inner}`)],
        )
        .filter((path) => {
          const [name = '', inner] = path.split('.');
          return (
            !Object.hasOwn(known, name) ||
            (inner !== undefined && !Object.hasOwn(asRecord(known[name]), inner))
          );
        })
        .map((path) => `${at}: ${path}`);
    });
    expect(unknown).toEqual([]);
  });

  test('of MetricTemplates has queries that Prometheus can read', () => {
    expect(templates.length).toBeGreaterThan(2);
    const context = queryContext({ variables: { codes: '5..|429' } });
    for (const { at, object } of templates) {
      const query = renderQuery(String(asRecord(object['spec'])['query']), context);
      expect(() => parseQuery(query), at).not.toThrow();
    }
  });
});
