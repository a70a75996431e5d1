/** A practice as in production, in a folder of its own: its configuration and its authority, which bears no mark of tests. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createKeyFile } from '../src/platform/keys/key-ring.ts';
import { type Authority, createAuthority } from './authority/authority.ts';
import { signWhiteList } from './authority/white-list.ts';
import { freePortBase } from './port-base.ts';

const signerName = 'alb.test-mss.fr';
export const hostName = 'mss.cabinet.test-mss.fr';
const dn = `CN=${hostName},OU=318310021300028,O=Cabinet du cycle,ST=Indre-et-Loire (37),C=FR`;

export interface Practice {
  readonly folder: string;
  readonly authority: Authority;
  readonly config: Readonly<Record<string, unknown>>;
  readonly ports: { readonly smtp: number; readonly submission: number; readonly https: number };
}

export async function makePractice(t: { after(hook: () => Promise<void>): void }): Promise<Practice> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-practice-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const now = new Date();
  const authority = createAuthority({ name: 'CYCLE', unit: '0002 399999999', at: now });
  const at = (name: string): string => path.join(folder, name);
  await writeFile(at('ca.pem'), authority.chainPem);
  await writeCertificate(folder, authority);
  const signer = authority.issueWhiteListSigner({ name: signerName });
  const list = signWhiteList({
    domains: [{ domain: 'cabinet.test-mss.fr', dn }],
    generatedAt: now,
    key: signer.keyPem,
    certificate: signer.certificatePem,
  });
  await writeFile(at('liste-blanche.xml'), list);
  await createKeyFile(at('key-encryption-key'), { dataFolder: at('data') });
  const base = await freePortBase();
  const ports = { smtp: base + 25, submission: base + 587, https: base + 443 };
  const config = {
    operator: {
      name: 'Cabinet du cycle',
      domains: ['cabinet.test-mss.fr'],
      administrator: 'administration@cabinet.test-mss.fr',
      hostName,
    },
    dataFolder: at('data'),
    tls: { certificatePath: at('certificate.pem'), keyPath: at('key.pem'), authorityPath: at('ca.pem') },
    smtp: { host: '127.0.0.1', port: ports.smtp },
    submission: { host: '127.0.0.1', port: ports.submission },
    http: { host: '127.0.0.1', httpsPort: ports.https, publicUrl: `https://${hostName}` },
    trust: {
      anchorPaths: [at('ca.pem')],
      // Production fetches nothing from the machine itself: refused at once.
      crlUrls: ['http://127.0.0.1/organisations.crl'],
      whiteList: { path: at('liste-blanche.xml'), signerName },
    },
    keys: { kind: 'file', path: at('key-encryption-key') },
  };
  return { folder, authority, config, ports };
}

/** A new certificate and key, as a renewal leaves them. */
export async function writeCertificate(folder: string, authority: Authority): Promise<void> {
  const issued = authority.issue({ dn, hosts: [hostName] });
  await writeFile(path.join(folder, 'key.pem'), issued.keyPem, { mode: 0o600 });
  await chmod(path.join(folder, 'key.pem'), 0o600);
  await writeFile(path.join(folder, 'certificate.pem'), issued.chainPem);
}
