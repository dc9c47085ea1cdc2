import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { endProcess, guardedSpawn } from '../guarded-spawn.ts';
import type { KubeApiServerBinaries } from '../kube-apiserver.ts';
import { withRealKube } from '../real-kube.ts';

/** Flagger as a process: what Canaries are taken over from, and given back to. */
export interface Peer {
  /** Standard error so far: a line of JSON each. */
  log(): string;
  stop(): Promise<void>;
}

export interface PeerOptions {
  readonly binary: string;
  readonly kubeconfig: string;
  readonly metricsServer: string;
  /** After the flags that every test needs. */
  readonly flags?: readonly string[];
}

/** Its shortest analysis interval is 10 s; everything that it does happens on that beat. */
export function startPeer({ binary, kubeconfig, metricsServer, flags = [] }: PeerOptions): Peer {
  let log = '';
  const child = guardedSpawn(
    binary,
    [
      `-kubeconfig=${kubeconfig}`,
      `-metrics-server=${metricsServer}`,
      '-mesh-provider=gatewayapi:v1',
      '-control-loop-interval=1s',
      '-log-level=info',
      '-port=0',
      '-enable-leader-election=false',
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  child.stderr?.on('data', (chunk: Buffer) => void (log += chunk.toString()));
  return { log: () => log, stop: () => endProcess(child) };
}

/** Runs `tests` where there are a control plane and the peer (SLUICE_TEST_PEER); elsewhere one skipped test says what is needed. */
export function withPeer(
  title: string,
  tests: (binaries: KubeApiServerBinaries, binary: string) => void,
): void {
  const binary = join(process.env['SLUICE_TEST_PEER'] ?? '', 'flagger');
  const isThere = (process.env['SLUICE_TEST_PEER'] ?? '') !== '' && existsSync(binary);
  if (isThere) return withRealKube(title, (binaries) => tests(binaries, binary));
  describe(`${title} a real control plane`, () => {
    it.skipIf(true)(
      'needs SLUICE_TEST_PEER: the folder of Flagger (scripts/build-peer prints it)',
      () => undefined,
    );
  });
}
