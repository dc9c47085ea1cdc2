import { readFileSync } from 'node:fs';

/** What the controller's image runs, after `npm run bundle`. */
export const imageCommand = [process.execPath, 'dist/image/main.cjs', 'controller'] as const;

/**
 * The environment of the controller's container: the variables that the Dockerfile's last stage sets. Not those of this
 * machine: certificates that it adds to Node's own, for one, would be counted as the controller's memory.
 */
export function imageEnvironment(): NodeJS.ProcessEnv {
  const lines = readFileSync('Dockerfile', 'utf8').split('\n');
  const variables = lines.findLast((line) => line.startsWith('ENV '))?.slice('ENV '.length) ?? '';
  const pairs = [...variables.matchAll(/(\w+)=(?:"([^"]*)"|(\S*))/g)];
  const values = Object.fromEntries(pairs.map(([, name, quoted, plain]) => [name, quoted ?? plain]));
  return { PATH: process.env['PATH'], SLUICE_BIND_ADDRESS: '127.0.0.1', ...values };
}
