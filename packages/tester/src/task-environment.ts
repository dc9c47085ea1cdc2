import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables that tasks get: what shells, helm, kubectl, git, curl and Go's programs need in a pod. Everything else may be
 * a secret of the tester's. A name that ends in `*` stands for all that begin with it.
 */
const passedByDefault: readonly string[] = [
  // Shells and whatever writes files or dates.
  'PATH HOME USER LOGNAME SHELL HOSTNAME TMPDIR TZ LANG LANGUAGE LC_*',
  // helm and kubectl, their folders included.
  'KUBECONFIG KUBERNETES_* HELM_* XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME',
  // Where a pod is.
  'POD_IP POD_NAME POD_NAMESPACE',
  // Proxies. Go, curl and Node read them; the stand-ins run in Node.
  'HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy NODE_USE_ENV_PROXY',
  // Authorities of certificates: Go and OpenSSL, curl, git, Node.
  'SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS',
  // Of the local cluster: processes that left their group are found by the first.
  'SLUICE_CLUSTER_ID SLUICE_VOLUME_*',
].flatMap((names) => names.split(' '));

/** A name such as `FOO`, or the beginning of names such as `BAR_*`; `*` alone passes all. */
const rule = /^(?:[A-Za-z_][\w.-]*)?\*?$/;

/** Reads `-task-env`: names and beginnings of names, with commas between. Throws `SluiceError` for anything else. */
export function parseTaskEnv(text: string): readonly string[] {
  const rules = text.split(',').map((part) => part.trim());
  const given = rules.filter((part) => part !== '');
  for (const part of given) {
    if (rule.test(part)) continue;
    throw new SluiceError(
      `-task-env takes names of variables, or beginnings with a star, such as FOO,BAR_*; not ${JSON.stringify(part)}.`,
    );
  }
  return given;
}

/** The variables of `env` that a task gets: those of the list, and those that `more` names (`parseTaskEnv`). */
export function taskEnvironment(env: Environment, more: readonly string[]): Record<string, string> {
  const rules = [...passedByDefault, ...more];
  const exact = new Set(rules.filter((name) => !name.endsWith('*')));
  const beginnings = rules.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    // guard: tasks-get-listed-variables-only
    if (!exact.has(name) && !beginnings.some((beginning) => name.startsWith(beginning))) continue;
    passed[name] = value;
  }
  return passed;
}
