import type { CanaryAnalysis } from '@sluice/sluice/api/canary.ts';
import type { HookResult } from '@sluice/sluice/api/canary-status.ts';
import type { WebhookType } from '@sluice/sluice/api/canary-webhook.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../../../contracts/kube-client/contract-space.ts';
import { startReceiver } from '../../fakes/receiver.ts';
import type { Receiver } from '../../fakes/receiver.ts';
import {
  everybodysShare,
  imageOf,
  replicasOf,
  scenarioCanary,
  scenarioDeployment,
} from '../../scenario/objects.ts';
import { until } from '../until.ts';
import { recordRun } from './record.ts';
import type { RunRecord } from './record.ts';
import type { RealCluster } from '../real-cluster.ts';

export interface FaultRunOptions {
  /** Made for this run; its canary is called podinfo. */
  readonly namespace: string;
  /** Weights of a Gateway API route unless told. */
  readonly provider?: 'gatewayapi:v1' | 'kubernetes';
  readonly podSpec?: Readonly<Record<string, unknown>>;
}

/** One canary of two versions, whose rollout waits in its middle for a gate that the test opens. */
export interface FaultRun {
  readonly record: RunRecord;
  readonly receiver: Receiver;
  /** Resolves when the canary has its first primary. */
  initialized(): Promise<void>;
  /** Begins the rollout; resolves when it stands at its first step and the gate was asked. */
  reachGate(): Promise<void>;
  /** The receiver takes so long for answers at this path from now on; Infinity: until the next call of this. */
  delay(path: string, ms: number): void;
  /** From now on the gate lets pass. */
  openGate(): void;
  /** Resolves when the run has ended with Succeeded and nothing is left to be told. */
  succeeded(timeoutMs?: number): Promise<void>;
  outcome(): Promise<Outcome>;
  close(): Promise<void>;
}

/** What a run leaves behind, and what it did on its way: equal for two runs that went the same way. */
export interface Outcome {
  readonly phase: unknown;
  readonly illegal: readonly string[];
  /** Pod templates that the primary ever had. */
  readonly templates: number;
  readonly image: string | undefined;
  readonly replicas: readonly number[];
  readonly share: number | undefined;
  /** Announcements, each delivery once, in the order in which they first arrived; warnings apart. */
  readonly told: readonly string[];
  readonly warned: readonly string[];
  /** Types of hooks that were asked. */
  readonly asked: readonly string[];
}

const announcing = new Set(['event', 'post-rollout']);

export async function startFaultRun(cluster: RealCluster, options: FaultRunOptions): Promise<FaultRun> {
  const { namespace } = options;
  const { client } = cluster.kube;
  let isOpen = false;
  const delays = new Map<string, number>();
  const held: (() => void)[] = [];
  const receiver = await startReceiver((response, { path, body }) => {
    const waits = path === '/gate' && !isOpen && isMidway(parse(body));
    const answer = (): void => {
      const ms = delays.get(path) ?? 0;
      if (ms === Infinity) held.push(answer);
      else setTimeout(() => response.writeHead(waits ? 403 : 200).end(), ms);
    };
    answer();
  });
  await cluster.createNamespace(namespace);
  const record = recordRun(client, namespace);
  await client.create(deployments, inNamespace(deploymentOf('podinfo:1', options), namespace), within());
  await client.create(canaries, inNamespace(canaryOf(receiver, options), namespace), within());
  const calls = (): readonly Call[] => receiver.received.map(({ path, body }) => ({ path, ...parse(body) }));
  const hasPhase = async (phase: string): Promise<boolean> => {
    const status = await cluster.status(namespace).catch(() => undefined);
    return status?.phase === phase;
  };

  return {
    record,
    receiver,
    async initialized() {
      await until(`${namespace} is Initialized`, () => hasPhase('Initialized'), { timeoutMs: 40_000 });
    },
    async reachGate() {
      const { spec } = deploymentOf('podinfo:2', options);
      const { template } = spec as { template: object };
      await client.mergePatch(
        deployments,
        { namespace, name: 'podinfo' },
        { spec: { template } },
        {},
        within(),
      );
      // Recorded, and so said: from here on all runs are alike.
      const isHeld = async (): Promise<boolean> =>
        (await cluster.status(namespace)).hooks?.some(isClosedGate) ?? false;
      await until(`${namespace} waits for its gate`, isHeld, { timeoutMs: 40_000 });
    },
    delay(path, ms) {
      delays.set(path, ms);
      for (const answer of held.splice(0)) answer();
    },
    openGate: () => void (isOpen = true),
    async succeeded(timeoutMs = 40_000) {
      await until(`${namespace} has Succeeded`, () => hasPhase('Succeeded'), { timeoutMs });
      const isTold = async (): Promise<boolean> =>
        ((await cluster.status(namespace)).outbox ?? []).length === 0;
      await until(`${namespace} has told all`, isTold, { timeoutMs });
    },
    async outcome() {
      const primary = await cluster.deployment(namespace, 'podinfo-primary');
      const target = await cluster.deployment(namespace, 'podinfo');
      return {
        phase: (await cluster.status(namespace)).phase,
        illegal: record.illegal,
        templates: record.templates.length,
        image: imageOf(primary),
        replicas: [replicasOf(primary), replicasOf(target)],
        share: everybodysShare(await cluster.get(httpRoutes, { namespace, name: 'podinfo' })),
        told: announcements(calls(), 'Normal'),
        warned: announcements(calls(), 'Warning'),
        asked: [...new Set(calls().map(({ type }) => type))]
          .filter((type) => !announcing.has(type))
          .toSorted(),
      };
    },
    async close() {
      await record.stop();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

interface Call {
  readonly path: string;
  readonly type: string;
  readonly deliveryId: string;
  readonly text: string;
  readonly weight: unknown;
  readonly eventType: 'Normal' | 'Warning';
}

const isClosedGate = ({ name, outcome }: HookResult): boolean => name === 'gate' && outcome !== 'passed';

/** Of weights the first is let in: the run is to wait with both sides in traffic. */
const isMidway = ({ type, weight }: Omit<Call, 'path'>): boolean =>
  type !== 'confirm-traffic-increase' || weight !== 0;

function parse(body: string): Omit<Call, 'path'> {
  const payload = asRecord(JSON.parse(body));
  const { eventMessage, eventType } = asRecord(payload['metadata']);
  const text = String(eventMessage ?? payload['phase']);
  return {
    type: String(payload['type']),
    deliveryId: String(payload['deliveryId']),
    // Of two runs these differ.
    text: text.replaceAll(String(payload['namespace']), 'NAMESPACE').replace(/\b[0-9a-f]{10}\b/, 'REVISION'),
    weight: payload['weight'],
    eventType: eventType === 'Warning' ? 'Warning' : 'Normal',
  };
}

function announcements(calls: readonly Call[], eventType: Call['eventType']): readonly string[] {
  const told = new Map<string, Call>();
  for (const call of calls)
    if (announcing.has(call.type) && !told.has(call.deliveryId)) told.set(call.deliveryId, call);
  // Two hooks are told side by side: only the order within each counts.
  return [...told.values()]
    .filter((call) => call.eventType === eventType)
    .toSorted((a, b) => a.type.localeCompare(b.type))
    .map(({ type, text }) => `${type}: ${text}`);
}

function canaryOf({ url }: Receiver, { provider = 'gatewayapi:v1' }: FaultRunOptions): AnyKubeObject {
  const steps: Partial<CanaryAnalysis> = provider === 'kubernetes' ? { iterations: 2 } : {};
  const hook = (type: WebhookType, path: string) => ({ type, name: path.slice(1), url: url + path });
  const gate = provider === 'kubernetes' ? 'confirm-promotion' : 'confirm-traffic-increase';
  const webhooks = [
    hook('confirm-rollout', '/begin'),
    hook('pre-rollout', '/before'),
    hook('rollout', '/check'),
    hook(gate, '/gate'),
    hook('post-rollout', '/after'),
    // So long that an answer which a test holds back is no failure.
    { ...hook('event', '/event'), timeout: '60s' },
  ];
  const analysis: Partial<CanaryAnalysis> = { interval: '1s', threshold: 3, webhooks };
  return scenarioCanary({ analysis: { ...analysis, ...steps }, spec: { provider } });
}

function deploymentOf(image: string, { podSpec = {} }: FaultRunOptions): AnyKubeObject {
  const deployment = scenarioDeployment(image);
  const spec = asRecord(deployment['spec']);
  const template = asRecord(spec['template']);
  const pods = { ...asRecord(template['spec']), ...podSpec };
  return { ...deployment, spec: { ...spec, template: { ...template, spec: pods } } };
}

const inNamespace = (object: AnyKubeObject, namespace: string): AnyKubeObject => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});
