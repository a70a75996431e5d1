import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { htmlOfText, textOfHtml } from './html-text.ts';

const cases: readonly (readonly [name: string, html: string, text: string])[] = [
  ['paragraphs stand apart', '<p>Cher confrère,</p><p>Merci.</p>', 'Cher confrère,\n\nMerci.'],
  ['a line end is one', '<p>Bien à vous,<br>Anne</p>', 'Bien à vous,\nAnne'],
  ['marks of weight are left out', '<p><strong>Vu</strong> le <em>jour</em> <u>même</u></p>', 'Vu le jour même'],
  [
    'a list has its signs',
    '<p>Soit :</p><ul><li><p>un</p></li><li><p>deux</p></li></ul><p>Fin</p>',
    'Soit :\n\n- un\n- deux\n\nFin',
  ],
  ['numbers go on from where they start', '<ol start="3"><li>c</li><li>d</li></ol>', '3. c\n4. d'],
  [
    'a list in a list is set in',
    '<ul><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ul>',
    '- a\n  - b\n- c',
  ],
  ['a second paragraph of an item is set in', '<ul><li><p>a</p><p>suite</p></li></ul>', '- a\n  suite'],
  [
    'a quote is marked on each line',
    '<p>Oui</p><blockquote><p>a<br>b</p><p>c</p></blockquote>',
    'Oui\n\n> a\n> b\n>\n> c',
  ],
  ['a quote in a quote twice', '<blockquote><blockquote><p>a</p></blockquote><p>b</p></blockquote>', '> > a\n>\n> b'],
  [
    'a link says its address',
    '<p>Voir <a href="https://x.example/a?b=1&amp;c=2">ici</a>.</p>',
    'Voir ici <https://x.example/a?b=1&c=2>.',
  ],
  [
    'a link that shows its address says it once',
    '<a href="https://x.example">https://x.example</a>',
    'https://x.example',
  ],
  ['a link to an address is an address', '<a href="mailto:a@x.example">a@x.example</a>', 'a@x.example'],
  ['a link to nothing is its text', '<a href="javascript:alert(1)">clic</a>', 'clic'],
  [
    'a table is one line for each row',
    '<table><tr><th>Na</th><th>K</th></tr><tr><td><p>140</p></td><td>4,1</td></tr></table>',
    'Na | K\n140 | 4,1',
  ],
  ['entities are read', '<p>T&deg; &lt; 38&nbsp;&#233; &amp;amp;</p>', 'T° < 38\u00a0é &amp;'],
  [
    'styles, scripts and titles say nothing',
    '<head><title>T</title><style>p{}</style></head><script>x</script><p>a</p>',
    'a',
  ],
  ['white space of the source is one blank', '<p>a\n   b</p>\n  <p>c</p>', 'a b\n\nc'],
  ['text that is kept as it is keeps its lines', '<pre>a\n  b</pre>', 'a\n  b'],
  [
    'the signature is told by its line (RFC 3676 §4.3)',
    '<p>a</p><div class="hygie-signature"><p>Dr A</p></div>',
    'a\n\n-- \nDr A',
  ],
  ['a rule is a line', '<p>a</p><hr><p>b</p>', 'a\n\n--------------------\n\nb'],
  ['a picture says what it shows', '<p><img src="x" alt="Courbe">.</p>', 'Courbe.'],
  ['a tag that is not closed is read to its end', '<p>a <b', 'a <b'],
];

for (const [name, html, text] of cases) {
  test(`of HTML, ${name}`, () => {
    assert.equal(textOfHtml(html), text);
  });
}

test('any text read as HTML gives a text, and nothing throws', () => {
  const piece = fc.constantFrom(
    '<p>',
    '</p>',
    '<ul>',
    '</ul>',
    '<li>',
    '<blockquote>',
    '</blockquote>',
    '<td>',
    '<a href="x">',
    '</a>',
    '<br>',
    'mot ',
    '&amp;',
    '<pre>',
    '<',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 40 }), (pieces) => {
      assert.equal(typeof textOfHtml(pieces.join('')), 'string');
    }),
  );
});

test('every word of a plain text comes back from its HTML', () => {
  const line = fc.stringMatching(/^(> ){0,3}[a-zé<&"]{1,8}( [a-zé>&]{1,8}){0,3}$/);
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.constant('')), { maxLength: 12 }), (lines) => {
      const text = lines.join('\n');
      const words = (from: string): string =>
        from
          .replace(/^(?:> ?)+/gm, '')
          .replace(/\s+/g, ' ')
          .trim();
      assert.equal(words(textOfHtml(htmlOfText(text))), words(text));
    }),
  );
});

test('lines that begin with > become quotes, and quotes of quotes', () => {
  assert.equal(
    htmlOfText('Oui\n\n> a\n> > b\nfin'),
    '<p>Oui</p><blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote><p>fin</p>',
  );
});

test('signs of HTML in a plain text stay signs', () => {
  assert.equal(htmlOfText('K < 3 & Na > 140'), '<p>K &lt; 3 &amp; Na &gt; 140</p>');
});

test('quotes beyond the eighth stay as text', () => {
  assert.equal(htmlOfText(`${'>'.repeat(8)}a`).match(/<blockquote>/g)?.length, 8);
  assert.equal(htmlOfText(`${'>'.repeat(9)}a`).match(/<blockquote>/g)?.length, 8);
});
