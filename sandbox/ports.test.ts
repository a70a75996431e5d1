import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePortBase } from '../testkit/port-base.ts';
import { holdPorts, worldPorts } from './ports.ts';

test('takes a base that leaves room for all its ports, at the limits and not beyond', () => {
  const at = (base: string) => worldPorts({ HYGIE_PORT_BASE: base });
  assert.equal(at('1024').operators[0]?.smtp, 1_049);
  assert.equal(at('64536').operators[2]?.submission, 65_323);
  assert.equal(at('').operators[0]?.smtp, 42_025);
  for (const wrong of ['1023', '64537', '5000.5', 'abc']) assert.throws(() => at(wrong), { code: 'port-base' });
});

test('keeps the ports of the operators until each asks for its own', async () => {
  const ports = worldPorts({ HYGIE_PORT_BASE: String(await freePortBase()) });
  const [first, second] = ports.operators;
  assert.ok(first && second);
  const held = await holdPorts(ports);
  await assert.rejects(holdPorts(ports), { code: 'port-taken' });
  await held.release(second);
  const server = createServer().listen(second.plain, '127.0.0.1');
  await once(server, 'listening');
  await assert.rejects(holdPorts(ports), { code: 'port-taken' });
  server.close();
  await held.release();
  const again = await holdPorts(ports);
  await again.release();
});
