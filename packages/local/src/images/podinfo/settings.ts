/** Settings from podinfo's flags and environment; flags win. Unknown flags are kept and printed at the start. */
export interface PodinfoSettings {
  readonly host: string;
  readonly port: number;
  /** 0: only on the main port. */
  readonly metricsPort: number;
  readonly grpcPort: number;
  readonly prefix: string;
  readonly version: string;
  readonly color: string;
  readonly logo: string;
  readonly message: string;
  readonly randomDelay: boolean;
  readonly randomError: boolean;
  readonly unhealthy: boolean;
  readonly unready: boolean;
  readonly unknown: readonly string[];
}

/** Flags that public manifests use; they change nothing here. */
const withoutEffect = new Set([
  'grpc-service-name',
  'level',
  'backend-url',
  'http-client-timeout',
  'http-server-timeout',
  'server-shutdown-timeout',
  'data-path',
  'config-path',
  'cert-path',
  'config',
  'ui-path',
  'h2c',
  'random-delay-unit',
  'random-delay-min',
  'random-delay-max',
  'stress-cpu',
  'stress-memory',
  'cache-server',
  'otel-service-name',
]);

const known = new Set([
  'host',
  'port',
  'port-metrics',
  'grpc-port',
  'prefix',
  'ui-color',
  'ui-logo',
  'ui-message',
  'random-delay',
  'random-error',
  'unhealthy',
  'unready',
]);

export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): PodinfoSettings {
  const flags = readFlags(args);
  const value = (name: string, fallback: string): string =>
    flags.get(name) ?? env[`PODINFO_${name.toUpperCase().replaceAll('-', '_')}`] ?? fallback;
  const isOn = (name: string): boolean => value(name, 'false') === 'true';
  const version = env['PODINFO_VERSION'] ?? '6.0.0';
  return {
    host: value('host', '') || (env['POD_IP'] ?? '127.0.0.1'),
    port: Number(value('port', '9898')),
    metricsPort: Number(value('port-metrics', '0')),
    grpcPort: Number(value('grpc-port', '0')),
    prefix: value('prefix', '/').replace(/\/$/, ''),
    version,
    color: value('ui-color', '#34577c'),
    logo: value('ui-logo', ''),
    message: value('ui-message', `greetings from podinfo v${version}`),
    randomDelay: isOn('random-delay'),
    randomError: isOn('random-error'),
    unhealthy: isOn('unhealthy'),
    unready: isOn('unready'),
    unknown: [...flags.keys()].filter((name) => !known.has(name) && !withoutEffect.has(name)),
  };
}

/** `--name=value`, `--name value` and `--switch`. */
function readFlags(args: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  args.forEach((argument, index) => {
    const match = /^--?([^=]+)(?:=(.*))?$/s.exec(argument);
    if (match?.[1] === undefined) return;
    const next = args[index + 1];
    const follows = next !== undefined && !next.startsWith('-') ? next : 'true';
    flags.set(match[1], match[2] ?? follows);
  });
  return flags;
}
