import { describeRollouts } from '../contracts/rollout/describe-rollouts.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { startRolloutCluster } from '../support/real/rollout-cluster.ts';

withRealKube('rollouts on', (binaries) => {
  describeRollouts('a real control plane', () => startRolloutCluster(binaries));
});
