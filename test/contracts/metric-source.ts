import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import type { ClosableHttpClient } from '@sluice/sluice/platform/http-client.ts';
import type { MetricProvider, MetricSource, MetricSourceConfig } from '@sluice/sluice/ports/metric-source.ts';
import { createFakeClock } from '../support/fakes/fake-clock.ts';

/** A real HTTP server that plays the back end. */
export interface MetricBackend extends AsyncDisposable {
  readonly url: string;
  /** Makes it answer the next queries in this way. */
  behave(behaviour: MetricBehaviour): void;
  /** Queries that have reached it. */
  readonly asked: () => number;
}

export type MetricBehaviour =
  | { readonly kind: 'value'; readonly value: number }
  /** Whatever the back end says when it knows of nothing. */
  | { readonly kind: 'no-data' }
  | { readonly kind: 'not-a-number' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'broken' }
  | { readonly kind: 'endless' }
  | { readonly kind: 'silent' };

export interface MetricSourceFixture {
  readonly provider: MetricProvider;
  readonly start: () => Promise<MetricBackend>;
  /** What it needs beside the address. */
  readonly config?: Partial<MetricSourceConfig>;
  /** A query it would be sent. */
  readonly query: string;
}

export const plainConfig = { address: '', credentials: {}, headers: {}, insecureSkipVerify: false } as const;

/** What every metric source keeps to. */
export function describeMetricSourceContract(name: string, create: () => MetricSourceFixture): void {
  describe(`${name} as a metric source`, () => {
    const { provider, start, config, query } = create();
    const clock = createFakeClock();
    const never = new AbortController().signal;
    let http: ClosableHttpClient;
    let backend: MetricBackend;
    let source: MetricSource;

    beforeAll(async () => {
      http = createHttpClient({ proxyFromEnvironment: false, env: {} });
      backend = await start();
      source = provider.create({ ...plainConfig, ...config, address: backend.url }, { http, clock });
    });
    afterAll(async () => {
      await http.close();
      await backend[Symbol.asyncDispose]();
    });

    const ask = (behaviour: MetricBehaviour, signal = never) => {
      backend.behave(behaviour);
      return source.query(query, 60_000, signal);
    };

    it.each([0, 1, 99.5, -3, 1e-9, 1e20])('answers with the value %d', async (value) => {
      expect(await ask({ kind: 'value', value })).toBe(value);
    });

    it('tells no data from zero', async () => {
      expect(await ask({ kind: 'no-data' })).toBeUndefined();
      expect(await ask({ kind: 'not-a-number' })).toBeUndefined();
      expect(await ask({ kind: 'value', value: 0 })).toBe(0);
    });

    it.each([400, 401, 404, 429, 500, 503])(
      'could not tell when answered %d, and says so',
      async (status) => {
        const error: unknown = await ask({ kind: 'status', status }).catch((cause: unknown) => cause);
        expect(error).toBeInstanceOf(SluiceError);
        expect(describeError(error)).toContain(String(status));
      },
    );

    it('could not tell from an answer it does not understand', async () => {
      await expect(ask({ kind: 'broken' })).rejects.toThrow(SluiceError);
    });

    it('stops reading an answer without end', async () => {
      await expect(ask({ kind: 'endless' })).rejects.toThrow(SluiceError);
    });

    it('gives up on a silent back end at its deadline, and leaves no timer behind', async () => {
      const asked = backend.asked();
      const answer = ask({ kind: 'silent' }).catch((cause: unknown) => cause);
      await expect.poll(() => backend.asked()).toBe(asked + 1);
      await clock.advance('30s');
      const error = await answer;
      expect(error).toBeInstanceOf(SluiceError);
      expect(describeError(error)).toMatch(/did not answer within/);
      expect(clock.pending).toBe(0);
    });

    it('stops at once when it is cancelled', async () => {
      const cancel = new AbortController();
      const asked = backend.asked();
      const answer = ask({ kind: 'silent' }, cancel.signal).catch((cause: unknown) => cause);
      await expect.poll(() => backend.asked()).toBe(asked + 1);
      cancel.abort(new Error('superseded'));
      expect(describeError(await answer)).toContain('superseded');
      expect(clock.pending).toBe(0);
    });

    it('could not tell when nobody listens', async () => {
      const gone = await start();
      await gone[Symbol.asyncDispose]();
      const orphan = provider.create({ ...plainConfig, ...config, address: gone.url }, { http, clock });
      await expect(orphan.query(query, 60_000, never)).rejects.toThrow(SluiceError);
      await expect(orphan.checkOnline(never)).rejects.toThrow(SluiceError);
    });
  });
}
