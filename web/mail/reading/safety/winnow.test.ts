import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readingBounds } from './bounds.ts';
import { wordsOfHtml } from './html-words.ts';
import { winnow } from './winnow.ts';

const html = (text: string) => winnow(text).html;

describe('winnowing', () => {
  test('keeps listed elements and attributes, written anew', () => {
    assert.equal(html('<P CLASS=a onclick=x id=b>1 < 2 &amp; 3</P>'), '<p class="a">1 &lt; 2 &amp; 3</p>');
    assert.equal(
      html(`<a href='https://a.fr/?b="c"' title=x=y>l</a>`),
      '<a href="https://a.fr/?b=&#34;c&#34;" title="x=y">l</a>',
    );
    assert.equal(html('<td/bgcolor=red/nowrap>x'), '<td bgcolor="red/nowrap">x');
    assert.equal(html('<td nowrap bgcolor="red"align=left>x'), '<td nowrap="" bgcolor="red" align="left">x');
    assert.equal(html('<p class=a class=b>'), '<p class="a">');
  });

  test('ends comments as browsers do (HTML §13.2.5.43 and after)', () => {
    assert.equal(html('a<!-->b<!--->c<!-- x --!>d<!-- <p> -->e<!x>f<?y>g</ z>h<!-- open'), 'abcdefgh');
  });

  test('takes raw text with its element, and sheets aside', () => {
    assert.equal(html('a<script><p></script >b<title></p></title>c<textarea></titl></textarea\n>d'), 'abcd');
    const { html: rest, sheets } = winnow('<style>p{}</style><style media=print>q{}</style>x<style>r{}');
    assert.deepEqual([rest, sheets], ['x', ['p{}', 'r{}']]);
    assert.equal(html('x<plaintext>y</plaintext>z'), 'x');
  });

  test('takes drawings with what they hold, but not the message after one that is not closed', () => {
    assert.equal(html('a<svg><p>b</p></svg>c<math><mi>d</math>e'), 'ace');
    assert.equal(html('a<svg><circle><p>b'), 'a<p>b');
  });

  test('drops a tag that the end cuts', () => {
    assert.equal(html('a<p class="'), 'a');
    assert.equal(html('a<p'), 'a');
    assert.equal(html('a<'), 'a&lt;');
  });

  test('takes as many elements as the bound, and not one more', () => {
    assert.equal(winnow('<br>'.repeat(readingBounds.elements)).isTooBig, false);
    assert.equal(winnow('<br>'.repeat(readingBounds.elements + 1)).isTooBig, true);
  });

  test('reads hostile lengths in a time that grows with them alone', () => {
    for (const piece of [
      '<svg>',
      '<svg></svgx>',
      '<style',
      '<p "',
      '<!--',
      '<a href=',
      '</',
      '<script></scripty>',
      "<p a='>",
    ]) {
      const text = piece.repeat(readingBounds.htmlCharacters / piece.length);
      assert.ok(winnow(text).html.length <= 2 * text.length + 10, piece);
      assert.equal(typeof wordsOfHtml(text), 'string');
    }
  });

  test('writes nothing but listed tags, whatever it reads, and reads what it wrote as itself', () => {
    const piece = fc.constantFrom(
      ...[
        '<',
        '>',
        '"',
        "'",
        '/',
        '=',
        ' ',
        '!',
        '--',
        '-->',
        '<!--',
        '&lt;',
        '&',
        '\u0000',
        '\n',
        '<p',
        '</p>',
        '<a href=',
        '<svg',
        '</svg>',
      ],
      ...[
        '<script>',
        '</script>',
        '<style>',
        '</style>',
        '<img src=x onerror=y',
        'class="a"',
        '<title',
        '<plaintext',
        '<![CDATA[',
        '<body style=',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const out = html(pieces.join(''));
        assert.match(out, /^(?:[^<]|<(?:p|a|img|body)(?: (?:class|href|src|style)="[^"<>]*")*>|<\/(?:p|a)>)*$/);
        assert.equal(html(out), out);
      }),
    );
  });
});
