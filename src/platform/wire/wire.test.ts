import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createSecureContext, type SecureVersion, TLSSocket, connect as tlsConnect } from 'node:tls';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { wireLimits } from '../../base/limits.ts';
import { secureAsClient, secureAsServer, wholeHandshakes } from './secure.ts';
import { Wire } from './wire.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a wire', () => {
  let server: Server;
  let accepted: Socket;
  before(async () => {
    server = createServer((socket) => {
      accepted = socket;
      socket.on('error', () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());

  /** A wire, and the raw socket of its peer. */
  async function pair(): Promise<{ wire: Wire; peer: Socket }> {
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const peer = connect(address.port, '127.0.0.1');
    peer.on('error', () => undefined);
    await Promise.all([once(peer, 'connect'), once(server, 'connection')]);
    return { wire: new Wire(accepted), peer };
  }

  test('gives what came, then waits, then says that the peer closed', async () => {
    const { wire, peer } = await pair();
    peer.write('one');
    assert.equal((await wire.read(1_000))?.toString(), 'one');
    setTimeout(() => peer.end('two'), 20);
    assert.equal((await wire.read(1_000))?.toString(), 'two');
    assert.equal(await wire.read(1_000), undefined);
    assert.ok(wire.isOver);
  });

  test('ends each wait', async () => {
    const { wire, peer } = await pair();
    await assert.rejects(wire.read(20), { code: 'wire-timeout' });
    peer.write('late');
    assert.equal((await wire.read(1_000))?.toString(), 'late');
    peer.destroy();
  });

  test('says that the connection broke, after what came before', async () => {
    const { wire, peer } = await pair();
    peer.write('last');
    await pause(20);
    peer.resetAndDestroy();
    await pause(20);
    assert.equal((await wire.read(1_000))?.toString(), 'last');
    await assert.rejects(wire.read(1_000), { code: 'wire-lost' });
    wire.write('to nobody');
  });

  test('holds the peer back at the bound, not before, and takes up again when read', async () => {
    const { wire, peer } = await pair();
    peer.write(Buffer.alloc(wireLimits.heldBytes - 1));
    await pause(50);
    assert.equal(wire.heldBytes, wireLimits.heldBytes - 1);
    assert.equal(accepted.isPaused(), false);
    peer.write('x');
    await pause(50);
    assert.equal(wire.heldBytes, wireLimits.heldBytes);
    assert.equal(accepted.isPaused(), true);
    const more = 8 * 1024 * 1024;
    peer.write(Buffer.alloc(more));
    await pause(50);
    assert.ok(wire.heldBytes < 2 * wireLimits.heldBytes);
    let read = 0;
    while (read < wireLimits.heldBytes + more) read += (await wire.read(1_000))?.length ?? 0;
    peer.destroy();
  });

  test('gives up on a peer that takes nothing', async () => {
    const { wire, peer } = await pair();
    peer.pause();
    wire.write(Buffer.alloc(32 * 1024 * 1024));
    await assert.rejects(wire.drain(50), { code: 'wire-timeout' });
    peer.resume();
    await wire.drain(5_000);
    peer.destroy();
  });

  test('destroys a connection whose peer never closes its side', { timeout: 3 * wireLimits.lingerMs }, async () => {
    const { wire, peer } = await pair();
    peer.allowHalfOpen = true;
    wire.end();
    const since = performance.now();
    await once(accepted, 'close');
    assert.ok(performance.now() - since >= wireLimits.lingerMs - 100);
    peer.destroy();
  });

  describe('under TLS', () => {
    const authority = createAuthority({ name: 'ESSAI', at: new Date() });
    const issued = authority.issue({ dn: 'CN=mss.cabinet.example,OU=318310021300028,O=C,ST=Paris (75),C=FR' });
    const material = { key: issued.keyPem, cert: issued.chainPem };
    const ours = createSecureContext({ ...material, ...wholeHandshakes });

    test('shows both sides the chain of the other', async () => {
      const { wire, peer } = await pair();
      const side = { secureContext: ours, asksCertificate: true, timeoutMs: 1_000 };
      const [server, client] = await Promise.all([
        secureAsServer(wire, side),
        secureAsClient(new Wire(peer), { ...side, serverName: 'mss.cabinet.example' }),
      ]);
      assert.equal(server.peerChain.length, 2);
      assert.equal(client.peerChain.length, 2);
      assert.equal(server.version, 'TLSv1.3');
      assert.match(client.cipher, /^TLS_/);
      server.wire.write('x');
      assert.equal((await client.wire.read(1_000))?.toString(), 'x');
      client.wire.destroy();
    });

    test('asks for a host by its name, and for none by an address (RFC 6066 §3)', async () => {
      for (const serverName of ['mss.cabinet.example', '127.0.0.1', '::1']) {
        const { wire, peer } = await pair();
        const side = { secureContext: ours, asksCertificate: true, timeoutMs: 1_000 };
        const securing = secureAsServer(wire, side);
        const client = await secureAsClient(new Wire(peer), { ...side, serverName });
        const server = await securing;
        const asked = server.wire.socket instanceof TLSSocket ? server.wire.socket.servername : undefined;
        assert.equal(asked || undefined, serverName.endsWith('example') ? serverName : undefined);
        client.wire.destroy();
      }
    });

    test('does a whole handshake with a peer that would resume a session, and sees its whole chain', async () => {
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] satisfies SecureVersion[]) {
        let session: Buffer | undefined;
        for (let round = 0; round < 3; round += 1) {
          const { wire, peer } = await pair();
          const secureContext = createSecureContext({ ...material, maxVersion });
          const client = tlsConnect({
            socket: peer,
            rejectUnauthorized: false,
            secureContext,
            ...(session && { session }),
          });
          client.on('error', () => undefined);
          client.on('session', (ticket) => {
            session = ticket;
          });
          const secured = await secureAsServer(wire, { secureContext: ours, asksCertificate: true, timeoutMs: 1_000 });
          assert.equal(secured.peerChain.length, 2, `${maxVersion}, round ${round}`);
          secured.wire.write('x');
          await once(client, 'data');
          client.destroy();
        }
        assert.ok(session !== undefined);
      }
    });

    test('fails when the peer speaks no TLS, leaves, or says nothing', async () => {
      for (const act of [(peer: Socket) => peer.write('EHLO\r\n'), (peer: Socket) => peer.end(), () => undefined]) {
        const { wire, peer } = await pair();
        const securing = secureAsServer(wire, { secureContext: ours, asksCertificate: true, timeoutMs: 50 });
        act(peer);
        await assert.rejects(securing, { code: 'tls-handshake' });
        peer.destroy();
      }
    });
  });
});
