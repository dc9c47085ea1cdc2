import { join } from 'node:path';
import { packagesThatShip, writeSbom } from './sbom/write-sbom.ts';

/**
 * Writes the SBOM of what the tester's image and the published package bring along: all packages but those that only
 * develop Sluice. It goes to dist/sbom.cdx.json or the file that is named. The controller's image has fewer:
 * `npm run bundle` writes the SBOM of the packages that it bundles.
 */
const file = process.argv[2] ?? join(import.meta.dirname, '../dist/sbom.cdx.json');
const shipped = await packagesThatShip();
await writeSbom(file, shipped);
console.log(`${file}: ${shipped.size} packages`);
