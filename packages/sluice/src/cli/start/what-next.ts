import type { LocalCluster } from '@sluice/local/cluster.ts';
import { shellWord } from '../shell-word.ts';

/** Commands to try in another terminal; they also work when pasted as a whole. */
export const whatNext = ({ kubeconfigPath, gatewayUrl }: LocalCluster, consoleUrl: string): string => `
The cluster stays up. To look around, in another terminal (with kubectl):

  export KUBECONFIG=${shellWord(kubeconfigPath)}
  kubectl get canary -A                             # with -w: as it changes
  kubectl -n test describe canary podinfo
  curl ${gatewayUrl}/                       # the app, through the gateway

Version 4 waits for an approval before its promotion. Give it in the console:

  ${consoleUrl}

or in the terminal, with \`npm run sluice -- approve podinfo -n test\`, or by kubectl alone:

  kubectl -n test annotate canary podinfo --overwrite sluice.dev/decision=approve sluice.dev/decision-by=me \\
    sluice.dev/decision-for=$(kubectl -n test get canary podinfo -o 'jsonpath={.status.approvals[0].id}')

Once it is promoted, go back to the version before:

  kubectl -n test annotate canary podinfo --overwrite sluice.dev/decision=undo sluice.dev/decision-for- sluice.dev/decision-by=me

Ctrl-C ends everything.`;
