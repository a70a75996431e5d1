import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { assert, present } from '../src/base/assert.ts';
import { proveWhiteList } from '../src/domain/trust/verify-file.ts';
import { readSignedWhiteList } from '../src/formats/white-list/white-list.ts';
import { largeWhiteList } from '../testkit/authority/large-white-list.ts';
import type { BenchResult } from './bench.ts';

/** Verifying the white list: ours beside `xml-crypto`, on the real list where it is there, else on one of its size. */
export async function run(): Promise<BenchResult[]> {
  const file = largeWhiteList();
  const best = Math.min(...Array.from({ length: 5 }, () => elapsed(() => readSignedWhiteList(file))));
  const peer = elapsed(() => verifyWithLibrary(file));
  const inThread = await measureThread(file);
  return [
    {
      name: 'read and verify the list',
      unit: 'ms',
      ours: best,
      peer,
      ratio: peer / best,
      note: 'xml-crypto 6, best of 5',
    },
    { name: 'the same in its thread', unit: 'ms', ours: inThread.elapsedMs, peer: null, ratio: null },
    {
      name: 'longest stall of the event loop',
      unit: 'ms',
      ours: inThread.stallMs,
      peer,
      ratio: peer / inThread.stallMs,
      note: 'the library holds the event loop throughout',
    },
  ];
}

function elapsed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** As the library's own documentation has it; it reads no entry. */
function verifyWithLibrary(file: Buffer): void {
  const xml = file.toString('utf8');
  const signature = new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagName('Signature')[0];
  const text = present(/<X509Certificate>([^<]*)</.exec(xml)?.[1], 'the list carries a certificate');
  const certificate = text.replaceAll('&#13;', '').replace(/\s/g, '').replace(/.{64}/g, '$&\n');
  const check = new SignedXml({
    publicCert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  });
  check.loadSignature(present(signature, 'the list is signed'));
  assert(check.checkSignature(xml), 'the library verifies the list');
}

async function measureThread(file: Buffer): Promise<{ elapsedMs: number; stallMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  const answer = await proveWhiteList(file);
  const elapsedMs = performance.now() - started;
  delay.disable();
  assert(answer.outcome === 'read', 'the list is sound');
  return { elapsedMs, stallMs: delay.max / 1e6 };
}
