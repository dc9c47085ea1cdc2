import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** A query that cannot be read or evaluated here. `errorType` is the field of Prometheus' JSON form. */
export class QueryError extends SluiceError {
  override readonly name = 'QueryError';
  readonly errorType: 'bad_data' | 'execution';

  constructor(errorType: 'bad_data' | 'execution', message: string) {
    super(message);
    this.errorType = errorType;
  }
}

const supported =
  'selectors (= != =~ !~, ranges, offset), sum avg min max count with by/without, arithmetic, comparisons, and/or/unless with on/ignoring, and common functions (rate increase irate delta *_over_time histogram_quantile vector scalar abs round clamp_min clamp_max absent ...)';

export const notSupported = (what: string): QueryError =>
  new QueryError('bad_data', `${what} is not supported by the local query endpoint; it knows ${supported}`);
