import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { findDeceit, placeOf, readImage, readLink } from './addresses.ts';

const web = (url: string) => {
  const target = readLink(url);
  assert.equal(target?.kind, 'web', url);
  return target;
};

describe('a link', () => {
  test('leads to the web, to an address or to a telephone, and nowhere else', () => {
    assert.deepEqual(readLink(' https://www.exemple.fr/a?b#c '), {
      kind: 'web',
      url: 'https://www.exemple.fr/a?b#c',
      host: 'www.exemple.fr',
      isSecure: true,
    });
    assert.deepEqual(readLink('mailto:a%40b@exemple.fr?subject=x'), undefined);
    assert.deepEqual(readLink('mailto:marie@exemple.fr?bcc=x@y.fr'), { kind: 'mail', address: 'marie@exemple.fr' });
    assert.deepEqual(readLink('tel:+33 (0)2-47'), { kind: 'phone', number: '+33' + '0247' });
    for (const href of [
      ...[
        'javascript:alert(1)',
        'data:text/html,x',
        'vbscript:x',
        'blob:https://a/b',
        'file:///etc',
        '/api/session',
        '#x',
        '',
      ],
      ...[
        '//exemple.fr',
        'https://a@exemple.fr/',
        'https://a:b@exemple.fr/',
        'https://',
        'tel:*%2306%23',
        'mailto:',
        'ftp://a/',
      ],
      ...['java\nscript:alert(1)', '\u0001javascript:alert(1)', 'mailto:%ff@exemple.fr', 'sms:123'],
    ]) {
      assert.equal(readLink(href), undefined, href);
    }
  });

  test('is read as a browser reads it: what it drops is dropped', () => {
    assert.equal(placeOf(web('ht\ttps://exe\nmple.fr/')), 'exemple.fr');
    assert.equal(placeOf(web('https://EXEMPLE.fr:8443/')), 'exemple.fr:8443');
    assert.equal(placeOf(web('https://\u0435xemple.fr/')), 'xn--xemple-2of.fr');
  });

  test('never becomes a script, whatever is put in', () => {
    const piece = fc.constantFrom(
      'java',
      'script',
      ':',
      '\t',
      '\n',
      '\u0000',
      '//',
      'https',
      'mailto',
      'data',
      'a@b.fr',
      '&colon;',
      '%3a',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const target = readLink(pieces.join(''));
        if (target?.kind === 'web') assert.match(target.url, /^https?:\/\/[^@]*$/);
      }),
    );
  });
});

describe('a link deceives', () => {
  const deceit = (text: string, href: string) => {
    const target = readLink(href);
    return target === undefined ? 'no link' : findDeceit(text, target);
  };

  test('when it shows another host or address than the one it leads to', () => {
    assert.equal(deceit('https://www.caisse.fr/compte', 'https://evil.example/'), 'www.caisse.fr');
    assert.equal(deceit('caisse.fr', 'https://caisse.fr.evil.example/'), 'caisse.fr');
    assert.equal(deceit('cai\u200bsse.fr', 'https://evil.example/'), 'caisse.fr');
    assert.equal(deceit('caisse.fr', 'https://c\u0430isse.fr/'), 'caisse.fr');
    assert.equal(deceit('marie@exemple.fr', 'mailto:pirate@evil.example'), 'marie@exemple.fr');
  });

  test('not when it shows the same, a name above it, a file or plain words', () => {
    for (const [text, href] of [
      ['https://www.exemple.fr/a', 'https://exemple.fr/b'],
      ['exemple.fr', 'https://agenda.exemple.fr/'],
      ['EXEMPLE.FR', 'https://www.exemple.fr/'],
      ['compte-rendu.pdf', 'https://exemple.fr/1'],
      ['cliquez ici', 'https://exemple.fr/'],
      ['M. Leroy', 'https://exemple.fr/'],
      ['écrire à marie@exemple.fr', 'https://exemple.fr/'],
      ['Marie@Exemple.fr', 'mailto:marie@exemple.fr'],
      ['02 47 00 00 00', 'tel:+33247000000'],
    ] as const) {
      assert.equal(deceit(text, href), undefined, text);
    }
  });
});

test('an image is a part of the message, data without addresses in it, or remote', () => {
  assert.deepEqual(readImage('CID:logo%40exemple'), { kind: 'part', contentId: 'logo@exemple' });
  assert.equal(readImage('data:image/png;base64,iVBORw0KGgo=')?.kind, 'inline');
  assert.deepEqual(readImage('//exemple.fr/a.png'), {
    kind: 'remote',
    url: 'https://exemple.fr/a.png',
    isSecure: true,
  });
  assert.deepEqual(readImage('http://exemple.fr/a.png'), {
    kind: 'remote',
    url: 'http://exemple.fr/a.png',
    isSecure: false,
  });
  for (const source of [
    'data:image/svg+xml,<svg/>',
    'data:text/html,x',
    'blob:https://a/b',
    'a.png',
    '/icon.svg',
    '',
    'cid:%ff',
    'javascript:1',
  ]) {
    assert.equal(readImage(source), undefined, source);
  }
});
