import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployments, gateways, namespaces } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { endProcess, guardedSpawn } from '../../test/support/real/guarded-spawn.ts';
import { startObjectMirror } from '../../test/support/real/object-mirror.ts';
import type { ObjectMirror } from '../../test/support/real/object-mirror.ts';
import { until } from '../../test/support/real/until.ts';
import { createBenchClient } from '../bench-client.ts';
import type { BenchClient } from '../bench-client.ts';
import { canaryOf, deploymentOf, gatewayIn, kubeconfigOf, namespacesFor, refOf } from './objects.ts';

const atOnce = 50;

/** A cluster of its own with canaries by number: 100 in a namespace, two weight steps, interval 10 s, no hooks. */
export interface ScaleWorld {
  readonly kubeconfig: string;
  createCanaries(count: number): Promise<void>;
  reachRest(timeoutMs: number): Promise<void>;
  /** A new revision of one, until it has Succeeded or time is over (of `performance.now()`). */
  rollOut(index: number, over: number): Promise<void>;
  /** One change of each canary that means nothing: one pass each. */
  touchAll(round: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startScaleWorld(folder: string): Promise<ScaleWorld> {
  const cluster = guardedSpawn(
    process.execPath,
    ['--max-old-space-size=8000', 'bench/scale/cluster-process.ts'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const server = await servedUrl(cluster);
  const kubeconfig = join(folder, `kubeconfig-${new URL(server).port}`);
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(server)));
  return new ClusterWorld(cluster, createBenchClient(server, createSystemClock()), kubeconfig);
}

async function servedUrl(cluster: ChildProcess): Promise<string> {
  let said = '';
  cluster.stdout?.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  return until('the cluster', () => /^(http\S+)\n/.exec(said)?.[1], { timeoutMs: 20_000 });
}

class ClusterWorld implements ScaleWorld {
  readonly kubeconfig: string;
  readonly #cluster: ChildProcess;
  readonly #connection: BenchClient;
  readonly #mirror: ObjectMirror;
  readonly #signal = new AbortController().signal;
  #size = 0;
  #revision = 1;

  constructor(cluster: ChildProcess, connection: BenchClient, kubeconfig: string) {
    this.#cluster = cluster;
    this.#connection = connection;
    this.kubeconfig = kubeconfig;
    this.#mirror = startObjectMirror(connection.client, [canaries]);
  }

  async createCanaries(count: number): Promise<void> {
    const { client } = this.#connection;
    this.#size = count;
    for (const namespace of namespacesFor(count)) {
      await client.create(namespaces, namespace, this.#signal);
      await client.create(gateways, gatewayIn(namespace.metadata.name), this.#signal);
    }
    await inTurns(this.#all(), async (index) => {
      await client.create(deployments, deploymentOf(refOf(index), 1), this.#signal);
      await client.create(canaries, canaryOf(refOf(index)), this.#signal);
    });
  }

  async reachRest(timeoutMs: number): Promise<void> {
    const isAtRest = (index: number): boolean => this.#phaseOf(index) === 'Initialized';
    const areAtRest = (): boolean => this.#all().every(isAtRest);
    await until(`${this.#size} canaries at rest`, areAtRest, { timeoutMs, everyMs: 500 });
  }

  async rollOut(index: number, over: number): Promise<void> {
    const template = asRecord(deploymentOf(refOf(index), (this.#revision += 1))['spec'])['template'];
    await this.#connection.client.mergePatch(
      deployments,
      refOf(index),
      { spec: { template } },
      {},
      this.#signal,
    );
    const hasReached = (phase: string) => (): boolean =>
      this.#phaseOf(index) === phase || performance.now() > over;
    await until('a rollout begins', hasReached('Progressing'), { timeoutMs: 120_000, everyMs: 100 });
    await until('a rollout ends', hasReached('Succeeded'), { timeoutMs: 300_000, everyMs: 100 });
  }

  touchAll(round: number): Promise<void> {
    const patch = { metadata: { annotations: { 'example.com/touched': String(round) } } };
    return inTurns(this.#all(), async (index) => {
      await this.#connection.client.mergePatch(canaries, refOf(index), patch, {}, this.#signal);
    });
  }

  async stop(): Promise<void> {
    await this.#mirror.stop();
    await this.#connection.close();
    await endProcess(this.#cluster);
  }

  #all(): readonly number[] {
    return Array.from({ length: this.#size }, (_, index) => index);
  }

  #phaseOf(index: number): string {
    return asText(asRecord(this.#mirror.get(canaries, refOf(index))?.['status'])['phase']) ?? '';
  }
}

async function inTurns(indices: readonly number[], act: (index: number) => Promise<void>): Promise<void> {
  const queue = indices[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const index of queue) await act(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
