import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cleanName, dangersOf, familyOf, previewOf, shownType } from './kinds.ts';

const part = (name: string | null, type: string) => ({ name, type });

describe('an attachment', () => {
  test('is warned of by what it would do', () => {
    const cases: readonly (readonly [string, string, readonly string[]])[] = [
      ['compte-rendu.pdf', 'application/pdf', []],
      ['photo.JPEG', 'image/jpeg', []],
      ['facture.pdf.exe', 'application/pdf', ['program', 'double', 'mismatch']],
      ['facture.pdf   .scr', 'application/octet-stream', ['program', 'double']],
      ['ordonnance.js', 'text/plain', ['program', 'mismatch']],
      ['facture_\u202efdp.exe', 'application/octet-stream', ['program', 'reversed']],
      ['radio.zip', 'application/zip', ['archive']],
      ['lettre.docm', 'application/vnd.ms-word.document.macroEnabled.12', ['macro']],
      ['connexion.html', 'text/html', ['page']],
      ['logo.svg', 'image/svg+xml', ['page']],
      ['lettre.pdf', 'text/html', ['page', 'mismatch']],
      ['lettre.pdf', 'image/png', ['mismatch']],
      ['sans extension', 'application/x-msdownload', ['program']],
      ['raccourci.pdf.lnk', 'application/octet-stream', ['program', 'double']],
    ];
    for (const [name, type, expected] of cases) assert.deepEqual(dangersOf(part(name, type)), expected, name);
  });

  test('is opened here only when it cannot act and does not lie', () => {
    assert.equal(previewOf(part('a.pdf', 'application/pdf')), 'pdf');
    assert.equal(previewOf(part('a.pdf', 'application/octet-stream')), 'pdf');
    assert.equal(previewOf(part('a.png', 'image/png')), 'image');
    assert.equal(previewOf(part('notes.txt', 'text/plain')), 'text');
    assert.equal(previewOf(part(null, 'message/rfc822')), 'message');
    for (const [name, type] of [
      ['a.svg', 'image/svg+xml'],
      ['a.html', 'text/html'],
      ['a.png', 'application/pdf'],
      ['a.pdf.exe', 'application/pdf'],
      ['a.zip', 'application/zip'],
      ['a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
      ['a.tiff', 'image/tiff'],
    ] as const) {
      assert.equal(previewOf(part(name, type)), undefined, name);
    }
  });

  test('has a name without marks that turn it round, and a family', () => {
    assert.equal(cleanName('a\u202eb\n\tc.pdf '), 'ab c.pdf'.replace(' ', ''));
    assert.equal(cleanName(null), '');
    assert.equal(familyOf(part('a.XLSX', 'application/octet-stream')), 'sheet');
    assert.equal(familyOf(part(null, 'image/png')), 'image');
    assert.equal(familyOf(part(null, 'audio/ogg')), 'sound');
    assert.equal(familyOf(part(null, 'application/x-odd')), 'file');
    assert.equal(shownType(part('a.jpg', 'APPLICATION/octet-stream')), 'image/jpeg');
  });
});
