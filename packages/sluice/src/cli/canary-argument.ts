import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

export interface CanaryArgument {
  readonly name: string;
  /** From the argument or `-n`; absent: that of the kubeconfig's context. */
  readonly namespace?: string;
}

const kinds = new Set(['canary', 'canaries', 'canary.flagger.app', 'canaries.flagger.app']);
const label = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** Parses `NAME`, `canary/NAME` or `NS/NAME`. Throws `SluiceError` for other text or another namespace than `-n`. */
export function parseCanaryArgument(text: string, flag: string | undefined): CanaryArgument {
  const [first = '', second, ...more] = text.split('/');
  const isKind = second !== undefined && kinds.has(first);
  const name = second ?? first;
  const own = second === undefined || isKind ? undefined : first;
  if (more.length > 0 || !label.test(name) || (own !== undefined && !label.test(own)))
    throw new SluiceError(`"${text}" names no canary; write NAME, canary/NAME or NAMESPACE/NAME`);
  if (own !== undefined && flag !== undefined && flag !== own)
    throw new SluiceError(`"${text}" and -n ${flag} name two namespaces; write one of them`);
  const namespace = own ?? flag;
  return { name, ...(namespace === undefined ? {} : { namespace }) };
}
