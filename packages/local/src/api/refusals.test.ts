import { describeRefusals } from '../../../../test/contracts/refusals/describe-refusals.ts';
import { createApiBenchWithCanaries } from '../../../../test/support/rigs/api-bench.ts';

describeRefusals('the local cluster', async () => {
  const bench = await createApiBenchWithCanaries();
  return {
    async call(method, path, body) {
      const answer = await bench.call(method, path, body);
      return { status: answer.code, body: answer.body };
    },
    close: () => Promise.resolve(),
  };
});
