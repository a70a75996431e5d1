import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createAuthority } from './authority.ts';
import { signWhiteList } from './white-list.ts';

const real = path.resolve(import.meta.dirname, '../../../shared/data/white-list/listeblanchemssante-2025-02-28.xml');

/** The real white list of February 2025 (3.7 MB, 6,494 entries) where it is there, else one of its size. */
export function largeWhiteList(): Buffer {
  if (existsSync(real)) return readFileSync(real);
  const generatedAt = new Date('2026-11-22T10:00:00Z');
  const signer = createAuthority({ name: 'ESSAI', at: generatedAt }).issueWhiteListSigner({ name: 'alb' });
  const domains = Array.from({ length: 6500 }, (_, i) => ({
    domain: `d${i}.mssante.example`,
    dn: `CN=mss${i % 400}.example,OU=3183100213${i % 400},O=ESSAI,ST=Haute-Garonne (31),C=FR`,
  }));
  return Buffer.from(signWhiteList({ domains, generatedAt, key: signer.keyPem, certificate: signer.certificatePem }));
}
