import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accessLimits } from '../../base/domain-limits.ts';
import { parseBasicCredentials } from './basic-credentials.ts';

const basic = (text: string | Buffer): string => `Basic ${Buffer.from(text).toString('base64')}`;
const read = (field: string | undefined): readonly string[] | undefined => {
  const found = parseBasicCredentials(field);
  return found && [found.login, found.password.revealText()];
};

describe('the credentials of HTTP Basic (RFC 7617 §2)', () => {
  test('are a login up to the first colon, and a password', () => {
    assert.deepEqual(read(basic('claire.vasseur:abcde-fghjk')), ['claire.vasseur', 'abcde-fghjk']);
    assert.deepEqual(read(basic('claire:a:b:')), ['claire', 'a:b:']);
    assert.deepEqual(read(basic('claire:')), ['claire', '']);
    assert.deepEqual(read(basic('zoé:é')), ['zoé', 'é']); // RFC 7617 §2.1
  });

  test('are read whatever the case of the scheme (RFC 9110 §11.1)', () => {
    assert.deepEqual(read(basic('a:b').replace('Basic', 'bAsIc ')), ['a', 'b']);
  });

  test('are nothing when absent, of another scheme or malformed', () => {
    const table: readonly (string | undefined)[] = [
      undefined,
      '',
      'Basic',
      'Basic ',
      'Bearer YTpi',
      'Basic YTpi YTpi',
      'Basic YTp',
      'Basic YT*i',
      ' Basic YTpi',
      basic('no-colon'),
      basic(':no-login'),
      basic('a:b\u0000'),
      basic('a:b\r\n'),
      basic(Buffer.from([0x61, 0x3a, 0xe9])),
    ];
    for (const field of table) assert.equal(read(field), undefined, field);
  });

  test('are read up to their bound, and not beyond', () => {
    const within = basic(`a:${'b'.repeat((accessLimits.authorizationBytes - 'Basic '.length) * 0.75 - 4)}`);
    assert.ok(within.length <= accessLimits.authorizationBytes && within.length > accessLimits.authorizationBytes - 8);
    assert.ok(read(within));
    const spaces = ' '.repeat(accessLimits.authorizationBytes - within.length + 1);
    assert.equal(read(within.replace(' ', ` ${spaces}`)), undefined);
  });
});
