import { readFileSync } from 'node:fs';
import { asList, asRecord, asText, isRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** One entry of a kubeconfig, read field by field. Errors name the field, the entry and the file; never a value. */
export interface KubeconfigEntry {
  /** For messages: `user "me" in /home/me/.kube/config`. */
  readonly name: string;
  readonly keys: readonly string[];
  /** Undefined: absent or empty. */
  text(key: string): string | undefined;
  flag(key: string): boolean;
}

export interface KubeconfigContext {
  readonly namespace: string | undefined;
  readonly cluster: KubeconfigEntry;
  readonly user: KubeconfigEntry;
  /** As the context names it; may be empty. */
  readonly userName: string;
}

/** Reads `context`, or the current one, from one file. Throws `SluiceError` that names the file. */
export async function readKubeconfig(path: string, context: string | undefined): Promise<KubeconfigContext> {
  const config = await parseFile(path);
  const find = (list: string, kind: string, name: string): KubeconfigEntry | undefined => {
    const found = asList(config[list])
      .map(asRecord)
      .find((entry) => entry['name'] === name);
    return found === undefined ? undefined : entryOf(`${kind} "${name}" in ${path}`, asRecord(found[kind]));
  };
  const contextName = context ?? asText(config['current-context']) ?? '';
  const chosen = find('contexts', 'context', contextName);
  const cluster = chosen && find('clusters', 'cluster', chosen.text('cluster') ?? '');
  if (chosen === undefined || cluster === undefined) {
    throw new SluiceError(
      `${path} has no context "${contextName}" with a cluster; see kubectl config get-contexts`,
    );
  }
  const userName = chosen.text('user') ?? '';
  const user = find('users', 'user', userName) ?? entryOf(`user "${userName}" in ${path}`, {});
  return { namespace: chosen.text('namespace'), cluster, user, userName };
}

async function parseFile(path: string): Promise<JsonRecord> {
  const content = await parseYaml(path, readText(path));
  if (isRecord(content) && Array.isArray(content['clusters']) && Array.isArray(content['contexts']))
    return content;
  throw new SluiceError(`${path} is not a kubeconfig: it has no lists "clusters" and "contexts"`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SluiceError(`The kubeconfig ${path} cannot be read`, { cause });
  }
}

async function parseYaml(path: string, text: string): Promise<unknown> {
  // Loaded here: a pod's own service account needs no YAML.
  const { parse, YAMLParseError } = await import('yaml');
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    // The parser's own error is left out: it quotes the line, which may be that of a token.
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw new SluiceError(`${path} is not YAML${line === undefined ? '' : ` (line ${line})`}`);
  }
}

function entryOf(name: string, fields: JsonRecord): KubeconfigEntry {
  return {
    name,
    keys: Object.keys(fields),
    text(key) {
      const value = fields[key] ?? '';
      if (typeof value !== 'string') throw new SluiceError(`${key} of ${name} is not text; put it in quotes`);
      return value === '' ? undefined : value;
    },
    flag(key) {
      const value = fields[key] ?? false;
      if (typeof value !== 'boolean') throw new SluiceError(`${key} of ${name} is neither true nor false`);
      return value;
    },
  };
}

/** Names of the contexts of a kubeconfig. Throws `SluiceError` when it cannot be read. */
export async function readContextNames(path: string): Promise<readonly string[]> {
  const config = await parseFile(path);
  return asList(config['contexts']).flatMap((context) => asText(asRecord(context)['name']) ?? []);
}
