/** What must not hurt: bounded memory and time whatever the bytes (domain threats before sign-in). Each limit at n and n+1. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mimeLimits } from '../../base/limits.ts';
import { createMimeParser, type MessageStructure, type Part, parseMessage } from './mime.ts';
import { previewOf } from './preview.ts';

function parse(...lines: string[]): MessageStructure {
  return parseMessage(Buffer.from(lines.join('\r\n')));
}

function kinds(structure: MessageStructure): Set<string> {
  return new Set(structure.findings.map((finding) => finding.kind));
}

function depthOf(part: Part): number {
  const inner = [...part.parts, ...(part.message === undefined ? [] : [part.message.root])];
  return 1 + Math.max(0, ...inner.map(depthOf));
}

function countOf(part: Part): number {
  const inner = [...part.parts, ...(part.message === undefined ? [] : [part.message.root])];
  return 1 + inner.reduce((sum, child) => sum + countOf(child), 0);
}

/** Runs `work`, which must end soon: hostile inputs aim at time that grows with the square of their size. */
function soon<T>(work: () => T, ms = 2_000): T {
  const started = performance.now();
  const result = work();
  const took = performance.now() - started;
  assert.ok(took < ms, `took ${Math.round(took)} ms`);
  return result;
}

describe('nesting', () => {
  const nested = (depth: number): string[] => [
    ...Array.from({ length: depth }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`),
    '',
    'x',
  ];

  test('is read as deep as the limit, not deeper', () => {
    const exact = parse(...nested(mimeLimits.depth - 1));
    assert.equal(depthOf(exact.root), mimeLimits.depth);
    assert.ok(!kinds(exact).has('nesting-cut'));
    const past = parse(...nested(mimeLimits.depth));
    assert.equal(depthOf(past.root), mimeLimits.depth);
    assert.ok(kinds(past).has('nesting-cut'));
  });

  test('of 10,000 multiparts, messages or equal boundaries is cut in bounded time', () => {
    const inputs = [
      nested(10_000).join('\r\n'),
      'Content-Type: message/rfc822\r\n\r\n'.repeat(10_000),
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(10_000),
      'Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n'.repeat(10_000),
    ];
    for (const input of inputs) {
      const structure = soon(() => parseMessage(Buffer.from(input)));
      assert.ok(depthOf(structure.root) <= mimeLimits.depth + 1);
      assert.ok(JSON.stringify(structure).length < 1_000_000);
      previewOf(structure);
    }
  });
});

describe('parts', () => {
  const many = (count: number): MessageStructure =>
    parse(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...Array.from({ length: count }, () => '--b\r\n\r\nx'),
      '--b--',
    );

  test('are kept up to the limit, not one more', () => {
    assert.equal(countOf(many(mimeLimits.parts - 1).root), mimeLimits.parts);
    assert.ok(!kinds(many(mimeLimits.parts - 1)).has('parts-cut'));
    assert.equal(countOf(many(mimeLimits.parts).root), mimeLimits.parts);
    assert.ok(kinds(many(mimeLimits.parts)).has('parts-cut'));
  });

  test('of long parameters stay bounded together', () => {
    const header = `Content-Type: a/b${Array.from({ length: 90 }, (_, i) => `; p${i}=${'v'.repeat(600)}`).join('\r\n ')}`;
    const structure = parse(
      ...['Content-Type: multipart/mixed; boundary=b', ''],
      ...Array.from({ length: 500 }, () => `--b\r\n${header}\r\n\r\nx`),
    );
    assert.ok(kinds(structure).has('header-cut'));
    assert.ok(JSON.stringify(structure).length < 4 * mimeLimits.headerBytes);
  });

  test('separated by a million lines of hyphens take linear time', () => {
    const head = 'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\n';
    for (const line of ['--\r\n', '--a-\r\n', '---a\r\n', '--a \r\nx']) {
      soon(() => parseMessage(Buffer.from(head + line.repeat(500_000))), 4_000);
    }
  });
});

describe('boundaries', () => {
  const withBoundary = (boundary: string): MessageStructure =>
    parse(`Content-Type: multipart/mixed;\r\n boundary="${boundary}"`, '', `--${boundary}`, '', 'x', `--${boundary}--`);

  test('are read up to the limit, not one octet longer', () => {
    assert.equal(withBoundary('b'.repeat(mimeLimits.boundaryBytes)).root.parts.length, 1);
    const past = withBoundary('b'.repeat(mimeLimits.boundaryBytes + 1));
    assert.equal(past.root.parts.length, 0);
    assert.ok(kinds(past).has('multipart-without-boundary'));
  });
});

describe('bodies', () => {
  test('report a line of 999 octets, not one of 998 (RFC 5322 §2.1.1)', () => {
    assert.ok(!kinds(parse('', 'a'.repeat(mimeLimits.lineBytes), '')).has('long-line'));
    assert.ok(kinds(parse('', 'a'.repeat(mimeLimits.lineBytes + 1), '')).has('long-line'));
  });

  test('without line ends pass in pieces, whatever the length', () => {
    for (const size of [mimeLimits.heldBytes, mimeLimits.heldBytes + 1, 300_000]) {
      const bytes = Buffer.from(
        `Content-Type: a/b\r\nContent-Transfer-Encoding: binary\r\n\r\n${'a'.repeat(size)}\r\n`,
      );
      const parser = createMimeParser();
      for (let at = 0; at < bytes.length; at += 1_000) parser.write(bytes.subarray(at, at + 1_000));
      const { root } = parser.end();
      assert.deepEqual([root.bodyEnd - root.bodyStart, root.decodedBytes, root.lines], [size + 2, size + 2, 1]);
    }
  });

  test('of hostile HTML take linear time', () => {
    for (const unit of [
      '<',
      '<!--',
      '<a ',
      '<title>',
      '<style>',
      '&',
      '&#',
      '</',
      '<p>',
      ' \n',
      '<svg><',
      '<!',
      '&amp',
    ]) {
      const html = unit.repeat(250_000 / unit.length);
      soon(() => parse('Content-Type: text/html', '', html), 1_000);
    }
  });

  test('keep memory level through 200 MB', () => {
    const parser = createMimeParser();
    parser.write(Buffer.from('Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n'));
    const chunk = Buffer.from(`${'QUJD'.repeat(19)}\r\n`.repeat(840));
    const before = process.memoryUsage();
    let peak = 0;
    for (let sent = 0; sent < 200_000_000; sent += chunk.length) {
      parser.write(chunk);
      peak = Math.max(peak, process.memoryUsage.rss());
    }
    assert.ok(parser.end().root.decodedBytes > 100_000_000);
    assert.ok(peak - before.rss < 64_000_000, `grew by ${peak - before.rss}`);
  });
});

describe('findings', () => {
  test('are kept up to the limit', () => {
    const fields = (count: number): MessageStructure =>
      parse(...Array.from({ length: count + 1 }, () => 'Subject: x'), '', '');
    assert.equal(fields(mimeLimits.findings).findings.length, mimeLimits.findings);
    assert.equal(fields(mimeLimits.findings + 1).findings.length, mimeLimits.findings);
  });
});

test('no bytes make the reader throw, and pieces change nothing', () => {
  const word = fc.constantFrom(
    ...[
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: message/rfc822',
      'Content-Type: text/html; charset=utf-16',
    ],
    ...[
      '--b',
      '--b--',
      '',
      ' ',
      'Subject: =?utf-8?b?w6k=?=',
      'Content-Transfer-Encoding: base64',
      'YQ==',
      '=C3=A9=',
      '\0',
      '\r',
    ],
    ...[
      'Content-Transfer-Encoding: quoted-printable',
      'Content-Type: multipart/digest; boundary="b"',
      'x'.repeat(20_000),
      ':',
      '-',
    ],
  );
  const end = fc.constantFrom('\r\n', '\n', '\r', '');
  const message = fc
    .array(fc.tuple(word, end), { maxLength: 60 })
    .map((lines) => Buffer.from(lines.flat().join(''), 'latin1'));
  fc.assert(
    fc.property(message, fc.integer({ min: 1, max: 50 }), (bytes, size) => {
      const parser = createMimeParser();
      for (let at = 0; at < bytes.length; at += size) parser.write(bytes.subarray(at, at + size));
      assert.deepEqual(parser.end(), parseMessage(bytes));
    }),
    { numRuns: 400 },
  );
});
