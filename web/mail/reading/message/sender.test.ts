import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtsAbout } from './sender.ts';

const from = [{ name: 'Pr Rachid Meziane', email: 'rachid.meziane@hopital.example' }];

test('an answer that would go elsewhere is doubted; one to the author is not', () => {
  assert.equal(
    doubtsAbout({ from, replyTo: [{ name: null, email: 'pirate@evil.example' }] }).otherReply,
    'pirate@evil.example',
  );
  assert.equal(
    doubtsAbout({ from, replyTo: [{ name: null, email: 'Rachid.Meziane@hopital.example' }] }).otherReply,
    undefined,
  );
  assert.equal(doubtsAbout({ from, replyTo: null }).otherReply, undefined);
});

test('a display name that shows another address is doubted, hidden letters or not', () => {
  const named = (name: string) =>
    doubtsAbout({ from: [{ name, email: 'pirate@evil.example' }], replyTo: null }).imitated;
  assert.equal(named('rachid.meziane@hopital.example'), 'rachid.meziane@hopital.example');
  assert.equal(named('Rachid <rachid@hop\u200bital.example>'), 'rachid@hopital.example');
  assert.equal(named('pirate@evil.example'), undefined);
  assert.equal(named('Pr Rachid Meziane'), undefined);
});
