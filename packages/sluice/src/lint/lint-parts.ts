import type { Router } from '../ports/router.ts';
import type { Parts } from '../rules/validation/validate-with-parts.ts';

/** The adapters of this build. */
export interface LintParts extends Parts {
  findRouter(name: string): Router | undefined;
}

/** The installation that the files are meant for. */
export interface LintSettings {
  /** `-mesh-provider`; undefined: a Canary that names no provider is checked for none. */
  readonly meshProvider: string | undefined;
  /** `-min-interval` in milliseconds. */
  readonly minimumIntervalMs: number;
  readonly noCrossNamespaceRefs: boolean;
}
