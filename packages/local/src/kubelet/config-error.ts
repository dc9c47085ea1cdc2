import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** A reference of the container cannot be resolved (yet): shown as CreateContainerConfigError, retried. */
export class ConfigError extends SluiceError {
  override readonly name = 'ConfigError';

  constructor(message: string) {
    super(message, { retryable: true });
  }
}
