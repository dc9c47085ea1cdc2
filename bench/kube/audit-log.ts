import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one user asked of the API server in a time. */
export interface RequestCounts {
  /** get and list. */
  readonly reads: number;
  readonly writes: number;
  /** Begun or renewed. */
  readonly watches: number;
  readonly leases: number;
}

/** The API server's own record of who asked for what: the same judge for every controller. */
export interface AuditLog {
  /** For `KubeApiServerOptions.flags`. */
  readonly flags: readonly string[];
  /** Requests of this user that came between two moments (milliseconds since the epoch). */
  count(user: string, from: number, to: number): RequestCounts;
}

export function createAuditLog(): AuditLog {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-audit-'));
  const policy = join(folder, 'policy.json');
  const file = join(folder, 'audit.log');
  const rules = [{ level: 'Metadata', omitStages: ['RequestReceived', 'ResponseStarted'] }];
  // A watch is complete when it ends: what it began with is its first stage.
  const watches = {
    level: 'Metadata',
    verbs: ['watch'],
    omitStages: ['RequestReceived', 'ResponseComplete'],
  };
  writeFileSync(
    policy,
    JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [watches, ...rules] }),
  );
  return {
    flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${file}`, '--audit-log-mode=blocking'],
    count: (user, from, to) => count(readFileSync(file, 'utf8'), user, from, to),
  };
}

interface AuditEntry {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string };
  readonly requestReceivedTimestamp: string;
}

function count(text: string, user: string, from: number, to: number): RequestCounts {
  const counts = { reads: 0, writes: 0, watches: 0, leases: 0 };
  for (const line of text.split('\n')) {
    if (!line.includes(`"username":"${user}"`)) continue;
    const entry = JSON.parse(line) as AuditEntry;
    const at = Date.parse(entry.requestReceivedTimestamp);
    if (entry.user.username === user && at >= from && at < to) counts[kindOf(entry)] += 1;
  }
  return counts;
}

function kindOf({ verb, objectRef }: AuditEntry): keyof RequestCounts {
  if (objectRef?.resource === 'leases') return 'leases';
  if (verb === 'watch') return 'watches';
  return verb === 'get' || verb === 'list' ? 'reads' : 'writes';
}
