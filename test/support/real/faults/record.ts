import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { phases } from '@sluice/sluice/api/canary-status.ts';
import type { Phase } from '@sluice/sluice/api/canary-status.ts';
import { deployments, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { canonicalJson } from '@sluice/lib/json/canonical-json.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isExpired } from '@sluice/kube/objects/kube-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { mayFollow } from '@sluice/sluice/rules/run/phase-table.ts';
import { everybodysShare } from '../../scenario/objects.ts';

/** What the API server showed of the canary `podinfo` of one namespace, its primary and its route, by a watch of a client that no fault meets. */
export interface RunRecord {
  readonly phases: readonly string[];
  /** Changes of phase that the phase table does not know. */
  readonly illegal: readonly string[];
  /** Pod templates that the primary had, one after the other. */
  readonly templates: readonly string[];
  /** The canary's share of everybody's traffic. */
  readonly shares: readonly number[];
  stop(): Promise<void>;
}

export function recordRun(client: KubeClient, namespace: string): RunRecord {
  const ending = new AbortController();
  const seen = { phases: [] as string[], illegal: [] as string[], templates: [] as string[] };
  const shares: number[] = [];

  function seeCanary({ metadata, status }: AnyKubeObject, gap: boolean): void {
    if (metadata.name !== 'podinfo') return;
    const phase = phases.find((known) => known === asRecord(status)['phase']);
    const before = seen.phases.at(-1) as Phase | undefined;
    if (phase === undefined || phase === before) return;
    if (before !== undefined && !gap && !mayFollow(before, phase)) seen.illegal.push(`${before} -> ${phase}`);
    seen.phases.push(phase);
  }
  function seeDeployment({ metadata, spec }: AnyKubeObject): void {
    if (metadata.name !== 'podinfo-primary') return;
    const template = canonicalJson(asRecord(spec)['template']);
    if (seen.templates.at(-1) !== template) seen.templates.push(template);
  }
  function seeRoute(route: AnyKubeObject): void {
    if (route.metadata.name !== 'podinfo') return;
    const share = everybodysShare(route) ?? -1;
    if (shares.at(-1) !== share) shares.push(share);
  }
  const follow = (
    resource: ResourceType,
    see: (object: AnyKubeObject, gap: boolean) => void,
  ): Promise<void> => followKind({ client, resource, namespace, see, signal: ending.signal });
  const following = [
    follow(canaries, seeCanary),
    follow(deployments, seeDeployment),
    follow(httpRoutes, seeRoute),
  ];
  return {
    ...seen,
    shares,
    async stop() {
      ending.abort();
      await Promise.all(following);
    },
  };
}

interface Following {
  readonly client: KubeClient;
  readonly resource: ResourceType;
  readonly namespace: string;
  /** `gap`: what came before may have been missed. */
  readonly see: (object: AnyKubeObject, gap: boolean) => void;
  readonly signal: AbortSignal;
}

/** List, then every change; from the version last seen when the server was away, so that nothing is missed but by compaction. */
async function followKind(following: Following): Promise<void> {
  const { signal } = following;
  let version: string | undefined;
  const seen = (next: string | undefined): void => void (version = next ?? version);
  while (!signal.aborted) {
    try {
      if (version === undefined) seen(await listKind(following));
      await watchKind(following, version ?? '', seen);
    } catch (error) {
      if (isExpired(error)) version = undefined;
      if (!signal.aborted) await shortly();
    }
  }
}

async function listKind({ client, resource, namespace, see, signal }: Following): Promise<string> {
  const listed = await client.list(resource, { namespace }, signal);
  for (const item of listed.items) see(item, true);
  return listed.resourceVersion;
}

async function watchKind(
  { client, resource, namespace, see, signal }: Following,
  resourceVersion: string,
  seen: (version: string | undefined) => void,
): Promise<void> {
  const options = { namespace, resourceVersion, timeoutSeconds: 300 };
  for await (const { type, object } of client.watch(resource, options, signal)) {
    seen(object.metadata.resourceVersion);
    if (type === 'ADDED' || type === 'MODIFIED') see(object, false);
  }
}

const shortly = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
