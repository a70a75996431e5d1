import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../../base/secret.ts';
import { parseBdatArguments, parseClientName, parseCommandLine, parseNoArguments, printBdat } from './command-line.ts';
import { credentialsOfLogin, decodeBase64, parseAuthArguments, parsePlain, printPlain } from './sasl.ts';

describe('command lines', () => {
  test('are a verb in any case, and what follows one space', () => {
    assert.deepEqual(parseCommandLine('mail FROM:<>'), { verb: 'MAIL', text: 'FROM:<>' });
    assert.deepEqual(parseCommandLine('QUIT'), { verb: 'QUIT', text: '' });
    assert.deepEqual(parseCommandLine('QUIT  '), { verb: 'QUIT', text: '' }); // RFC 5321 §4.1.1
    assert.deepEqual(parseCommandLine('NOOP  x'), { verb: 'NOOP', text: ' x' });
  });

  for (const bad of ['', ' QUIT', '1', 'QUIT!', 'GET/ HTTP', 'a'.repeat(17), 'é']) {
    test(`refuse ${JSON.stringify(bad)}`, () => assert.throws(() => parseCommandLine(bad), { code: 'smtp-command' }));
  }

  test('refuse arguments where there are none (RFC 5321 §4.1.1.4, §4.1.1.5, §4.1.1.10)', () => {
    parseNoArguments('');
    assert.throws(() => parseNoArguments('now'), { code: 'smtp-arguments' });
  });
});

describe('EHLO names (RFC 5321 §4.1.1.1, §4.1.3)', () => {
  for (const good of [
    'mx.fr',
    'a',
    'PC_DE_ZOE',
    '[127.0.0.1]',
    '[IPv6:::1]',
    '[IPv6:2001:db8::192.0.2.1]',
    'xn--e1aybc.fr',
  ]) {
    test(`take ${good}`, () => assert.equal(parseClientName(good), good));
  }
  for (const bad of [
    '',
    'a b',
    '-a',
    'a..b',
    '[x]',
    '[]',
    '[1.2.3]',
    '[::1]',
    '[IPv6:1]',
    'a(b)',
    'é.fr',
    'a'.repeat(256),
  ]) {
    test(`refuse ${JSON.stringify(bad.slice(0, 20))}`, () => {
      assert.throws(() => parseClientName(bad), { code: 'smtp-arguments' });
    });
  }
});

describe('BDAT (RFC 3030 §2)', () => {
  test('is read back as it was printed', () => {
    fc.assert(
      fc.property(fc.record({ sizeBytes: fc.nat(), isLast: fc.boolean() }, { noNullPrototype: true }), (bdat) => {
        assert.deepEqual(parseBdatArguments(printBdat(bdat).slice('BDAT '.length)), bdat);
      }),
    );
  });

  for (const bad of ['', '-1', '1 FIRST', '1  LAST', '0x10', '1.5', '9007199254740992', '1'.repeat(21), 'LAST']) {
    test(`refuses ${JSON.stringify(bad)}`, () => {
      assert.throws(() => parseBdatArguments(bad), { code: 'smtp-chunk-size' });
    });
  }
});

describe('AUTH', () => {
  test('reads a mechanism, with or without an initial response (RFC 4954 §4)', () => {
    assert.deepEqual(parseAuthArguments('plain'), { mechanism: 'PLAIN' });
    assert.deepEqual(parseAuthArguments('PLAIN ='), { mechanism: 'PLAIN', initialResponse: Buffer.alloc(0) });
    assert.deepEqual(parseAuthArguments('PLAIN AGEAYg=='), {
      mechanism: 'PLAIN',
      initialResponse: Buffer.from('\0a\0b'),
    });
  });

  for (const [text, code] of [
    ['', 'smtp-arguments'],
    ['PLAIN a b', 'smtp-arguments'],
    ['PLAIN AGEAYg', 'smtp-base64'],
    ['PLAIN AGEAYh==', 'smtp-base64'], // the last bits are not zero
    ['PLAIN A===', 'smtp-base64'],
  ] as const) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseAuthArguments(text), { code }));
  }

  test('reads base64 as it was written (RFC 4648 §4)', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.deepEqual(decodeBase64(Buffer.from(bytes).toString('base64')), Buffer.from(bytes));
      }),
    );
  });

  test('reads PLAIN as it was printed, and keeps the password out of print (RFC 4616 §2)', () => {
    const word = fc.stringMatching(/^[^\0\ud800-\udfff]{1,20}$/);
    fc.assert(
      fc.property(fc.option(word, { nil: undefined }), word, word, (authorizationId, authenticationId, password) => {
        const credentials = {
          ...(authorizationId !== undefined && { authorizationId }),
          authenticationId,
          password: new Secret(password),
        };
        const read = parsePlain(decodeBase64(printPlain(credentials)));
        assert.equal(read.password.revealText(), password);
        assert.equal(read.authenticationId, authenticationId);
        assert.equal(read.authorizationId, authorizationId);
        assert.equal(String(read.password), '[secret]');
      }),
    );
  });

  for (const bad of ['', 'a', 'a\0b', '\0\0b', '\0a\0', 'a\0b\0c\0d', '\0\xff\0b']) {
    test(`refuses the PLAIN message ${JSON.stringify(bad)}`, () => {
      assert.throws(() => parsePlain(Buffer.from(bad, 'latin1')), { code: 'smtp-credentials' });
    });
  }

  test('makes the same credentials of LOGIN, and refuses a NUL in them', () => {
    const credentials = credentialsOfLogin(Buffer.from('zoé'), Buffer.from('mot'));
    assert.equal(credentials.authenticationId, 'zoé');
    assert.equal(credentials.password.revealText(), 'mot');
    assert.throws(() => credentialsOfLogin(Buffer.from('a\0b'), Buffer.from('c')), { code: 'smtp-credentials' });
  });
});
