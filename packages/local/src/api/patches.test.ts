import { describePatches } from '../../../../test/contracts/patches/describe-patches.ts';
import { createApiBenchWithCanaries } from '../../../../test/support/rigs/api-bench.ts';

describePatches('the local cluster', async () => {
  const bench = await createApiBenchWithCanaries();
  return {
    async call(method, path, body, contentType) {
      const headers = contentType === undefined ? {} : { 'content-type': contentType };
      const answer = await bench.call(method, path, body, headers);
      return { status: answer.code, body: answer.body };
    },
    close: () => Promise.resolve(),
  };
});
