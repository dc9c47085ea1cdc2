import type { LocalCluster } from '../../local/cluster.ts';

/** What a person can type now, in another terminal. */
export const whatNext = (cluster: LocalCluster): string => `
The cluster stays up. From another terminal:

  export KUBECONFIG=${cluster.kubeconfigPath}
  kubectl get canary -A -w
  kubectl -n test describe canary podinfo
  curl ${cluster.gatewayUrl}/                       # the app, through the gateway

See a gate hold a rollout: let the Canary ask a gate that is closed, ship, then open it.

  kubectl -n test patch canary podinfo --type=json -p '[{"op":"replace",
    "path":"/spec/analysis/webhooks/4/url","value":"http://flagger-loadtester.test/gate/check"}]'
  kubectl -n test set image deploy/podinfo podinfod=ghcr.io/stefanprodan/podinfo:6.0.3
  kubectl -n test exec deploy/flagger-loadtester -- \\
    curl -s -d '{"name":"podinfo","namespace":"test"}' http://localhost:8080/gate/open

Ctrl-C ends everything.`;
