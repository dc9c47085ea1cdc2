import { describe, expect, it } from 'vitest';
import { progressing } from '../support/scenario/scenario.ts';

describe('an API server that does not know Canaries for a moment, as one that has just begun', () => {
  it.each(['WATCH', 'GET'] as const)(
    '(%s answers 404) ends no run, and tells nobody of an end',
    async (verb) => {
      const scenario = await progressing({ hooks: [['post-rollout', '/post']] });
      scenario.api.break(new RegExp(`^${verb} .*/canaries$`), 404, 2);
      scenario.api.watches.break(/\/canaries$/, 'gone');
      await scenario.reaches('Succeeded', 300_000);
      await scenario.clock.advance('1m');
      expect(scenario.receiver.calls('/post').map((call) => call.payload['phase'])).toEqual(['Succeeded']);
    },
  );
});
