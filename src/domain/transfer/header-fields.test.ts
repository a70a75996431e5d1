import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addressOf } from '../../../testkit/transfer-world.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { asId } from '../../base/ids.ts';
import { mimeLimits } from '../../base/limits.ts';
import { parseHeaderBlock } from '../../formats/mime/header-block.ts';
import { readAuthors } from './authors.ts';
import { HeaderGatherer } from './header-gatherer.ts';
import { printMissingFields, withoutHiddenRecipients } from './missing-fields.ts';
import { isLooping, printHeader, printReceived, printReturnPath } from './trace-fields.ts';

const id = asId('01a20426-ffaf-7452-a644-9ddfe5175987');
const at = new Date('2026-11-22T10:00:00Z');

// RFC 5321 §4.4
describe('the trace fields', () => {
  test('tell who handed over, how and when', () => {
    const handover = {
      clientName: 'mss.hopital.example',
      remoteAddress: '2001:db8::7',
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      isAuthenticated: false,
      smtpUtf8: true,
    };
    assert.equal(
      printReceived(handover, { hostName: 'mss.cabinet.example', id, at }),
      [
        'Received: from mss.hopital.example ([IPv6:2001:db8::7])',
        // RFC 8314 §4.3, RFC 6531 §4.3
        `\tby mss.cabinet.example with UTF8SMTPS tls TLS_AES_256_GCM_SHA384 (TLSv1.3) id ${id};`,
        '\tSun, 22 Nov 2026 10:00:00 +0000',
        '',
      ].join('\r\n'),
    );
    assert.equal(printReturnPath(addressOf('paul@hopital.example')), 'Return-Path: <paul@hopital.example>\r\n');
    assert.equal(printReturnPath(null), 'Return-Path: <>\r\n');
  });

  test('are two well-formed fields whatever the peer calls itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (clientName, remoteAddress) => {
        const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' };
        const handover = { clientName, remoteAddress, tls, isAuthenticated: true, smtpUtf8: false };
        const printed = printReceived(handover, { hostName: 'mss.cabinet.example', id, at });
        const fields = parseHeaderBlock(Buffer.from(printed));
        assert.equal(fields.length, 1);
        assert.ok(printed.split('\r\n').every((line) => /^[\t -~]*$/.test(line) && line.length < 998));
      }),
    );
  });

  // RFC 5321 §6.3
  test('count as a loop one past the limit', () => {
    const received = (times: number) => parseHeaderBlock(Buffer.from('received: x\r\n'.repeat(times)));
    assert.equal(isLooping(received(100), 100), false);
    assert.equal(isLooping(received(101), 100), true);
  });
});

describe('a header that is returned', () => {
  test('is cut between two fields at its bound', () => {
    const fields = parseHeaderBlock(Buffer.from('A: 1\r\nB: 2\r\n 3\r\n'));
    assert.equal(printHeader(fields), 'A: 1\r\nB: 2\r\n 3\r\n');
    assert.equal(printHeader(fields, 16), 'A: 1\r\nB: 2\r\n 3\r\n');
    assert.equal(printHeader(fields, 15), 'A: 1\r\n');
    const long = parseHeaderBlock(Buffer.from('A: 0123456789\r\n'.repeat(5_000)));
    assert.ok(Buffer.byteLength(printHeader(long)) <= transferLimits.returnedHeaderBytes);
  });
});

describe('a submitted header', () => {
  const completion = { id, at, hostName: 'mss.cabinet.example', productReference: 'HYGIE' };

  // RFC 6409 §8, RFC 5322 §3.6.1, RFC 5322 §3.6.4, ANS-REF2 ECO.2.2.1, ANS-REF2 ECO.2.4.3
  test('is given what it lacks and nothing else', () => {
    const missing = (header: string) => printMissingFields(parseHeaderBlock(Buffer.from(header)), completion);
    const all = `Message-ID: <${id}@mss.cabinet.example>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nX-MSS-NIL: HYGIE\r\n`;
    assert.equal(missing('From: a@b.example\r\n'), all);
    assert.equal(missing('message-id: <x@y>\r\nDATE: hier\r\nx-mss-nil: L\r\n'), '');
  });

  // RFC 5322 §3.6.3
  test('loses its hidden recipients, folded or repeated, and no other octet', () => {
    const strip = (header: string) =>
      withoutHiddenRecipients(Buffer.from(header), parseHeaderBlock(Buffer.from(header))).toString();
    const header = 'From: a\r\nBCC: x,\r\n\ty\r\nTo: b\r\nBcc : z\r\nResent-Bcc: w\r\n\r\n';
    assert.equal(strip(header), 'From: a\r\nTo: b\r\n\r\n');
    assert.equal(strip('From: Bcc: a\r\nX-Bcc: b\r\n\r\n'), 'From: Bcc: a\r\nX-Bcc: b\r\n\r\n');
  });

  // RFC 5322 §2.1
  test('is found however it comes, and bounded', () => {
    const message = Buffer.from('A: 1\r\nB: 2\r\n\r\ncorps\r\n\r\nfin');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: message.length }), (pieceBytes) => {
        const gatherer = new HeaderGatherer();
        for (let from = 0; from < message.length; from += pieceBytes) {
          const gathered = gatherer.take(message.subarray(from, from + pieceBytes));
          if (gathered.kind === 'partial') continue;
          assert(gathered.kind === 'whole');
          assert.equal(gathered.header.toString(), 'A: 1\r\nB: 2\r\n\r\n');
          assert.ok(message.subarray(gathered.header.length).toString().startsWith(gathered.body.toString()));
          return;
        }
        assert.fail('the header was not found');
      }),
    );
    const empty = new HeaderGatherer().take(Buffer.from('\r\ncorps'));
    assert(empty.kind === 'whole');
    assert.equal(empty.body.toString(), 'corps');
    const filler = (bytes: number) => Buffer.concat([Buffer.alloc(bytes - 4, 'a'), Buffer.from('\r\n\r\n')]);
    assert.equal(new HeaderGatherer().take(filler(mimeLimits.headerBytes)).kind, 'whole');
    assert.equal(new HeaderGatherer().take(filler(mimeLimits.headerBytes + 1)).kind, 'too-long');
    assert.equal(new HeaderGatherer().take(Buffer.alloc(mimeLimits.headerBytes, 'a')).kind, 'partial');
    assert.equal(new HeaderGatherer().take(Buffer.alloc(mimeLimits.headerBytes + 1, 'a')).kind, 'too-long');
  });
});

// RFC 5322 §3.6.2
describe('the authors of a header', () => {
  test('are read up to their bound, and not at all beyond', () => {
    const from = (count: number) =>
      parseHeaderBlock(
        Buffer.from(`From: ${Array.from({ length: count }, (_, n) => `d${n}@a.example`).join(',\r\n ')}\r\n`),
      );
    const known = readAuthors(from(transferLimits.authors), []);
    assert.equal(known.kind === 'known' && known.addresses.length, transferLimits.authors);
    assert.equal(readAuthors(from(transferLimits.authors + 1), []).kind, 'unclear');
    assert.equal(readAuthors(from(1), [{ kind: 'header-cut' }]).kind, 'unclear');
    const named = (count: number) =>
      parseHeaderBlock(Buffer.from(`From: ${'d@a.example '.repeat(count)}<d@a.example>\r\n`));
    assert.equal(readAuthors(named(transferLimits.authors - 1), []).kind, 'known');
    assert.equal(readAuthors(named(transferLimits.authors), []).kind, 'unclear');
  });
});
