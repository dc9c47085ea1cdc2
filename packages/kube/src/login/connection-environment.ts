import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** A kubeconfig's `proxy-url` wins over the environment's proxies, as it does for kubectl. */
export function connectionEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  proxyUrl: string | undefined,
  clusterName: string,
): Readonly<Record<string, string | undefined>> {
  if (proxyUrl === undefined || proxyUrl === '') return env;
  const protocol = URL.parse(proxyUrl)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new SluiceError(
      `proxy-url of ${clusterName} is "${maskUrl(proxyUrl)}"; only http:// and https:// proxies are supported`,
    );
  }
  return { http_proxy: proxyUrl, https_proxy: proxyUrl, no_proxy: '' };
}
