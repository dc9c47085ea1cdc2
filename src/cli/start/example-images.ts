import type { ImageCommand } from '../../local/contracts.ts';
import { exampleFolder } from './manifests.ts';

/** The example's own images: programs of its folder. */
export function exampleImages(): Readonly<Record<string, ImageCommand>> {
  const receiver = (file: string): ImageCommand => ({
    argv: [process.execPath, `${exampleFolder}receivers/${file}`],
    env: {},
  });
  return { 'sluice-example-telegram': receiver('telegram.ts'), 'sluice-example-slack': receiver('slack.ts') };
}
