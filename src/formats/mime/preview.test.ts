import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mimeLimits } from '../../base/limits.ts';
import { bodyViews } from './body-views.ts';
import { decodeEntities, htmlToText } from './html-text.ts';
import { type MessageStructure, parseMessage } from './mime.ts';
import { hasAttachment, previewOf } from './preview.ts';

/** A message whose tree is written `mixed(plain html!)`: `!` marks an attachment, `?` a part shown inline, `"` a named one. */
function message(tree: string): MessageStructure {
  let boundary = 0;
  const types: Record<string, string> = {
    plain: 'text/plain',
    html: 'text/html',
    png: 'image/png',
    pdf: 'application/pdf',
  };
  const tokens = tree.match(/[a-z]+|[()!?"]/g) ?? [];
  const print = (): string => {
    const word = tokens.shift() ?? '';
    if (tokens[0] !== '(') {
      let header = `Content-Type: ${types[word]}\r\n`;
      for (; ['!', '?', '"'].includes(tokens[0] ?? ''); tokens.shift()) {
        if (tokens[0] === '"') header += 'Content-Description: x\r\n';
        else header += `Content-Disposition: ${tokens[0] === '!' ? 'attachment' : 'inline'}\r\n`;
        if (tokens[0] === '"') header = header.replace(/\r\n/, '; name=x.txt\r\n');
      }
      return `${header}\r\n${word} text`;
    }
    tokens.shift();
    boundary += 1;
    const name = `b${boundary}`;
    let body = '';
    while (tokens.at(0) !== ')') body += `--${name}\r\n${print()}\r\n`;
    tokens.shift();
    return `Content-Type: multipart/${word}; boundary=${name}\r\n\r\n${body}--${name}--\r\n`;
  };
  return parseMessage(Buffer.from(print()));
}

describe('the body lists (RFC 8621 §4.1.4)', () => {
  const table: [string, string, string, string, boolean][] = [
    // tree, text body, html body, attachments, has an attachment
    ['plain', '1', '1', '', false],
    ['html', '1', '1', '', false],
    ['pdf', '', '', '1', true],
    ['plain!', '', '', '1', true],
    ['alternative(plain html)', '1', '2', '', false],
    ['alternative(html)', '1', '1', '', false],
    ['alternative(plain)', '1', '1', '', false],
    ['alternative(plain pdf)', '1', '1', '2', true],
    ['mixed(plain pdf!)', '1', '1', '2', true],
    ['mixed(plain png?)', '1,2', '1,2', '', true],
    ['mixed(plain png plain)', '1,2,3', '1,2,3', '', true],
    ['mixed(plain plain")', '1', '1', '2', true],
    ['mixed(alternative(plain html) pdf!)', '1.1', '1.2', '2', true],
    ['related(html png?)', '1', '1', '2', false],
    ['alternative(plain related(html png?))', '1', '2.1', '2.2', false],
    ['mixed(alternative(plain related(html png?)) pdf?)', '1.1', '1.2.1', '1.2.2,2', true],
    ['mixed(plain mixed(html plain))', '1,2.1,2.2', '1,2.1,2.2', '', false],
    // the two examples of the RFC, shortened
    [
      'mixed(plain mixed(alternative(mixed(plain png? plain) related(html png)) png! pdf) plain)',
      '1,2.1.1.1,2.1.1.2,2.1.1.3,3',
      '1,2.1.2.1,3',
      '2.1.1.2,2.1.2.2,2.2,2.3',
      true,
    ],
  ];
  for (const [tree, text, html, attachments, has] of table) {
    test(`are right for ${tree}`, () => {
      const { root } = message(tree);
      const views = bodyViews(root);
      const ids = [views.textBody, views.htmlBody, views.attachments].map((list) =>
        list.map((part) => part.partId).join(),
      );
      assert.deepEqual(ids, [text, html, attachments]);
      assert.equal(hasAttachment(root), has);
    });
  }
});

describe('the preview', () => {
  test('is the text that a reader sees first, white space folded', () => {
    assert.equal(previewOf(message('mixed(alternative(plain html) pdf!)')), 'plain text');
    assert.equal(previewOf(message('alternative(html)')), 'html text');
    assert.equal(previewOf(parseMessage(Buffer.from('\r\n\r\n  a \t\r\n\r\n b\u00a0 c  \r\n'))), 'a b c');
  });

  test('passes over a text that is empty', () => {
    const empty = parseMessage(
      Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\n\r\nsecond\r\n--b--'),
    );
    assert.equal(previewOf(empty), 'second');
    assert.equal(previewOf(message('pdf')), '');
  });

  test('has at most 256 characters, none cut in two', () => {
    const of = (text: string): string => previewOf(parseMessage(Buffer.from(`\r\n${text}`)));
    assert.equal(of('é'.repeat(mimeLimits.previewCharacters)).length, mimeLimits.previewCharacters);
    assert.equal(of('é'.repeat(mimeLimits.previewCharacters + 1)).length, mimeLimits.previewCharacters);
    assert.equal(of(`a${'😀'.repeat(200)}`), `a${'😀'.repeat(127)}`);
    assert.equal(of(`${' '.repeat(5_000)}a`), 'a');
  });
});

describe('the text of HTML', () => {
  const table: [string, string][] = [
    ['<p>Un</p><p>Deux<br>Trois</p>', 'Un\nDeux\nTrois'],
    ['<html><head><title>t</title><style>p{}</style></head><body>a<script>x()</script>b</body></html>', 'ab'],
    ['a<!-- <b>c</b> -->d', 'ad'],
    ['a &lt; b &amp;&nbsp;c &eacute;&OElig;&euro;&#233;&#xe9;&rsquo;', 'a < b & c éŒ€éé’'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['<a href="x">lien</a><img alt="y">', 'lien'],
    ['<td>a</td><td>b</td>', 'a b'],
    ['<STYLE>x</STYLE >y', 'y'],
    ['<script>never closed', ''],
    ['<!doctype html><?xml x?>a', 'a'],
    ['a<b', 'a'],
    ['  a \n\n  b  ', 'a\nb'],
    ['İ<b>x</b>', 'İx'],
  ];
  for (const [html, text] of table) test(`is read from ${html}`, () => assert.equal(htmlToText(html), text));

  test('keeps what is no character reference', () => {
    assert.equal(
      decodeEntities('&unknown; & &#0; &#xd800; &#9999999; &constructor;'),
      '&unknown; &       &constructor;',
    );
  });
});
