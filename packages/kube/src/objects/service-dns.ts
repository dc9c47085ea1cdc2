/** What a process in a pod knows of the names that lead to it. */
export interface PodNames {
  /** Namespace of the pod; undefined outside of a cluster. */
  readonly namespace: string | undefined;
  /** Its hostname: the name of the pod. */
  readonly hostname: string;
  /** `cluster.local`, or another domain of the cluster. */
  readonly clusterDomain: string;
  /** Short names of Services of the pod's namespace, as far as they are known. */
  readonly services: readonly string[];
}

/**
 * Whether a lower-case host name is one by which callers reach a pod through a Service. `NAME.NAMESPACE.svc` and its form with
 * the cluster's domain are nobody else's. `NAME.NAMESPACE` must be of the pod's namespace. A short name must be that of a known
 * Service, or begin the pod's own name, as those of a Deployment do.
 */
export function isServiceName(
  name: string,
  { namespace, hostname, clusterDomain, services }: PodNames,
): boolean {
  if (namespace === undefined) return false;
  const [service = '', where, ...rest] = name.split('.');
  if (service === '') return false;
  if (where === undefined)
    return services.includes(service) || hostname === service || hostname.startsWith(`${service}-`);
  if (rest.length === 0) return where === namespace;
  const domain = rest.join('.');
  return domain === 'svc' || domain === `svc.${clusterDomain}`;
}

export interface ResolvConf {
  /** Undefined where it was not written by a kubelet. */
  readonly namespace: string | undefined;
  readonly clusterDomain: string;
}

/** Reads the search list of a pod's resolv.conf: `search test.svc.cluster.local svc.cluster.local cluster.local`. */
export function readResolvConf(text: string): ResolvConf {
  const search = /^search\s+(.*)$/m.exec(text)?.[1]?.toLowerCase().split(/\s+/) ?? [];
  for (const domain of search) {
    const [namespace, svc, ...rest] = domain.replace(/\.$/, '').split('.');
    if (svc === 'svc' && rest.length > 0) return { namespace, clusterDomain: rest.join('.') };
  }
  return { namespace: undefined, clusterDomain: 'cluster.local' };
}

/** Short names of Services by the variables that Kubernetes gives a pod: `FLAGGER_LOADTESTER_SERVICE_HOST`. */
export const servicesOf = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.keys(env).flatMap((variable) => {
    const name = /^([A-Z][A-Z0-9_]*)_SERVICE_HOST$/.exec(variable)?.[1];
    return name === undefined ? [] : [name.toLowerCase().replaceAll('_', '-')];
  });
