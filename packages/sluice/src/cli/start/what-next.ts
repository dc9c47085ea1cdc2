import type { LocalCluster } from '@sluice/local/cluster.ts';
import { shellWord } from '../shell-word.ts';

/** Commands to try in another terminal; they also work when pasted as a whole. */
export const whatNext = ({ kubeconfigPath, gatewayUrl }: LocalCluster): string => `
The cluster stays up. To look around, in another terminal (with kubectl):

  export KUBECONFIG=${shellWord(kubeconfigPath)}
  kubectl get canary -A                             # with -w: as it changes
  kubectl -n test describe canary podinfo
  curl ${gatewayUrl}/                       # the app, through the gateway

To see a gate hold a rollout, make the promotion gate one that is closed, ship a version, and watch here:

  kubectl -n test patch canary podinfo --type=json -p '[{"op":"replace",
    "path":"/spec/analysis/webhooks/4/url","value":"http://flagger-loadtester.test/gate/check"}]'
  kubectl -n test set image deploy/podinfo podinfod=ghcr.io/stefanprodan/podinfo:6.0.3

When it waits for the promotion gate, open it (/gate/close closes it, /rollback/open rolls back instead):

  kubectl -n test exec deploy/flagger-loadtester -- \\
    curl -s -d '{"name":"podinfo","namespace":"test"}' http://localhost:8080/gate/open

Ctrl-C ends everything.`;
