import { lchownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseForeignLink } from '@sluice/lib/fs/refuse-foreign-link.ts';
import { gatesFolder } from './gates-folder.ts';

const user = process.getuid?.() ?? 0;
let shared: string;
beforeEach(() => {
  shared = mkdtempSync(join(tmpdir(), 'sluice-shared-'));
});
afterEach(() => rmSync(shared, { recursive: true, force: true }));

describe('the folder of gates in a shared folder', () => {
  it('is made for its user alone, and used again', () => {
    const folder = gatesFolder(shared, user);
    expect(folder).toBe(join(shared, `sluice-gates-${user}`));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(gatesFolder(shared, user)).toBe(folder);
  });

  it('is closed to others when it was open to them', () => {
    mkdirSync(join(shared, `sluice-gates-${user}`), { mode: 0o777 });
    expect(statSync(gatesFolder(shared, user)).mode & 0o777).toBe(0o700);
  });

  it.each<readonly [string, (path: string) => void]>([
    ['a link to a folder of the user', (path) => symlinkSync(mkdtempSync(join(shared, 'mine-')), path)],
    ['a link to nothing', (path) => symlinkSync(join(shared, 'nothing'), path)],
    ['a file', (path) => writeFileSync(path, '')],
  ])('is refused when it is %s', (_what, make) => {
    make(join(shared, `sluice-gates-${user}`));
    expect(() => gatesFolder(shared, user)).toThrow('so others could open gates');
  });

  it('is refused when it belongs to somebody else', () => {
    mkdirSync(join(shared, `sluice-gates-${user + 1}`));
    expect(() => gatesFolder(shared, user + 1)).toThrow(`is not a folder of uid ${user + 1}`);
  });
});

describe('a link', () => {
  const linkOf = (owner: number): string => {
    const path = join(shared, 'link');
    symlinkSync(join(shared, 'file'), path);
    // Only root can give a link away; another user is the somebody else.
    if (user === 0) lchownSync(path, owner, owner);
    return path;
  };

  it('of another user is refused, its own and no link are not', () => {
    const stranger = user === 0 ? 4242 : user;
    const path = linkOf(stranger);
    expect(() => refuseForeignLink(path, stranger + 1)).toThrow(
      `${path} is a link that another user (uid ${stranger})`,
    );
    expect(() => refuseForeignLink(path, stranger)).not.toThrow();
    expect(() => refuseForeignLink(join(shared, 'none'), stranger + 1)).not.toThrow();
    expect(() => refuseForeignLink(shared, stranger + 1)).not.toThrow();
  });
});
