import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const allowed = readFileSync('.dockerignore', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

/** What `COPY` takes from the folder of the project; what comes from another stage does not. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
  sources.split(' '),
);

describe('the Dockerfile', () => {
  it('copies what exists and is not ignored', () => {
    expect(copied.length).toBeGreaterThan(6);
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect(copied.filter((path) => !allowed.includes(path))).toEqual([]);
  });

  it('is given nothing that it does not copy', () => {
    expect(allowed.filter((path) => !copied.includes(path))).toEqual([]);
  });

  it('runs as a user by number, which Kubernetes can tell from root', () => {
    expect([...dockerfile.matchAll(/^USER (.+)$/gm)].map(([, user]) => user)).toEqual([
      '1000:1000',
      '65532:65532',
    ]);
  });

  it('starts from images that an argument can pin by digest, or from its own stages', () => {
    const args = [...dockerfile.matchAll(/^ARG (\w+_IMAGE)=(\S+)$/gm)];
    const stages = [...dockerfile.matchAll(/^FROM .* AS (\S+)$/gm)].map(([, stage]) => stage);
    expect(args.map(([, , image = '']) => image).filter((image) => !/:(?!latest)[^:]+$/.test(image))).toEqual(
      [],
    );
    const bases = [...dockerfile.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)].map(([, base]) => base);
    const pinnable = args.map(([, name]) => `\${${name}}`);
    expect(new Set(bases)).toEqual(new Set(pinnable));
    const sources = [...dockerfile.matchAll(/--from=(\S+)/g)].map(([, source]) => source);
    expect(sources.filter((source) => !stages.includes(source))).toEqual([]);
    expect(dockerfile).not.toMatch(/^# syntax=/m);
  });

  it('has the versions of Node and of kubectl and helm that the tests have', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    const major = /\d+/.exec(engines.node)?.[0] ?? '?';
    expect(dockerfile).toContain(`node:${major}-`);
    expect(dockerfile).toContain(`distroless/nodejs${major}-`);
    const clients = readFileSync('scripts/build-clients', 'utf8');
    expect(clients).toContain(`kubectl_version=${/kubectl:v([\d.]+)/.exec(dockerfile)?.[1]}`);
    expect(clients).toContain(`helm_version=${/helm@v([\d.]+)/.exec(dockerfile)?.[1]}`);
  });
});
