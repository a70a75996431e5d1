import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { connectTo } from './net.ts';

async function listen(t: { after(fn: () => unknown): void }): Promise<number> {
  const server = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  return port;
}

const options = { timeoutMs: 2_000, allowPrivate: true };

test('connects, and leaves the faults of the socket to its caller', async (t) => {
  const socket = await connectTo({ address: '127.0.0.1', port: await listen(t), name: 'here' }, options);
  assert.equal(socket.listenerCount('error'), 0);
  assert.equal(String(await socket.toArray().then((chunks) => Buffer.concat(chunks))), 'hello');
});

test('refuses a reserved address that nobody configured', async (t) => {
  const target = { address: '127.0.0.1', port: await listen(t), name: 'here' };
  await assert.rejects(connectTo(target, { timeoutMs: 2_000 }), { name: 'Refusal', code: 'address-not-public' });
});

test('nobody listening is temporary', async (t) => {
  const port = await listen(t);
  const target = { address: '127.0.0.2', port, name: 'elsewhere' };
  await assert.rejects(connectTo(target, options), { name: 'Temporary', code: 'connection-failed' });
});

test('a host that does not answer in time is temporary', async () => {
  const blackHole = { address: '192.0.2.1', port: 25, name: 'nowhere' };
  await assert.rejects(connectTo(blackHole, { ...options, timeoutMs: 50 }), (fault: Error) => {
    // A machine without a network answers at once that there is no way.
    return fault.name === 'Temporary' && 'code' in fault && String(fault.code).startsWith('connection-');
  });
});
