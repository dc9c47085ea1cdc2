/** A kubeconfig's `proxy-url` wins over the environment's proxies, as it does for kubectl. */
export function connectionEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  proxyUrl: string | undefined,
): Readonly<Record<string, string | undefined>> {
  if (proxyUrl === undefined || proxyUrl === '') return env;
  return { http_proxy: proxyUrl, https_proxy: proxyUrl, no_proxy: '' };
}
