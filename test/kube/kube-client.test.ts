import { describeKubeClientContract } from '../contracts/kube-client.ts';
import { startRealKube, withRealKube } from '../support/real/real-kube.ts';

withRealKube('the Kubernetes client with', (binaries) => {
  describeKubeClientContract('a real kube-apiserver', () => startRealKube(binaries));
});
