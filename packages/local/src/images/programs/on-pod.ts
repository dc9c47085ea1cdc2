/** `localhost` as a container means it: the pod's own address. */
export function onPod(address: string, podIp = process.env['POD_IP']): string {
  if (podIp === undefined || podIp === '') return address;
  return address.replace(/^(http:\/\/)?(?:localhost|127\.0\.0\.1)(?=[:/]|$)/, `$1${podIp}`);
}
