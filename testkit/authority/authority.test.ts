import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { createAuthority, restoreAuthority } from './authority.ts';

const at = new Date('2026-11-22T10:00:00Z');
const dn = 'CN=mss.cabinet.example,OU=318310021300028,O=CABINET DE L\u2019ÉTANG,ST=Haute-Garonne (31),C=FR';

describe('the test authority', () => {
  test('issues a chain that Node reads and verifies', () => {
    const authority = createAuthority({ name: 'ESSAI', at });
    const issued = authority.issue({ dn, hosts: ['mss.cabinet.example'] });
    const leaf = new X509Certificate(issued.certificatePem);
    const organisations = new X509Certificate(authority.organisationsPem);
    const root = new X509Certificate(authority.rootPem);
    assert.ok(leaf.checkIssued(organisations) && leaf.verify(organisations.publicKey));
    assert.ok(organisations.checkIssued(root) && organisations.verify(root.publicKey));
    assert.ok(root.ca && organisations.ca && !leaf.ca);
    assert.equal(leaf.checkHost('mss.cabinet.example'), 'mss.cabinet.example');
    assert.equal(leaf.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(leaf.serialNumber.toLowerCase(), issued.serial);
    assert.match(leaf.subject, /O=CABINET DE L’ÉTANG/);
    assert.match(root.subject, /OU=HYGIE TEST/);
  });

  test('lets two sides authenticate each other over TLS, with a CRL in force', async () => {
    const authority = createAuthority({ name: 'ESSAI', at: new Date() });
    const one = authority.issue({ dn });
    const other = authority.issue({ dn: dn.replace('cabinet', 'hopital') });
    const now = Date.now();
    const dates: [Date, Date] = [new Date(now - 1000), new Date(now + 3_600_000)];
    const crl = [authority.crlPem(...dates), authority.rootCrlPem(...dates)];
    const common = { ca: authority.rootPem, crl, minVersion: 'TLSv1.2' as const };
    const server = createServer({ ...common, key: one.keyPem, cert: one.chainPem, requestCert: true });
    server.on('secureConnection', (socket) => socket.end(String(socket.authorized)));
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const dial = (issued: { keyPem: string; chainPem: string }): TLSSocket =>
      connect({ ...common, port: address.port, host: '127.0.0.1', key: issued.keyPem, cert: issued.chainPem });
    const socket = dial(other);
    const [answer] = await once(socket, 'data');
    assert.equal(String(answer), 'true');
    assert.ok(socket.authorized);
    server.close();
  });

  test('is the same after a restart, what it revoked included', () => {
    const authority = createAuthority({ name: 'ESSAI', at });
    const issued = authority.issue({ dn });
    authority.revoke(issued.serial);
    const again = restoreAuthority(JSON.parse(JSON.stringify(authority.state())));
    assert.equal(again.rootPem, authority.rootPem);
    assert.equal(again.state().revoked.length, 1);
    const leaf = new X509Certificate(again.issue({ dn }).certificatePem);
    assert.ok(leaf.verify(new X509Certificate(authority.organisationsPem).publicKey));
  });
});
