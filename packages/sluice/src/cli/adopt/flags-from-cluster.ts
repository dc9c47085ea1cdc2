import { parseGoFlags } from '@sluice/lib/flags/go-flags.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import { formatGoDuration } from '@sluice/lib/time/duration.ts';
import { controllerFlags } from '../controller-flags.ts';
import type { ControllerFlags } from '../controller-flags.ts';
import type { RunningController } from '../running-controller.ts';

/** Flags that change a forecast. Those that name a file of the controller's pod, or its port, mean nothing here. */
const taken = [
  'mesh-provider',
  'metrics-server',
  'selector-labels',
  'include-label-prefix',
  'enable-config-tracking',
  'min-interval',
  'namespace',
  'event-webhook',
  'no-cross-namespace-refs',
  'ingress-class',
  'ingress-annotations-prefix',
] as const satisfies readonly (keyof ControllerFlags)[];

export interface FlagsFromCluster {
  /** The flags of the command line, and those of the controller where the command line has none. */
  readonly values: ControllerFlags;
  /** What was taken from where, and what was not: a line each. */
  readonly said: readonly string[];
}

export interface GivenFlags {
  readonly values: ControllerFlags;
  /** Names of the flags on the command line. */
  readonly given: ReadonlySet<string>;
}

/** Throws `SluiceError` where the controller of this version would refuse the flags. */
export function takeFlags({ values, given }: GivenFlags, controller: RunningController): FlagsFromCluster {
  const running = parseArgs(controller);
  const isUsed = (name: string): boolean =>
    running.given.has(name) && /* guard: a-given-flag-wins */ !given.has(name);
  const isKnown = (name: keyof ControllerFlags): boolean => !reference.test(String(running.values[name]));
  const used = taken.filter((name) => isUsed(name) && isKnown(name));
  const from = Object.fromEntries(used.map((name) => [name, running.values[name]]));
  const flags = used.map((name) => `-${name}=${shown(name, running)}`).join(' ');
  const where = `Deployment ${controller.key} (${controller.image})`;
  return {
    values: { ...values, ...from },
    said: [
      flags === '' ? `no flag of ${where} changes the defaults` : `flags of ${where}: ${flags}`,
      ...taken
        .filter((name) => isUsed(name) && !isKnown(name))
        .map((name) => `not taken: -${name}, which its pod gets from elsewhere; give it here`),
      ...(isUsed('kubeconfig-service-mesh')
        ? ['not taken: -kubeconfig-service-mesh, which names a file of its pod; give one of this machine']
        : []),
    ],
  };
}

/** `$(NAME)` that no literal of the container filled in. */
const reference = /\$\([-\w.]+\)/;

function parseArgs({ key, args }: RunningController): GivenFlags {
  try {
    const { values, given, rest } = parseGoFlags(controllerFlags, args);
    if (rest.length > 0) throw new SluiceError(`unexpected argument "${rest[0]}"`);
    return { values, given };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    throw new SluiceError(
      `Sluice would refuse the flags of Deployment ${key}: ${describeError(error)}. ` +
        'Change them there, or add -flags-from=none and give the flags here',
    );
  }
}

/** The value of a flag for display. A webhook's address is its secret; that of a metrics server may hold a password. */
function shown(name: (typeof taken)[number], { values }: GivenFlags): string {
  // guard: the-address-of-a-webhook-is-not-shown
  if (name === 'event-webhook') return '***';
  if (name === 'metrics-server') return maskUrl(values[name]);
  return name === 'min-interval' ? formatGoDuration(values[name]) : String(values[name]);
}

export type Choice =
  | { readonly kind: 'one'; readonly controller: RunningController }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly keys: readonly string[] };

/**
 * The controller whose flags count: the one named, else the only one that is scaled up, else the only one. With
 * `namespace` a controller of that namespace alone is preferred to those of others.
 */
export function chooseController(
  controllers: readonly RunningController[],
  wanted: { readonly key?: string | undefined; readonly namespace: string },
): Choice {
  const named = wanted.key === undefined ? controllers : controllers.filter(({ key }) => key === wanted.key);
  const up = named.filter(({ isScaledUp }) => isScaledUp);
  const candidates = up.length > 0 ? up : named;
  const scoped = candidates.filter(({ args }) => args.some((arg) => isScopeOf(arg, wanted.namespace)));
  const [first, ...others] = wanted.namespace !== '' && scoped.length > 0 ? scoped : candidates;
  if (first === undefined) return { kind: 'none' };
  if (/* guard: several-controllers-are-not-guessed */ others.length === 0)
    return { kind: 'one', controller: first };
  return { kind: 'several', keys: [first, ...others].map(({ key }) => key) };
}

const isScopeOf = (arg: string, namespace: string): boolean =>
  [`-namespace=${namespace}`, `--namespace=${namespace}`].includes(arg);
