import { fileURLToPath } from 'node:url';
import type { ImageCommand } from '@sluice/local/contracts.ts';

/** Source of the repository, or built files in the installed package: Node strips no types below node_modules. */
const receivers = import.meta.url.endsWith('.ts')
  ? { folder: '../../../../../examples/podinfo/receivers/', extension: 'ts' }
  : { folder: '../../../../examples/podinfo/receivers/', extension: 'js' };

/** The example's own images: programs of its folder. */
export function exampleImages(): Readonly<Record<string, ImageCommand>> {
  const receiver = (name: string): ImageCommand => ({
    argv: [
      process.execPath,
      fileURLToPath(new URL(`${receivers.folder}${name}.${receivers.extension}`, import.meta.url)),
    ],
    env: {},
  });
  return { 'sluice-example-telegram': receiver('telegram'), 'sluice-example-slack': receiver('slack') };
}
