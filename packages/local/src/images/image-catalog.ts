import type { ImageCatalog, ImageCommand } from '../contracts.ts';
import { parseImage } from './image-name.ts';
import { standIns, type StandIn } from './stand-ins.ts';
import { writePrograms, type ProgramTable } from './programs/write-programs.ts';

export interface ImageCatalogOptions {
  /** Folder for the programs; created when absent. */
  readonly directory: string;
  /** More programs by name, each with its command: `hey`, `helm` ... They replace built-in ones of the same name. */
  readonly extraPrograms?: ProgramTable;
  /** More images by repository (`sluice-example-slack`), each with its command; args of the container are appended. */
  readonly images?: Readonly<Record<string, ImageCommand>>;
}

/** Creates the catalog. Throws when `directory` cannot be written. */
export function createImageCatalog(options: ImageCatalogOptions): ImageCatalog {
  const programs = writePrograms(options.directory, options.extraPrograms ?? {});
  const ours = Object.entries(options.images ?? {}).map(([repository, image]) => example(repository, image));
  const all: readonly StandIn[] = [...ours, ...standIns];
  return {
    programs,
    resolve(image, container) {
      const name = parseImage(image);
      return all.find((standIn) => standIn.matches(name))?.run(name, container);
    },
  };
}

function example(repository: string, { argv, env }: ImageCommand): StandIn {
  return {
    matches: (image) => image.repository === repository || image.name === repository,
    run: (image, { command, args }) => {
      const [first, ...rest] = command;
      if (first !== undefined) return { argv: [first, ...rest, ...args], env };
      return { argv: [...argv, ...args], env: { SLUICE_IMAGE_TAG: image.tag, ...env } };
    },
  };
}
