import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Makes `dist`, what is published and what the tester's image runs: JavaScript, for Node strips no types below
 * node_modules. A file each, because processes of ours are started by file; what one package of the workspace imports
 * from another becomes a relative path.
 */
const root = join(import.meta.dirname, '..');

await rm(join(root, 'dist'), { recursive: true, force: true });
await emit('packages', 'dist');
await emit('examples', 'dist/examples');

async function emit(from: string, to: string): Promise<void> {
  const folder = join(root, from);
  const files = (await readdir(folder, { recursive: true })).filter(isSource);
  const bundle = await rolldown({
    input: files.map((file) => join(folder, file)),
    platform: 'node',
    external: (id) => !/^[./]|^@sluice\//.test(id),
    treeshake: false,
  });
  const { output } = await bundle.write({
    dir: join(root, to),
    format: 'esm',
    preserveModules: true,
    preserveModulesRoot: folder,
  });
  await bundle.close();
  console.log(`${to}: ${output.length} files`);
}

function isSource(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('node_modules');
}
