/** The key by which push services know this operator (RFC 8292): made once, for good. */
import { createECDH } from 'node:crypto';
import { sql } from 'kysely';
import { present } from '../../base/assert.ts';
import { Refusal } from '../../base/errors.ts';
import type { TenantId } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import type { Db } from '../../platform/db/db.ts';
import { type DataKey, operatorWide } from '../../platform/keys/keys.ts';
import type { AccessParts } from './access.ts';
import { tenantKey } from './persons.ts';
import { accessTexts } from './texts.ts';

export interface PushIdentity {
  /** The point on P-256, uncompressed. */
  readonly publicKey: Buffer;
  /** 32 octets. */
  readonly privateKey: Secret;
}

const context = Buffer.from('access.push_identity', 'utf8');
const privateBytes = 32;

interface Row {
  readonly publicKey: Buffer;
  readonly keyVersion: number;
  readonly sealed: Buffer;
}

async function read(db: Db): Promise<Row | undefined> {
  const { rows } = await sql<Row>`
    select public_key as "publicKey", key_version as "keyVersion", sealed_private as "sealed"
      from access.push_identity`.execute(db);
  return rows[0];
}

/** Safe when several processes start together: the first one's key is everybody's. */
export async function openPushIdentity(parts: AccessParts, db: Db, at: Date): Promise<PushIdentity> {
  let row = await read(db);
  if (row === undefined) {
    const pair = createECDH('prime256v1');
    const publicKey = pair.generateKeys();
    const made = pair.getPrivateKey();
    const privateKey = Buffer.concat([Buffer.alloc(privateBytes - made.length), made]);
    const key = await tenantKey(parts, db, operatorWide);
    await sql`
      insert into access.push_identity (public_key, key_version, sealed_private, created_at)
      values (${publicKey}, ${key.version}, ${key.seal(privateKey, context)}, ${at})
      on conflict do nothing`.execute(db);
    row = present(await read(db), 'the key for push services was not kept');
  }
  const key = await versionOf(parts, db, { tenantId: operatorWide, version: row.keyVersion });
  return { publicKey: row.publicKey, privateKey: new Secret(key.unseal(row.sealed, context)) };
}

/** The tenant's key of that version. Throws `Refusal('tenant-gone')` once it is destroyed. */
export async function versionOf(
  { dataKeys }: AccessParts,
  db: Db,
  { tenantId, version }: { readonly tenantId: TenantId; readonly version: number },
): Promise<DataKey> {
  const opened = await dataKeys.open(db, { tenantId, purpose: 'tenant', ownerId: tenantId, version });
  if (opened.state === 'destroyed') throw new Refusal('tenant-gone', accessTexts.tenantGone);
  return opened.key;
}
