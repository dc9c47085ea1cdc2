import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** Something that the container refers to is not there (yet): shown as CreateContainerConfigError, tried again. */
export class ConfigError extends SluiceError {
  override readonly name = 'ConfigError';

  constructor(message: string) {
    super(message, { retryable: true });
  }
}
