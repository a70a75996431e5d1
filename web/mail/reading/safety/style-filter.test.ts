import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readingBounds } from './bounds.ts';
import { filterDeclarations, filterSheet } from './style-filter.ts';

const kept = (text: string) => filterDeclarations(text).text;

describe('the declarations of a message', () => {
  test('keep what sets letters, boxes and tables', () => {
    assert.equal(kept('color: #C00; FONT-SIZE:12.5pt'), 'color:#c00;font-size:12.5pt');
    assert.equal(kept('margin:0 auto 1em'), 'margin:0 auto 1em');
    assert.equal(kept('border: 1px solid rgb( 10, 20 ,30)'), 'border:1px solid rgb( 10, 20 ,30)');
    assert.equal(kept(`font-family: Calibri,"Segoe UI", sans-serif`), 'font-family:Calibri, "Segoe UI", sans-serif');
    assert.equal(kept('font: italic 12px/1.5 arial'), 'font:italic 12px/1.5 arial');
    assert.equal(kept('color:rgba(0 0 0 / 50%)'), 'color:rgba(0 0 0 / 50%)');
    assert.equal(kept('width:100%!important'), 'width:100%');
  });

  test('keep nothing that has an address, an escape, a function, a place or a movement', () => {
    for (const text of [
      'background:url(https://evil.example/a)',
      'background:url(',
      'background:image-set("a" 1x)',
      'color:var(--x)',
      '--x:url(a)',
      'width:calc(1px + 1px)',
      'width:env(a)',
      'width:expression(alert(1))',
      'c\\6flor:red',
      'color:r\\65d',
      'position:fixed',
      'z-index:9',
      'top:0',
      'inset:0',
      'transform:rotate(1deg)',
      'animation:a 1s',
      'content:"x"',
      'cursor:pointer',
      'behavior:url(x)',
      '-moz-binding:url(x)',
      'margin:-1px',
      'text-indent:-9999px',
      'height:100vh',
      'width:123456px',
      'display:contents',
      'display:flex',
      'font-family:"a;b',
      'color:"red"',
      'color:#12',
      'color',
      ':red',
      '@import "x"',
      'color:red}p{color:blue',
    ]) {
      assert.equal(kept(text), '', text);
    }
  });

  test('are cut at semicolons outside strings, parentheses and comments', () => {
    assert.equal(kept('background:url(data:a;b);color:red'), 'color:red');
    assert.equal(kept('font-family:"a;color:blue";color:red'), 'color:red');
    assert.equal(kept('color/**/:red;/* ; */float:left;/*color:blue'), 'color:red;float:left');
  });

  test('tell whether the message has its own colours', () => {
    assert.equal(filterDeclarations('margin:0;color:inherit').paints, false);
    assert.equal(filterDeclarations('border-color:red').paints, false);
    assert.equal(filterDeclarations('color:#333').paints, true);
    assert.equal(filterDeclarations('background:white').paints, true);
  });

  test('are read up to the bound, and not one character more', () => {
    const long = (length: number) => `color:red;${' '.repeat(length - 10)}`;
    assert.equal(kept(long(readingBounds.declarationsCharacters)), 'color:red');
    assert.equal(kept(long(readingBounds.declarationsCharacters + 1)), '');
  });
});

describe('the sheets of a message', () => {
  const sheet = (text: string) => filterSheet(text, '.m').text;

  test('keep simple rules, below the message', () => {
    assert.equal(sheet('p.MsoNormal, li.MsoNormal {margin:0cm}'), '.m p.MsoNormal,.m li.MsoNormal{margin:0cm}');
    assert.equal(
      sheet('body{color:red} html body td > a:link{color:blue}'),
      '.m{color:red}\n.m td > a:link{color:blue}',
    );
    assert.equal(sheet('body.dark p{color:red}'), '.m.dark p{color:red}');
    assert.equal(
      sheet('@media only screen and (max-width: 600px){td{width:100%}}'),
      '@media only screen and (max-width: 600px){.m td{width:100%}}',
    );
  });

  test('lose rules that look at what stands in the message, that load, nest or move', () => {
    for (const text of [
      '@import "a.css";',
      '@font-face{font-family:a;src:url(b)}',
      '@keyframes a{from{color:red}}',
      'input[value^=a]{color:red}',
      'p:has(a){color:red}',
      'p::before{color:red}',
      '*{color:red}',
      '#id{color:red}',
      'p\\:x{color:red}',
      'div{p{color:red}}',
      '@supports(color:red){p{color:red}}',
      '@media (prefers-color-scheme:dark){p{color:red}}',
      '@media screen{@media screen{p{color:red}}}',
      'p{color:red',
      'p{background:url(a)}',
    ]) {
      assert.equal(sheet(text), '', text);
    }
  });

  test('go on after what is dropped', () => {
    assert.equal(sheet('@import url(a;b); } p{color:red}'), '.m p{color:red}');
    assert.equal(sheet('<!-- @x{a{b:c}} p{color:red} -->'), '.m p{color:red}');
  });

  test('are read up to the bound, and not one character more', () => {
    const long = (length: number) => `p{color:red}${' '.repeat(length - 12)}`;
    assert.equal(sheet(long(readingBounds.sheetCharacters)), '.m p{color:red}');
    assert.equal(sheet(long(readingBounds.sheetCharacters + 1)), '');
  });
});

test('whatever comes in, what goes out has no address, no escape, no at-rule but a width, no new element', () => {
  const piece = fc.constantFrom(
    ...[
      'url(',
      'URL (',
      '\\75rl(',
      '"',
      "'",
      ')',
      '(',
      '{',
      '}',
      ';',
      ':',
      ',',
      '/*',
      '*/',
      '<!--',
      '-->',
      '</style>',
      '\\',
      '\n',
    ],
    ...[
      '@import ',
      '@media screen{',
      'p',
      '.a',
      'body',
      'color',
      'red',
      '#fff',
      'font-family',
      'background',
      '--x',
      'var(--x)',
    ],
    ...[
      'https://evil.example/',
      'position',
      'fixed',
      '!important',
      '1px',
      '-1px',
      'rgb(1,2,3)',
      '<',
      '>',
      '&',
      '\u0000',
      'é',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      for (const out of [filterDeclarations(text).text, filterSheet(text, '.m').text]) {
        assert.doesNotMatch(
          out,
          /url|[\\<@]|\/\*|:\/\/|var\(|--|fixed|position|important/i.test(out) && !/^@media/.test(out)
            ? /./
            : /url|[\\<]|\/\*|:\/\/|var\(|--|position|important/i,
        );
      }
      assert.doesNotMatch(filterDeclarations(text).text, /[{}@<>\\]/);
    }),
  );
});
