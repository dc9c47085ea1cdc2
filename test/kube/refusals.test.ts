import { asRecord } from '@sluice/lib/json/json-read.ts';
import { describeRefusals } from '../contracts/refusals/describe-refusals.ts';
import { gatewayApiDefinitions, installDefinitions } from '../support/real/install-definitions.ts';
import { startRealKube, withRealKube } from '../support/real/real-kube.ts';

withRealKube('refusals by', (binaries) => {
  describeRefusals('a real control plane', async () => {
    const kube = await startRealKube(binaries);
    await installDefinitions(kube.client, gatewayApiDefinitions(binaries));
    return {
      async call(method, path, body) {
        const headers = { 'content-type': 'application/json' };
        const sent = body === undefined ? {} : { body: JSON.stringify(body) };
        const answer = await kube.request({ method, path, headers, ...sent });
        const parsed: unknown = answer.text.startsWith('{') ? JSON.parse(answer.text) : {};
        return { status: answer.status, body: asRecord(parsed) };
      },
      close: () => kube.close(),
    };
  });
});
