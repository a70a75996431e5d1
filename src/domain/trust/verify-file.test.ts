import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { signWhiteList } from '../../../testkit/authority/white-list.ts';
import { Temporary } from '../../base/errors.ts';
import { proveWhiteList } from './verify-file.ts';

const real = path.resolve(import.meta.dirname, '../../../../shared/data/white-list/listeblanchemssante-2025-02-28.xml');

/** The real list where it is there, else one of its size. */
function largeList(): Buffer {
  if (existsSync(real)) return readFileSync(real);
  const generatedAt = new Date('2026-11-22T10:00:00Z');
  const signer = createAuthority({ name: 'ESSAI', at: generatedAt }).issueWhiteListSigner({ name: 'alb' });
  const domains = Array.from({ length: 6500 }, (_, i) => ({
    domain: `d${i}.mssante.example`,
    dn: `CN=mss${i % 400}.example,OU=3183100213${i % 400},O=ESSAI,ST=Haute-Garonne (31),C=FR`,
  }));
  const key = { key: signer.keyPem, certificate: signer.certificatePem };
  return Buffer.from(signWhiteList({ domains, generatedAt, ...key }));
}

test('a large list is proven in a thread of its own, and the event loop goes on', async (t) => {
  const file = largeList();
  await proveWhiteList(Buffer.from('<x/>')); // the modules are read once
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  const answer = await proveWhiteList(file);
  const elapsedMs = performance.now() - started;
  delay.disable();
  assert.ok(answer.outcome === 'read');
  assert.ok(answer.list.entryCount > 6000);
  t.diagnostic(`${elapsedMs.toFixed(0)} ms, longest stall ${(delay.max / 1e6).toFixed(1)} ms`);
  assert.ok(elapsedMs < 3000);
  assert.ok(delay.max / 1e6 < 100);
});

test('a thread that takes too long is ended', async () => {
  const late = proveWhiteList(largeList(), { timeoutMs: 50 });
  await assert.rejects(late, (fault) => fault instanceof Temporary && fault.code === 'white-list-verification');
});

test('a refusal crosses the thread with its code', async () => {
  assert.deepEqual(await proveWhiteList(Buffer.from('<x/>')), {
    outcome: 'refused',
    code: 'white-list-wrong-namespace',
  });
});
