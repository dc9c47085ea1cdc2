import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardedFolder } from '../guarded-spawn.ts';

export interface ClientCertificate {
  /** PEM; also its own authority. */
  readonly cert: string;
  readonly key: string;
}

/** Of a cluster administrator, made by openssl. */
export function makeClientCertificate(name: string): ClientCertificate {
  const folder = guardedFolder('certificate');
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', `/O=system:masters/CN=${name}`];
  const args = ['req', '-x509', ...kind, ...subject, '-keyout', keyFile, '-out', certFile];
  execFileSync('openssl', args, { stdio: 'ignore' });
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}
