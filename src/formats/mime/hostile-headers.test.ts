/** Hostile headers: bounded memory and time whatever the bytes. Each limit at n and n+1. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mimeLimits } from '../../base/limits.ts';
import { headerAddresses, headerMessageIds, headerText } from './header-values.ts';
import { createMimeParser, type MessageStructure, parseMessage } from './mime.ts';

function parse(...lines: string[]): MessageStructure {
  return parseMessage(Buffer.from(lines.join('\r\n')));
}

function kinds(structure: MessageStructure): Set<string> {
  return new Set(structure.findings.map((finding) => finding.kind));
}

/** Runs `work`, which must end soon: hostile inputs aim at time that grows with the square of their size. */
function soon<T>(work: () => T, ms = 2_000): T {
  const started = performance.now();
  const result = work();
  const took = performance.now() - started;
  assert.ok(took < ms, `took ${Math.round(took)} ms`);
  return result;
}

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
