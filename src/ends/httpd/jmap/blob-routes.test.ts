/** Blobs up and down, through real requests. */
import assert from 'node:assert/strict';
import { request as openRequest } from 'node:http';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { JmapHttp, type JmapPerson } from '../../../../testkit/jmap-http.ts';
import { rawMessage } from '../../../../testkit/mail-store.ts';
import { mailLimits } from '../../../base/domain-limits.ts';
import { jmapLimits } from '../../../base/end-limits.ts';
import { smtpLimits } from '../../../base/limits.ts';
import type { AccountRef } from '../../../domain/mail/mail.ts';

const world = await JmapHttp.open({ after });
const tenantId = await world.createTenant();
const { person, account } = await world.createHolder(tenantId);

const download = (of: JmapPerson, from: AccountRef, path: string, init: RequestInit = {}) =>
  world.fetch(of, `/jmap/download/${from.accountId}/${path.includes('/') ? path : `${path}/a.bin`}`, init);

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

/** The status of an upload of as many octets as `content-length` tells, and its problem. */
async function uploadTo(to: AccountRef, body: Uint8Array<ArrayBuffer>, who = person): Promise<[number, string]> {
  const response = await world.fetch(who, `/jmap/upload/${to.accountId}`, { method: 'POST', body });
  const { code, type }: { code?: string; type: string } = JSON.parse(await response.text());
  return [response.status, code ?? type];
}

describe('an upload (RFC 8620 §6.1)', () => {
  test('is told by its blob, and comes back as it went', async () => {
    const bytes = Buffer.alloc(200_000, 'compte rendu ');
    const { blobId, type, size, accountId } = await world.upload(person, account, bytes, 'application/pdf; a=b');
    assert.deepEqual([type, size, accountId], ['application/pdf; a=b', bytes.length, account.accountId]);
    const response = await download(person, account, blobId);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/pdf; a=b');
    assert.ok((await bytesOf(response)).equals(bytes));
  });

  test('may be empty, or of no type that can be read', async () => {
    const { blobId, type, size } = await world.upload(person, account, '', 'nonsense');
    assert.deepEqual([type, size], ['application/octet-stream', 0]);
    const response = await download(person, account, blobId);
    assert.deepEqual([response.status, (await bytesOf(response)).length], [200, 0]);
  });

  test('has the size that the session tells, and not one octet more', async () => {
    const whole = Buffer.alloc(smtpLimits.messageBytes + 1);
    assert.equal((await world.upload(person, account, whole.subarray(1))).size, smtpLimits.messageBytes);
    assert.deepEqual(await uploadTo(account, whole), [413, 'urn:ietf:params:jmap:error:limit']);
    // Without a length told before.
    const status = await new Promise((resolve, reject) => {
      const headers = { ...person.headers, 'transfer-encoding': 'chunked' };
      const url = `${world.base}/jmap/upload/${account.accountId}`;
      const sending = openRequest(url, { method: 'POST', headers }, (answer) => resolve(answer.statusCode));
      sending.on('error', reject);
      sending.end(whole);
    });
    assert.equal(status, 413);
  });

  test('needs room, the right to write, and an account that is open', async () => {
    const full = await world.createAccount(tenantId, 10);
    const closed = await world.createAccount(tenantId);
    const lent = await world.createAccount(tenantId);
    await world.act((act) => world.mail.closeAccount(act, closed));
    for (const [to, rights] of [
      [full, ['own']],
      [closed, ['own']],
      [lent, ['read']],
    ] as const) {
      await world.lend(to, person, rights);
    }
    const one = Buffer.from('12345678901');
    assert.deepEqual(await uploadTo(full, one), [413, 'over-quota']);
    assert.deepEqual(await uploadTo(closed, one), [403, 'closed']);
    assert.deepEqual(await uploadTo(lent, one), [403, 'not-permitted']);
    await sql`
      insert into mail.upload (tenant_id, account_id, id, key_version, wrapped_key, sealed_type, size_bytes, uploaded_at)
      select ${tenantId}, ${full.accountId}, gen_random_uuid(), 1, '', '', 0, now()
        from generate_series(1, ${mailLimits.uploads}::int)`.execute(world.foundation.ownerDb);
    assert.deepEqual(await uploadTo(full, Buffer.alloc(1)), [429, 'too-many-uploads']);
  });

  test('is one of a few at once', async () => {
    const url = `${world.base}/jmap/upload/${account.accountId}`;
    const begin = () => {
      const slow = openRequest(url, { method: 'POST', headers: { ...person.headers, 'transfer-encoding': 'chunked' } });
      slow.on('error', () => undefined);
      slow.write('a');
      return slow;
    };
    // Those that came too late are refused as the last one is.
    const begun = Array.from({ length: jmapLimits.concurrentUploads }, begin);
    let last: [number, string] = [201, ''];
    while (last[0] === 201) {
      begun.push(begin());
      last = await uploadTo(account, Buffer.from('b'));
    }
    assert.deepEqual(last, [429, 'urn:ietf:params:jmap:error:limit']);
    for (const slow of begun) slow.destroy();
    while ((await uploadTo(account, Buffer.from('b')))[0] !== 201);
  });
});

describe('a download (RFC 8620 §6.2)', () => {
  const text = 'Cher confrère, 0123456789';

  test('is for its reader alone, cannot run, and never changes (RFC 9110 §13.1.2)', async () => {
    const { blobId } = await world.upload(person, account, text, 'text/html');
    const { headers } = await download(person, account, `${blobId}/${encodeURIComponent("Résultats d'été.html")}`);
    assert.equal(headers.get('content-security-policy'), "sandbox; default-src 'none'");
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('cache-control'), 'private, immutable, max-age=31536000');
    assert.equal(headers.get('content-length'), String(Buffer.byteLength(text)));
    assert.match(
      headers.get('content-disposition') ?? '',
      /^attachment; filename="R_sultats .*UTF-8''R%C3%A9sultats%20/,
    );
    const etag = headers.get('etag') ?? '';
    const again = await download(person, account, blobId, { headers: { 'if-none-match': `"x", W/${etag}` } });
    assert.equal(again.status, 304);
  });

  test('has the type that is asked; only PDF and raster images open inline', async () => {
    const { blobId } = await world.upload(person, account, text, 'text/html');
    const asked: readonly (readonly [string, string, string])[] = [
      ['application/pdf', 'application/pdf', 'inline'],
      ['image/png', 'image/png', 'inline'],
      ['image/svg+xml', 'image/svg+xml', 'attachment'],
      ['text/plain;charset=utf-8', 'text/plain;charset=utf-8', 'attachment'],
      ['', 'text/html', 'attachment'],
      ['text/html\r\nSet-Cookie: a=b', 'text/html', 'attachment'],
    ];
    for (const [type, given, disposition] of asked) {
      const { headers } = await download(person, account, `${blobId}/a?type=${encodeURIComponent(type)}`);
      assert.equal(headers.get('content-type'), given, type);
      assert.equal(headers.get('content-disposition')?.split(';')[0], disposition, type);
      assert.equal(headers.get('set-cookie'), null);
    }
  });

  test('gives a range, the whole, or says that there is none (RFC 9110 §13.1.5, §14.2 and §15.5.17)', async () => {
    const bytes = Buffer.alloc(150_000, text);
    const { blobId } = await world.upload(person, account, bytes);
    const ask = (range: string, more: Record<string, string> = {}) =>
      download(person, account, blobId, { headers: { range, ...more } });
    const part = await ask('bytes=65530-65545');
    assert.deepEqual([part.status, part.headers.get('content-range')], [206, 'bytes 65530-65545/150000']);
    assert.ok((await bytesOf(part)).equals(bytes.subarray(65_530, 65_546)));
    const beyond = await ask('bytes=150000-');
    assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, 'bytes */150000']);
    assert.equal(beyond.headers.get('cache-control'), 'no-store');
    const etag = part.headers.get('etag') ?? '';
    assert.equal((await ask('bytes=0-1', { 'if-range': etag })).status, 206);
    assert.equal((await ask('bytes=0-1', { 'if-range': '"other"' })).status, 200);
  });

  test('answers HEAD without the bytes', async () => {
    const { blobId } = await world.upload(person, account, text);
    const response = await download(person, account, blobId, { method: 'HEAD' });
    assert.deepEqual([response.status, response.headers.get('content-length')], [200, String(Buffer.byteLength(text))]);
    assert.equal((await bytesOf(response)).length, 0);
  });

  test('is of whole emails and of their parts, decoded, and leaves one event', async () => {
    const pdf = Buffer.alloc(70_000, 'abcdefghij');
    const boundary = 'b1';
    const body = [
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Bonjour',
      `--${boundary}`,
      'Content-Type: application/pdf; name=a.pdf',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename=a.pdf',
      '',
      ...(pdf.toString('base64').match(/.{1,76}/g) ?? []),
      `--${boundary}--`,
      '',
    ].join('\r\n');
    const raw = rawMessage({ 'Content-Type': `multipart/mixed; boundary=${boundary}` }, body);
    const { emailId } = await world.store(account, raw);
    const whole = await download(person, account, `E${emailId}`);
    assert.equal(whole.headers.get('content-type'), 'message/rfc822');
    assert.equal(String(await bytesOf(whole)), raw);
    const attached = await download(person, account, `E${emailId}-2`);
    assert.equal(attached.headers.get('content-type'), 'application/pdf');
    assert.ok((await bytesOf(attached)).equals(pdf));
    const range = await download(person, account, `E${emailId}-2`, { headers: { range: 'bytes=69995-' } });
    assert.deepEqual([range.status, String(await bytesOf(range))], [206, 'fghij']);
    assert.equal((await download(person, account, `E${emailId}-9`)).status, 404);
    const events = await world.foundation.audit.list(world.foundation.database.db, { ...account, limit: 100 });
    assert.equal(events.filter(({ kind, objectId }) => kind === 'email.opened' && objectId === emailId).length, 1);
  });

  test('tells nothing of what is another’s, in the practice or outside', async () => {
    const { blobId } = await world.upload(person, account, text);
    const { emailId } = await world.store(account, rawMessage());
    const neighbour = await world.createHolder(tenantId);
    const stranger = await world.createHolder();
    const manager = await world.createPerson(tenantId);
    await world.lend(account, manager, ['send', 'manage']);
    const texts = new Set<string>();
    for (const id of [blobId, `E${emailId}`, `E${emailId}-1`, `E${emailId}-TEXT`]) {
      for (const other of [neighbour, stranger]) {
        for (const from of [account, other.account]) {
          const response = await download(other.person, from, id);
          assert.equal(response.status, 404);
          texts.add(await response.text());
        }
      }
      assert.equal((await download(manager, account, id)).status, 404);
    }
    for (const [from, id] of [
      [account.accountId, 'Ux'],
      [account.accountId, 'E..'],
      ['x', blobId],
      [account.accountId, `U${emailId}`],
    ] as const) {
      const response = await world.fetch(person, `/jmap/download/${from}/${id}/a`);
      assert.equal(response.status, 404, id);
      texts.add(await response.text());
    }
    assert.equal(texts.size, 1);
  });
});
