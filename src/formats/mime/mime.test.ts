import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mimeLimits } from '../../base/limits.ts';
import { type MessageStructure, type Part, parseMessage } from './mime.ts';

function parse(...lines: string[]): MessageStructure {
  return parseMessage(Buffer.from(lines.join('\r\n')));
}

function kinds(structure: MessageStructure): string[] {
  return structure.findings.map((finding) => finding.kind);
}

function flatten(part: Part): Part[] {
  return [part, ...part.parts.flatMap(flatten), ...(part.message === undefined ? [] : flatten(part.message.root))];
}

describe('the tree of parts', () => {
  test('is one text part, US-ASCII by default, when nothing is said (RFC 2045 §5.2)', () => {
    const { root, fields, text, sizeBytes, findings } = parse('Subject: x', '', 'Bonjour', '');
    assert.deepEqual(root, {
      ...{ partId: '1', type: 'text', subtype: 'plain', parameters: [], encoding: '7bit' },
      ...{ headerStart: 0, headerEnd: 14, bodyStart: 14, bodyEnd: 23, lines: 1, decodedBytes: 9, parts: [] },
    });
    assert.deepEqual(fields, [{ name: 'Subject', raw: ' x', start: 0, end: 12 }]);
    assert.deepEqual(text, [{ partId: '1', subtype: 'plain', text: 'Bonjour\r\n', cut: false }]);
    assert.equal(sizeBytes, 23);
    assert.deepEqual(findings, []);
  });

  test('leaves the line end before a delimiter to the delimiter (RFC 2046 §5.1.1)', () => {
    const lines = [
      'Content-Type: multipart/mixed; boundary=b',
      '',
      'preamble',
      '--b',
      '',
      'one',
      '--b  ',
      '',
      'two',
      '',
    ];
    const bytes = Buffer.from([...lines, '--b--', 'epilogue'].join('\r\n'));
    const { root, findings } = parseMessage(bytes);
    assert.deepEqual(
      root.parts.map((part) => bytes.toString('latin1', part.bodyStart, part.bodyEnd)),
      ['one', 'two\r\n'],
    );
    assert.deepEqual(
      root.parts.map((part) => part.lines),
      [1, 1],
    );
    assert.deepEqual(findings, []);
  });

  test('numbers parts as IMAP does (RFC 9051 §6.4.5.1)', () => {
    const { root } = parse(
      ...[
        'Content-Type: multipart/mixed; boundary=a',
        '',
        '--a',
        '',
        'text',
        '--a',
        'Content-Type: message/rfc822',
        '',
      ],
      ...['Subject: in', 'Content-Type: multipart/alternative; boundary=b', '', '--b', '', 't', '--b'],
      ...['Content-Type: text/html', '', 'h', '--b--', '--a', 'Content-Type: multipart/related; boundary=c', ''],
      ...['--c', 'Content-Type: message/rfc822', '', 'Subject: y', '', 'z', '--c--', '--a--'],
    );
    assert.deepEqual(
      flatten(root).map((part) => `${part.partId} ${part.subtype}`),
      [
        ...[
          'TEXT mixed',
          '1 plain',
          '2 rfc822',
          '2.TEXT alternative',
          '2.1 plain',
          '2.2 html',
          '3 related',
          '3.1 rfc822',
        ],
        '3.1.1 plain',
      ],
    );
    assert.equal(root.parts[1]?.message?.fields[0]?.raw, ' in');
  });

  test('reads a part of a digest as a message (RFC 2046 §5.1.5)', () => {
    const { root } = parse('Content-Type: multipart/digest; boundary=b', '', '--b', '', 'Subject: x', '', 'y', '--b--');
    assert.equal(root.parts[0]?.message?.fields[0]?.name, 'Subject');
  });

  test('reads what a part says of itself (RFC 2183, RFC 2392, RFC 2557, RFC 3282)', () => {
    const { root } = parse(
      ...['Content-Type: APPLICATION/PDF; NAME=a.pdf', 'Content-Transfer-Encoding: BASE64', 'Content-ID: <c@d>'],
      ...["Content-Disposition: Attachment; filename*=UTF-8''%C3%A9.pdf; size=3", 'Content-Language: fr, en'],
      ...[
        'Content-Location: http://a.fr/',
        ' b',
        'Content-Description: =?UTF-8?Q?=C3=A9?=',
        'Content-MD5: Q==',
        '',
        'YWJj',
        '',
      ],
    );
    assert.deepEqual(
      [root.type, root.subtype, root.encoding, root.disposition, root.fileName, root.contentId, root.description],
      ['application', 'pdf', 'base64', 'attachment', 'é.pdf', 'c@d', 'é'],
    );
    assert.deepEqual(
      [root.language, root.location, root.md5, root.decodedBytes],
      [['fr', 'en'], 'http://a.fr/b', 'Q==', 3],
    );
  });
});

describe('broken messages', () => {
  const table: [string, string[], string[]][] = [
    ['two Content-Type fields', ['Content-Type: text/html', 'Content-Type: text/plain', '', 'x'], ['duplicate-field']],
    // RFC 5322 §3.6
    ['two From fields', ['From: a@b.fr', 'FROM: c@d.fr', '', ''], ['duplicate-field']],
    ['two addresses in one place', ['From: <a@b.fr> <c@d.fr>', '', ''], ['ambiguous-address']],
    ['two authors in one place each', ['From: A <a@b.fr>, "<x>" <c@d.fr>', '', ''], []],
    ['two charsets', ['Content-Type: text/plain; charset=a; charset=b', '', ''], ['duplicate-parameter']],
    // RFC 6838 §4.2
    ['an unreadable type', ['Content-Type: image', '', ''], ['bad-content-type']],
    // RFC 2045 §6.1
    ['an encoding nobody knows', ['Content-Transfer-Encoding: x-new', '', ''], ['bad-transfer-encoding']],
    ['a line that is no field', ['Subject: x', 'hello', '', ''], ['bad-header-line']],
    ['a charset nobody knows', ['Content-Type: text/plain; charset=x-new', '', 'x'], ['bad-charset']],
    ['an encoded word nobody reads', ['Subject: =?x-new?Q?x?=', '', ''], ['bad-encoded-word']],
    // RFC 5322 §2.3
    ['a NUL', ['Subject: x', '', 'a\0b'], ['nul-byte']],
    // RFC 2045 §2.7
    ['a CR alone', ['Subject: x', '', 'a\rb'], ['bare-cr']],
    ['a LF alone', ['Subject: x', '', 'a\nb'], ['bare-lf']],
    ['a multipart without boundary', ['Content-Type: multipart/mixed', '', 'x'], ['multipart-without-boundary']],
    [
      'a multipart without parts',
      ['Content-Type: multipart/mixed; boundary=b', '', 'x', '--b--'],
      ['multipart-without-parts'],
    ],
    [
      'a multipart never closed',
      ['Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'x'],
      ['unclosed-multipart'],
    ],
    ['faulty base64', ['Content-Transfer-Encoding: base64', '', 'Y?Q='], ['bad-base64']],
    ['faulty quoted-printable', ['Content-Transfer-Encoding: quoted-printable', '', '=XY'], ['bad-quoted-printable']],
    [
      'a multipart in base64',
      ['Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', 'YQ=='],
      ['encoded-composite'],
    ],
    // RFC 2183 §2.3
    [
      'a file name with a folder',
      ['Content-Disposition: attachment; filename="../a.pdf"', '', ''],
      ['deceptive-file-name'],
    ],
    [
      'a file name turned round',
      ['Content-Disposition: attachment; filename="a\u202efdp.exe"', '', ''],
      ['deceptive-file-name'],
    ],
    [
      'an encoded word in a name',
      ['Content-Type: a/b; name="=?UTF-8?Q?a.exe?="', '', ''],
      ['encoded-word-in-parameter'],
    ],
    [
      'two names that end otherwise',
      ["Content-Disposition: attachment; filename=a.pdf; filename*=UTF-8''a.exe", '', ''],
      ['ambiguous-file-name'],
    ],
    [
      'a name and another name',
      ['Content-Type: a/b; name=a.pdf', 'Content-Disposition: attachment; filename=b.exe', '', ''],
      ['ambiguous-file-name'],
    ],
  ];
  for (const [name, lines, expected] of table) {
    test(`reports ${name}`, () => assert.deepEqual(kinds(parse(...lines)), expected));
  }

  test('gives two equal boundaries to the inner multipart, and says so', () => {
    const { root, findings } = parse(
      ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: multipart/mixed; boundary=b', ''],
      ...['--b', '', 'in', '--b--', '--b', '', 'out', '--b--'],
    );
    assert.deepEqual(
      flatten(root).map((part) => part.partId),
      ['TEXT', '1', '1.1', '2'],
    );
    assert.deepEqual(
      findings.map((finding) => [finding.kind, finding.partId]),
      [['duplicate-boundary', '1']],
    );
  });

  test('ends an inner multipart at the delimiter of the outer one (RFC 2046 §5.1.2)', () => {
    const { root, findings } = parse(
      ...['Content-Type: multipart/mixed; boundary=a', '', '--a', 'Content-Type: multipart/mixed; boundary=b', ''],
      ...['--b', '', 'in', '--a', '', 'out', '--a--'],
    );
    assert.deepEqual(
      flatten(root).map((part) => part.partId),
      ['TEXT', '1', '1.1', '2'],
    );
    assert.deepEqual(
      findings.map((finding) => finding.kind),
      ['unclosed-multipart'],
    );
  });

  test('takes lines among which no field stands as body, and loses none', () => {
    const { text, fields } = parse('Bonjour Madame', 'suite', '', 'fin');
    assert.equal(text[0]?.text, 'Bonjour Madame\r\nsuite\r\n\r\nfin');
    assert.deepEqual(fields, []);
    const inPart = parse('Content-Type: multipart/mixed; boundary=b', '', '--b', 'Bonjour', '--b--');
    assert.equal(inPart.text[0]?.text, 'Bonjour');
  });

  test('says of a finding where it is', () => {
    const { findings } = parse('Subject: x', 'Content-Type: text/plain; a=1; a=2', '', '');
    assert.deepEqual(findings, [{ kind: 'duplicate-parameter', at: 12, field: 'content-type', partId: '1' }]);
  });

  test('reads older headers in windows-1252 and says so (RFC 6532 §3)', () => {
    const { fields, findings } = parseMessage(Buffer.from('Subject: \xe9t\xe9\r\n\r\n', 'latin1'));
    assert.equal(fields[0]?.raw, ' été');
    assert.deepEqual(
      findings.map((finding) => finding.kind),
      ['header-not-utf8'],
    );
  });

  test('reads what is empty', () => {
    assert.equal(parseMessage(Buffer.alloc(0)).root.partId, '1');
    assert.equal(parse('', '').sizeBytes, 2);
  });
});

describe('the text for the index', () => {
  test('is decoded, and HTML loses its tags', () => {
    const { text } = parse(
      ...[
        'Content-Type: multipart/alternative; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain; charset=iso-8859-15',
      ],
      ...[
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '=A4 d=E9j=E0',
        '--b',
        'Content-Type: text/html; charset=utf-8',
      ],
      ...['Content-Transfer-Encoding: base64', '', Buffer.from('<p>d&eacute;jà</p>').toString('base64'), '--b--'],
    );
    assert.deepEqual(
      text.map((part) => [part.partId, part.text]),
      [
        ['1', '€ déjà'],
        ['2', 'déjà'],
      ],
    );
  });

  test('is kept up to the limit, cut between characters (RFC 3629 §3), and said to be cut', () => {
    const body = 'é'.repeat(mimeLimits.textBytes / 2);
    const exact = parse('Content-Type: text/plain; charset=utf-8', '', body);
    assert.deepEqual([exact.text[0]?.text, exact.text[0]?.cut], [body, false]);
    const between = parse('Content-Type: text/plain; charset=utf-8', '', `${body}a`);
    assert.deepEqual([between.text[0]?.text, between.text[0]?.cut], [body, true]);
    const past = parse('Content-Type: text/plain; charset=utf-8', '', `a${body}`);
    assert.deepEqual([past.text[0]?.text.length, past.text[0]?.cut], [mimeLimits.textBytes / 2, true]);
    assert.deepEqual(kinds(past), ['long-line', 'text-cut']);
  });

  test('is bounded over all parts together', () => {
    const part = ['--b', 'Content-Type: text/plain', '', `${'a'.repeat(70)}\r\n`.repeat(4_000)];
    const { text } = parse(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...part,
      ...part,
      ...part,
      ...part,
      ...part,
      '--b--',
    );
    const total = text.reduce((sum, one) => sum + one.text.length, 0);
    assert.equal(total, mimeLimits.textTotalBytes);
  });

  test('is not kept when none is asked for', () => {
    assert.deepEqual(parseMessage(Buffer.from('\r\nabc'), { textBytes: 0 }).text, []);
  });
});
