import { describeRollouts } from '../contracts/rollout/describe-rollouts.ts';
import { createScenarioCluster } from '../support/scenario/cluster.ts';

describeRollouts('the cluster in process', () => Promise.resolve(createScenarioCluster()));
