import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpLimits } from '../../base/limits.ts';
import { printContentDisposition as print } from './content-disposition.ts';

test('a name is told in ASCII and exactly (RFC 6266 §4.3, RFC 8187 §3.2 and §3.2.1)', () => {
  assert.equal(
    print('attachment', "Résultats d'été (2).pdf"),
    `attachment; filename="R_sultats d'_t_ (2).pdf"; filename*=UTF-8''R%C3%A9sultats%20d%27%C3%A9t%C3%A9%20%282%29.pdf`,
  );
});

test('a name cannot end its quotes, its line or its folder', () => {
  for (const name of ['a"; filename=b', 'a\r\nSet-Cookie: b', '../../a', 'C:\\a', 'a\u202Efdp.exe', '\ud800']) {
    const printed = print('inline', name);
    assert.match(printed, /^inline; filename="[^"\\/%\r\n]*"; filename\*=UTF-8''[A-Za-z0-9%._~!-]*$/, name);
  }
});

test('no name is no parameter, and a long one is cut', () => {
  assert.equal(print('attachment', ' '), 'attachment');
  assert.ok(
    print('attachment', 'é'.repeat(httpLimits.fileNameCharacters)).includes('_'.repeat(httpLimits.fileNameCharacters)),
  );
  assert.ok(
    !print('attachment', 'é'.repeat(httpLimits.fileNameCharacters + 1)).includes(
      '_'.repeat(httpLimits.fileNameCharacters + 1),
    ),
  );
});
