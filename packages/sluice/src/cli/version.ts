import packageJson from '../../../../package.json' with { type: 'json' };

export const version: string = packageJson.version;

export function runVersion(): Promise<number> {
  console.log(version);
  return Promise.resolve(0);
}
