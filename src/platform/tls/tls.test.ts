import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect, createServer, type TLSSocket } from 'node:tls';
import { type Authority, createAuthority, type Issued } from '../../../testkit/authority/authority.ts';
import { systemClock } from '../../base/clock.ts';
import { tlsLimits } from '../../base/limits.ts';
import { createLog } from '../../base/log.ts';
import { createTlsContexts, type TlsContexts } from './tls.ts';

const day = 24 * 3_600_000;
const dn = (name: string) => `CN=${name},OU=318310021300028,O=TEST,C=FR`;

interface World {
  readonly authority: Authority;
  readonly files: { certificatePath: string; keyPath: string; caPath: string };
  readonly lines: { event: string; level: string }[];
  install(issued: Issued): Promise<void>;
  open(pollMs?: number): Promise<TlsContexts>;
}

async function world(t: TestContext): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hygie-tls-'));
  t.after(() => rm(folder, { recursive: true }));
  const authority = createAuthority({ name: 'TLS', at: new Date() });
  const files = {
    certificatePath: join(folder, 'c.pem'),
    keyPath: join(folder, 'k.pem'),
    caPath: join(folder, 'ca.pem'),
  };
  await writeFile(files.caPath, authority.chainPem);
  const lines: World['lines'] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)) });
  return {
    authority,
    files,
    lines,
    async install(issued) {
      await writeFile(files.certificatePath, issued.chainPem);
      await writeFile(files.keyPath, issued.keyPem);
    },
    async open(pollMs) {
      const contexts = await createTlsContexts(files, { clock: systemClock, log, ...(pollMs ? { pollMs } : {}) });
      t.after(() => contexts.stop());
      return contexts;
    },
  };
}

/** Connects to a server that uses `contexts`, and tells what both sides saw. */
async function handshake(t: TestContext, contexts: TlsContexts, client: ConnectionOptions) {
  const server = createServer({
    ...contexts.options(),
    SNICallback: (_name, done) => done(null, contexts.current()),
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  const accepted = new Promise<TLSSocket>((resolve) => server.once('secureConnection', resolve));
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...client });
  t.after(() => socket.destroy());
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const peer = await accepted;
  t.after(() => peer.destroy());
  const seen = {
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().name,
    server: socket.getPeerCertificate().subject.CN,
    client: peer.getPeerCertificate().subject?.CN,
    clientAuthorized: peer.authorized,
  };
  return seen;
}

test('one context serves as server and as client, with the chain and the authorities of the files', async (t) => {
  const here = await world(t);
  await here.install(here.authority.issue({ dn: dn('first') }));
  const contexts = await here.open();
  const seen = await handshake(t, contexts, { secureContext: contexts.current() });
  assert.deepEqual(
    [seen.server, seen.client, seen.clientAuthorized, seen.protocol],
    ['first', 'first', true, 'TLSv1.3'],
  );
});

test('TLS 1.2 with ephemeral keys is spoken, TLS 1.1 is not (ANS-REF2 ECO.1.1.1)', async (t) => {
  const here = await world(t);
  await here.install(here.authority.issue({ dn: dn('first'), keyType: 'rsa' }));
  const contexts = await here.open();
  const ca = here.authority.rootPem;
  const modern = await handshake(t, contexts, { ca, maxVersion: 'TLSv1.2' });
  assert.match(modern.cipher, /^ECDHE-RSA-/);
  const old = { ca, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
  await assert.rejects(handshake(t, contexts, old));
});

test('no suite without ephemeral keys or without authenticated encryption is spoken (ANS-REF2 ECO.1.1.3)', async (t) => {
  const here = await world(t);
  await here.install(here.authority.issue({ dn: dn('first'), keyType: 'rsa' }));
  const contexts = await here.open();
  for (const ciphers of ['AES256-GCM-SHA384', 'ECDHE-RSA-AES256-SHA384', 'ECDHE-RSA-AES128-SHA', 'AES128-SHA']) {
    const client = { ca: here.authority.rootPem, maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` } as const;
    await assert.rejects(handshake(t, contexts, client), ciphers);
  }
});

test('a renewed certificate serves the next connection, without a restart', async (t) => {
  const here = await world(t);
  await here.install(here.authority.issue({ dn: dn('first') }));
  const contexts = await here.open();
  assert.equal(await contexts.reload(), 'unchanged');
  let told = 0;
  contexts.onRenewal(() => (told += 1));
  const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 30 * day);
  await here.install(here.authority.issue({ dn: dn('second'), notAfter }));
  assert.equal(await contexts.reload(), 'renewed');
  assert.equal(told, 1);
  assert.equal(contexts.expiresAt().getTime(), notAfter.getTime());
  assert.equal((await handshake(t, contexts, { ca: here.authority.rootPem })).server, 'second');
});

test('a renewal is noticed without being asked for', async (t) => {
  const here = await world(t);
  await here.install(here.authority.issue({ dn: dn('first') }));
  const contexts = await here.open(10);
  const renewed = new Promise<void>((resolve) => contexts.onRenewal(resolve));
  await here.install(here.authority.issue({ dn: dn('second') }));
  await renewed;
  assert.equal((await handshake(t, contexts, { ca: here.authority.rootPem })).server, 'second');
});

test('a renewal that is broken leaves the certificate in force and raises one alarm', async (t) => {
  const here = await world(t);
  const first = here.authority.issue({ dn: dn('first') });
  const other = here.authority.issue({ dn: dn('other') });
  const expired = here.authority.issue({
    dn: dn('expired'),
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: new Date(Date.now() - day),
  });
  await here.install(first);
  const contexts = await here.open();
  const broken: (() => Promise<void>)[] = [
    () => writeFile(here.files.certificatePath, 'not a certificate'),
    () => writeFile(here.files.certificatePath, first.chainPem.slice(0, 400)),
    () => here.install({ ...first, keyPem: other.keyPem }),
    () => here.install({ ...first, keyPem: 'not a key' }),
    () => here.install(expired),
    () => rm(here.files.keyPath),
    async () => {
      await here.install(other);
      await writeFile(here.files.caPath, 'no authority');
    },
  ];
  for (const [index, breakIt] of broken.entries()) {
    await breakIt();
    assert.equal(await contexts.reload(), 'refused', `case ${index}`);
    assert.equal(await contexts.reload(), 'unchanged');
    assert.equal(
      here.lines.filter(({ event, level }) => event === 'tls-renewal-refused' && level === 'error').length,
      index + 1,
    );
    assert.equal((await handshake(t, contexts, { ca: here.authority.rootPem })).server, 'first');
  }
  await writeFile(here.files.caPath, here.authority.chainPem);
  assert.equal(await contexts.reload(), 'renewed');
  assert.equal((await handshake(t, contexts, { ca: here.authority.rootPem })).server, 'other');
});

test('files that cannot serve at all refuse the start, each with its reason', async (t) => {
  const here = await world(t);
  const issued = here.authority.issue({ dn: dn('first') });
  await here.install(issued);
  const opened = (code: string) => assert.rejects(here.open(), { name: 'Refusal', code });
  await rm(here.files.keyPath);
  await opened('tls-file-unreadable');
  await copyFile(here.files.certificatePath, here.files.keyPath);
  await opened('tls-file-malformed');
  await writeFile(here.files.keyPath, here.authority.issue({ dn: dn('x') }).keyPem);
  await opened('tls-key-mismatch');
});

test('an expired certificate still starts, so that people can sign in, and raises an alarm', async (t) => {
  const here = await world(t);
  const dates = { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) };
  await here.install(here.authority.issue({ dn: dn('late'), ...dates }));
  await here.open();
  assert.deepEqual(
    here.lines.map(({ event }) => event),
    ['tls-certificate-expired'],
  );
});

test('a PEM file is read up to its bound, and refused one byte beyond', async (t) => {
  const here = await world(t);
  const issued = here.authority.issue({ dn: dn('first') });
  await here.install(issued);
  const padded = (bytes: number) => issued.chainPem + '\n'.repeat(bytes - issued.chainPem.length);
  await writeFile(here.files.certificatePath, padded(tlsLimits.pemBytes));
  await here.open();
  await writeFile(here.files.certificatePath, padded(tlsLimits.pemBytes + 1));
  await assert.rejects(here.open(), { name: 'Refusal', code: 'tls-file-too-long' });
});
