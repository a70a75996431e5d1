/** What must not hurt: bounded memory and time whatever the bytes (domain threats before sign-in). Each limit at n and n+1. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mimeLimits } from '../../base/limits.ts';
import { headerAddresses, headerMessageIds, headerText } from './header-values.ts';
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

describe('headers', () => {
  test('keep as many fields as the limit, not one more', () => {
    const fields = (count: number): MessageStructure => parse(...Array.from({ length: count }, () => 'X: y'), '', '');
    assert.equal(fields(mimeLimits.fields).fields.length, mimeLimits.fields);
    assert.ok(!kinds(fields(mimeLimits.fields)).has('header-cut'));
    assert.equal(fields(mimeLimits.fields + 1).fields.length, mimeLimits.fields);
    assert.ok(kinds(fields(mimeLimits.fields + 1)).has('header-cut'));
  });

  test('keep a field up to the limit, not one octet longer', () => {
    const exact = parse(`X:${'y'.repeat(mimeLimits.fieldBytes)}`, '', '');
    assert.equal(exact.fields[0]?.raw.length, mimeLimits.fieldBytes);
    assert.ok(!kinds(exact).has('header-cut'));
    const past = parse(`X:${'y'.repeat(mimeLimits.fieldBytes + 1)}`, '', '');
    assert.equal(past.fields[0]?.raw.length, mimeLimits.fieldBytes);
    assert.ok(kinds(past).has('header-cut'));
  });

  test('are kept up to the limit together, and the body after them is still found', () => {
    const line = `X: ${'y'.repeat(995)}`; // 1,000 octets with its CRLF
    const count = Math.floor(mimeLimits.headerBytes / 1_000);
    const rest = mimeLimits.headerBytes - count * 1_000;
    const lines = Array.from({ length: count }, () => line);
    const exact = parse(...lines, `X: ${'y'.repeat(rest - 5)}`, '', 'body');
    assert.ok(!kinds(exact).has('header-cut'));
    assert.equal(exact.text[0]?.text, 'body');
    const past = parse(...lines, `X: ${'y'.repeat(rest - 4)}`, '', 'body');
    assert.ok(kinds(past).has('header-cut'));
    assert.equal(past.text[0]?.text, 'body');
  });

  test('without an end, of 2 MB, are dropped past the limit', () => {
    for (const unit of ['X: y\r\n', 'X: y', ' ', ':', '\n ', 'x\r\n', '\r', '--b\r\n', 'Content-Type: a/b;\r\n ']) {
      const structure = soon(() => parseMessage(Buffer.from(`Subject: x\r\n${unit.repeat(2_000_000 / unit.length)}`)));
      assert.ok(JSON.stringify(structure).length < 2 * mimeLimits.headerBytes + 100_000, unit);
    }
  });

  test('come byte by byte in linear time', () => {
    const bytes = Buffer.from(`Subject: ${'x'.repeat(mimeLimits.headerBytes - 100)}\r\n\r\n${'y'.repeat(100_000)}`);
    soon(() => {
      const parser = createMimeParser();
      for (let at = 0; at < bytes.length; at += 1) parser.write(bytes.subarray(at, at + 1));
      return parser.end();
    });
  });
});

describe('parameters', () => {
  test('are read up to the limit, not one more', () => {
    const many = (count: number): MessageStructure =>
      parse(`Content-Type: a/b${Array.from({ length: count }, (_, i) => `; p${i}=v`).join('')}`, '', '');
    assert.equal(many(mimeLimits.parameters).root.parameters.length, mimeLimits.parameters);
    assert.ok(!kinds(many(mimeLimits.parameters)).has('parameters-cut'));
    assert.equal(many(mimeLimits.parameters + 1).root.parameters.length, mimeLimits.parameters);
    assert.ok(kinds(many(mimeLimits.parameters + 1)).has('parameters-cut'));
  });

  test('keep a value up to the limit, not one character longer', () => {
    const value = (length: number): string | undefined =>
      parse(`Content-Type: a/b; p=${'v'.repeat(length)}`, '', '').root.parameters[0]?.value;
    assert.equal(value(mimeLimits.parameterCharacters)?.length, mimeLimits.parameterCharacters);
    assert.equal(value(mimeLimits.parameterCharacters + 1)?.length, mimeLimits.parameterCharacters);
  });

  test('in thousands of RFC 2231 segments, in any order, are cut', () => {
    const segments = Array.from({ length: 10_000 }, (_, i) => `;f*${(i * 7919) % 1_000}*=%41`).join('');
    const structure = soon(() => parse(`Content-Type: a/b${segments}`, '', ''));
    assert.ok(kinds(structure).has('parameters-cut'));
  });

  test('ill-formed in every way take linear time', () => {
    for (const unit of ['=', ';', '"', '\\', '(', ' ', 'a=', '="', ";a*='", 'a*0*=', ' (', 'x y ', '%', "'", '; ;']) {
      const text = unit.repeat(60_000 / unit.length);
      for (const start of ['', 'a/b;', 'a/b; a=', 'a/b; a="', 'a/b (', 'a/b; a*=', 'a/b; a=b ']) {
        soon(() => parse(`Content-Type: ${start}${text}`, `Content-Disposition: ${start}${text}`, '', ''), 500);
      }
    }
  });
});

describe('fields read on demand', () => {
  test('give as many message identifiers as the limit: the first and the last ones', () => {
    const references = (count: number): string[] =>
      headerMessageIds(
        parse(`References:${Array.from({ length: count }, (_, i) => ` <i${i}@b>`).join('')}`, '', '').fields,
        'References',
      );
    assert.equal(references(mimeLimits.messageIds).length, mimeLimits.messageIds);
    const past = references(mimeLimits.messageIds + 1);
    assert.equal(past.length, mimeLimits.messageIds);
    assert.deepEqual([past[0], past[1], past.at(-1)], ['i0@b', 'i2@b', `i${mimeLimits.messageIds}@b`]);
  });

  test('take a message identifier as long as a line, not longer', () => {
    const id = (length: number): string[] =>
      headerMessageIds(parse(`References: <${'i'.repeat(length)}>`, '', '').fields, 'References');
    assert.equal(id(mimeLimits.messageIdCharacters).length, 1);
    assert.equal(id(mimeLimits.messageIdCharacters + 1).length, 0);
  });

  test('take linear time on hostile words', () => {
    for (const unit of [
      '=?',
      '=?a?q?',
      '=?a?b?=',
      '=?utf-8?q?=?= ',
      '=?utf-8?b?//8=?=',
      '<',
      '<a',
      ' ',
      '?',
      '=?=',
      '\r\n ',
    ]) {
      const { fields } = parse(`Subject: ${unit.repeat(60_000 / unit.length)}`, '', '');
      soon(() => {
        headerText(fields, 'Subject');
        headerMessageIds(fields, 'Subject');
        headerAddresses(fields, 'Subject');
      }, 1_000);
    }
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
