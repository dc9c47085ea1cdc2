import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { keyOf } from '../rules/objects/names.ts';

/** A controller, Flagger's or Sluice's, as a Deployment of the cluster runs it. */
export interface RunningController {
  /** `namespace/name` of the Deployment. */
  readonly key: string;
  readonly image: string;
  /** Whether the Deployment asks for pods: during a switch one of the two controllers is at zero. */
  readonly isScaledUp: boolean;
  /** Flags of its container, with the literal variables of the container filled in. */
  readonly args: readonly string[];
}

const programs = ['flagger', 'sluice'];
const nameLabels = ['app.kubernetes.io/name', 'app'];

/**
 * The controllers among Deployments. One is known by the name of a container's image (`…/flagger:1.44.0`), or by its label
 * `app.kubernetes.io/name` or `app`, which a renamed image keeps. The tester runs the same image as Sluice's controller.
 */
export function controllersIn(deployments: readonly AnyKubeObject[]): readonly RunningController[] {
  return deployments.flatMap((deployment) => {
    const spec = asRecord(deployment['spec']);
    const template = asRecord(spec['template']);
    const podLabels = asRecord(template['metadata'])['labels'];
    const isLabelled = [deployment.metadata.labels, podLabels].some((labels) =>
      nameLabels.some((label) => programs.includes(asTextMap(labels)[label] ?? '')),
    );
    const containers = asList(asRecord(template['spec'])['containers']).map(asRecord);
    const [found] = containers.flatMap((container) => controllerIn(container, isLabelled));
    if (found === undefined) return [];
    return [{ key: keyOf(deployment), isScaledUp: spec['replicas'] !== 0, ...found }];
  });
}

function controllerIn(
  container: JsonRecord,
  isLabelled: boolean,
): readonly Pick<RunningController, 'image' | 'args'>[] {
  const image = asText(container['image']) ?? '';
  if (!isLabelled && !programs.includes(imageName(image))) return [];
  const words = [...asList(container['command']), ...asList(container['args'])].map(
    (word) => asText(word) ?? '',
  );
  const args = flagsIn(words, imageName(image));
  return args === undefined ? [] : [{ image, args: fillIn(args, literalsOf(container)) }];
}

/** The flags of the controller; undefined where the container runs something else. */
function flagsIn(words: readonly string[], image: string): readonly string[] | undefined {
  const command = words.indexOf('controller');
  if (command !== -1) return words.slice(command + 1);
  const first = words.findIndex((word) => word.startsWith('-'));
  const isFlagger = words
    .slice(0, first === -1 ? undefined : first)
    .some((word) => /(^|\/)flagger$/.test(word));
  if (!isFlagger && image !== 'flagger') return undefined;
  return first === -1 ? [] : words.slice(first);
}

/** `flagger` of `ghcr.io:443/fluxcd/flagger:1.44.0@sha256:…`. */
const imageName = (image: string): string => /([^/:@]+)(?::[^/@]*)?(?:@.*)?$/.exec(image)?.[1] ?? '';

const literalsOf = (container: JsonRecord): ReadonlyMap<string, string> =>
  new Map(
    asList(container['env'])
      .map(asRecord)
      .flatMap(({ name, value, valueFrom }) =>
        typeof name === 'string' && valueFrom === undefined ? [[name, asText(value) ?? '']] : [],
      ),
  );

/** Kubernetes' `$(NAME)`, where the value is known; `$$` stands for `$`. A reference to another object stays as it is. */
const fillIn = (args: readonly string[], literals: ReadonlyMap<string, string>): readonly string[] =>
  args.map((arg) =>
    arg.replace(/\$\$|\$\(([-\w.]+)\)/g, (whole, name: string | undefined) =>
      name === undefined ? '$' : (literals.get(name) ?? whole),
    ),
  );
