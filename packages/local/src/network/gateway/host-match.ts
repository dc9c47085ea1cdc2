/** Whether a hostname of a route or listener (exact, `*.suffix`, or undefined for any) covers `host`. */
export function coversHost(pattern: string | undefined, host: string): boolean {
  if (pattern === undefined) return true;
  const name = pattern.toLowerCase();
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) && host !== name.slice(2) : host === name;
}

/** Hostnames that listener and route have in common; an undefined one is any host. Empty: none in common. */
export function commonHosts(
  listener: string | undefined,
  route: readonly string[],
): readonly (string | undefined)[] {
  if (route.length === 0) return [listener];
  if (listener === undefined) return route;
  return route.flatMap((host) => {
    if (host === listener || coversHost(listener, host)) return [host];
    return coversHost(host, listener) ? [listener] : [];
  });
}
