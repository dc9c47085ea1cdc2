import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { kubeApiServerBinaries } from '../test/support/real/kube-apiserver.ts';
import { flagger, sluice } from './kube/contestants.ts';
import { measure } from './kube/measure.ts';
import type { Figures } from './kube/measure.ts';
import { printComparison } from './kube/print-comparison.ts';

/**
 * The same canaries on the same real API server, under Sluice and under Flagger, one after the other. Who asked for
 * what is counted by the API server's audit log. `--canaries 1300 --rest` for a large fleet at rest.
 */
const { values } = parseArgs({
  options: {
    canaries: { type: 'string', default: '22' },
    idle: { type: 'string', default: '60' },
    gates: { type: 'string', default: '20' },
    rest: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const binaries = kubeApiServerBinaries(process.env);
if (binaries === undefined) {
  console.log(
    'bench:kube needs a control plane in KUBEBUILDER_ASSETS: scripts/control-plane builds one where Go is present',
  );
  process.exit(0);
}
const peer = process.env['SLUICE_TEST_PEER'] ?? '';
if (peer === '')
  console.log('Flagger is not there (SLUICE_TEST_PEER): Go is needed to build it; Sluice is measured alone');
const plan = {
  canaries: Number(values.canaries),
  idleSeconds: Number(values.idle),
  gateRounds: Number(values.gates),
  restOnly: values.rest,
};
console.log(
  `${cpus()[0]?.model ?? 'unknown CPU'} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
);
console.log(
  `${plan.canaries} canaries, interval 10 s, pods ready at once, Kubernetes 1.36 on the same machine`,
);
const found = new Map<string, Figures>();
for (const contestant of [sluice, ...(peer === '' ? [] : [flagger(peer)])]) {
  if (values.only !== undefined && !contestant.name.toLowerCase().startsWith(values.only)) continue;
  found.set(contestant.name, await measure(contestant, binaries, plan));
}
printComparison(found, plan);
process.exit(0);
