import type { Canary, CanaryService } from '../../api/canary.ts';
import type { CanaryStatus, ServedBy, Serving } from '../../api/canary-status.ts';

/** Names and ports that the spec wants for live traffic. */
export function askedServing(canary: Canary, defaultProvider: string): Serving {
  const { targetRef, provider, service } = canary.spec;
  return {
    kind: targetRef.kind,
    target: targetRef.name,
    provider: provider ?? defaultProvider,
    service: service?.name || targetRef.name,
    ...portsOf(service),
  };
}

type Ports = Pick<Serving, 'port' | 'targetPort' | 'portName' | 'appProtocol'>;

function portsOf(service: CanaryService | undefined): Ports {
  const { port = 0, targetPort, portName, appProtocol } = service ?? {};
  return {
    port,
    ...(targetPort === undefined ? {} : { targetPort }),
    ...(portName === undefined ? {} : { portName }),
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

const nameFields = ['kind', 'target', 'provider', 'service'] as const;
const portFields = ['port', 'targetPort', 'portName', 'appProtocol'] as const;

export const namesOfServing = ({ kind, target, provider, service }: ServedBy): ServedBy => ({
  kind,
  target,
  provider,
  service,
});

export const sameNames = (a: ServedBy, b: ServedBy): boolean =>
  nameFields.every((field) => a[field] === b[field]);
export const samePorts = (a: Serving, b: Serving): boolean =>
  portFields.every((field) => a[field] === b[field]);

/** `serving` with the ports of `asked`. */
export function withPorts(serving: Serving, asked: Serving): Serving {
  const { targetPort: _target, portName: _name, appProtocol: _protocol, ...rest } = serving;
  const { port, targetPort, portName, appProtocol } = asked;
  return {
    ...rest,
    port,
    ...(targetPort === undefined ? {} : { targetPort }),
    ...(portName === undefined ? {} : { portName }),
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

/**
 * `serving` with the names of `asked`. The old names become former names. A name is former or in use, never both: a name
 * that comes back is no longer former.
 */
export function withNames(serving: Serving, asked: Serving): Serving {
  const names = namesOfServing(asked);
  const { former = [], ...rest } = serving;
  const before = [...former, namesOfServing(serving)].filter((one) => !sameNames(one, names));
  const unique = before.filter((one, index) => before.findIndex((other) => sameNames(one, other)) === index);
  return { ...rest, ...names, ...(unique.length === 0 ? {} : { former: unique }) };
}

/** The canary with the names that live traffic uses: new names of the spec take effect at rest. */
export function nameBy(canary: Canary, names: ServedBy, defaultProvider: string): Canary {
  const { spec } = canary;
  const isSame =
    (spec.provider ?? defaultProvider) === names.provider &&
    spec.targetRef.kind === names.kind &&
    spec.targetRef.name === names.target &&
    (spec.service?.name || spec.targetRef.name) === names.service;
  if (isSame) return canary;
  const targetRef = { ...spec.targetRef, kind: names.kind as typeof spec.targetRef.kind, name: names.target };
  return {
    ...canary,
    spec: {
      ...spec,
      provider: names.provider as NonNullable<typeof spec.provider>,
      targetRef,
      ...(spec.service === undefined ? {} : { service: { ...spec.service, name: names.service } }),
    },
  };
}

/** Names of the spec that are not in force yet. */
export function heldNames(
  asked: ServedBy,
  serving: ServedBy,
): readonly { readonly field: string; readonly value: string; readonly held: string }[] {
  return nameFields
    .filter((field) => asked[field] !== serving[field])
    .map((field) => ({ field: fields[field], value: asked[field], held: serving[field] }));
}

const fields: Readonly<Record<(typeof nameFields)[number], string>> = {
  kind: 'spec.targetRef.kind',
  target: 'spec.targetRef.name',
  provider: 'spec.provider',
  service: 'spec.service.name',
};

/** The ports before the last promotion are kept for its undo; the next promotion ends that. */
export function withoutPortsBefore<Status extends Pick<CanaryStatus, 'serving'>>(status: Status): Status {
  if (status.serving?.before === undefined) return status;
  const { before: _gone, ...serving } = status.serving;
  return { ...status, serving };
}
