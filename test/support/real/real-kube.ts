import { afterAll, beforeAll, describe, it } from 'vitest';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { clientOf } from './client-of.ts';
import type { RealKube } from './cluster-access.ts';
import { kubeApiServerBinaries, startKubeApiServer } from './kube-apiserver.ts';
import type { KubeApiServerBinaries } from './kube-apiserver.ts';

export async function startRealKube(binaries: KubeApiServerBinaries): Promise<RealKube> {
  const server = await startKubeApiServer(binaries);
  const kube = clientOf(server);
  return {
    ...kube,
    async close() {
      await kube.close();
      await server.stop();
    },
  };
}

/** Runs `tests`, about what `title` begins, where KUBEBUILDER_ASSETS names a control plane; elsewhere one skipped test says what is needed. */
export function withRealKube(title: string, tests: (binaries: KubeApiServerBinaries) => void): void {
  const binaries = kubeApiServerBinaries(process.env);
  if (binaries !== undefined) return tests(binaries);
  describe(`${title} a real control plane`, () => {
    it.skipIf(true)(
      'needs KUBEBUILDER_ASSETS: its folder (scripts/control-plane prints it)',
      () => undefined,
    );
  });
}

/** `withRealKube` for tests that share one server. */
export function describeOnRealKube(title: string, tests: (client: () => KubeClient) => void): void {
  withRealKube(title, (binaries) => {
    describe(`${title} a real control plane`, () => {
      let kube: RealKube | undefined;
      beforeAll(async () => void (kube = await startRealKube(binaries)), 90_000);
      afterAll(async () => kube?.close());
      tests(() => {
        if (kube === undefined) throw new Error('the control plane is not there');
        return kube.client;
      });
    });
  });
}
