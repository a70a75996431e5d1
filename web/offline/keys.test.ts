import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CopyKeys, makeKeys, openByPassword, openBySecret, passwordIterations } from './keys.ts';

const secret = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const otherSecret = 'BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA';
/** Few iterations: what is tried here is not how long they take. */
const asked = { deviceId: 'device-1', password: 'été à la plage', secret, iterations: 1_000 };

async function seals(one: CopyKeys, other: CopyKeys | undefined): Promise<boolean> {
  if (other === undefined) return false;
  const how = { name: 'AES-GCM', iv: new Uint8Array(12) };
  const sealed = await crypto.subtle.encrypt(how, one.seal, new Uint8Array([1, 2, 3]));
  const opened = new Uint8Array(await crypto.subtle.decrypt(how, other.seal, sealed));
  return opened.join() === '1,2,3';
}

describe('the key of a copy', () => {
  test('opens by the password, however its accents are typed, and by the server’s half', async () => {
    const { byPassword, byServer, keys } = await makeKeys(asked);
    const { deviceId, password } = asked;
    assert.ok(await seals(keys, await openByPassword(deviceId, byPassword, password.normalize('NFD'))));
    assert.ok(await seals(keys, await openBySecret(deviceId, byServer, secret)));
  });

  test('opens by no other password, half or device', async () => {
    const { byPassword, byServer } = await makeKeys(asked);
    const { deviceId, password } = asked;
    assert.equal(await openByPassword(deviceId, byPassword, `${password} `), undefined);
    assert.equal(await openByPassword('device-2', byPassword, password), undefined);
    assert.equal(await openBySecret(deviceId, byServer, otherSecret), undefined);
    assert.equal(await openBySecret('device-2', byServer, secret), undefined);
    assert.equal(await openBySecret(deviceId, byPassword, secret), undefined);
  });

  test('does not leave the browser, and is another for each device', async () => {
    const [one, two] = [await makeKeys(asked), await makeKeys(asked)];
    assert.deepEqual([one.keys.seal.extractable, one.keys.name.extractable], [false, false]);
    const opened = await openByPassword(asked.deviceId, one.byPassword, asked.password);
    assert.equal(opened?.seal.extractable, false);
    await assert.rejects(seals(one.keys, two.keys));
    assert.notDeepEqual(one.byPassword.salt, two.byPassword.salt);
  });

  test('costs whoever guesses the password what OWASP asks for', async () => {
    assert.ok(passwordIterations >= 600_000);
    const { iterations: _few, ...usual } = asked;
    assert.equal((await makeKeys(usual)).byPassword.iterations, passwordIterations);
  });
});
