import { asRecord } from '@sluice/lib/json/json-read.ts';
import { describePatches } from '../contracts/patches/describe-patches.ts';
import { installDefinitions } from '../support/real/install-definitions.ts';
import { startRealKube, withRealKube } from '../support/real/real-kube.ts';

withRealKube('patches on', (binaries) => {
  describePatches('a real control plane', async () => {
    const kube = await startRealKube(binaries);
    await installDefinitions(kube.client);
    return {
      async call(method, path, body, contentType = 'application/json') {
        const headers = { 'content-type': contentType };
        const answer = await kube.request({
          method,
          path,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const parsed: unknown = answer.text.startsWith('{') ? JSON.parse(answer.text) : {};
        return { status: answer.status, body: asRecord(parsed) };
      },
      close: () => kube.close(),
    };
  });
});
