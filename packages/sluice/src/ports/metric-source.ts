import type { HttpClient } from '@sluice/lib/ports/http.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

/** One back end that answers metric queries. */
export interface MetricProvider {
  /** `spec.provider.type` of a MetricTemplate. */
  readonly type: string;
  create(config: MetricSourceConfig, deps: MetricSourceDeps): MetricSource;
}

export interface MetricSource {
  /**
   * Runs a rendered query over the last `windowMs`. Undefined means *no data* (absent series, NaN): never 0.
   * Rejects with `SluiceError` when it could not tell.
   */
  query(query: string, windowMs: number, signal: AbortSignal): Promise<number | undefined>;
  /** Resolves when the back end answers as it should; rejects with the cause. */
  checkOnline(signal: AbortSignal): Promise<void>;
}

export interface MetricSourceConfig {
  readonly address: string;
  /** Decoded keys of the provider's Secret; empty without one. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly insecureSkipVerify: boolean;
  readonly region?: string;
}

export interface MetricSourceDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
}
