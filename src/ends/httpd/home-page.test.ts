import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type HomePageFacts, renderHomePage } from './home-page.ts';

const facts: HomePageFacts = {
  operator: 'Cabinet médical des Tilleuls',
  domains: ['cabinet.mssante.example'],
  isSandbox: true,
  services: [{ name: 'submission', address: '127.0.0.1:42587' }],
  whiteList: { generatedAt: new Date('2026-11-22T23:30:00Z') },
};

describe('the page of an operator', () => {
  test('says that all is well, since which list, and how to send', () => {
    const page = renderHomePage(facts);
    assert.match(page, /La messagerie sécurisée fonctionne/);
    assert.match(page, /127\.0\.0\.1:42587/);
    assert.match(page, /générée le 23 novembre 2026/, 'the day in France');
  });

  test('does not say that all is well while nobody can be believed', () => {
    const page = renderHomePage({ ...facts, whiteList: undefined });
    assert.doesNotMatch(page, /fonctionne/);
    assert.match(page, /n’échange pas encore/);
  });

  test('warns of the sandbox there alone', () => {
    assert.match(renderHomePage(facts), /Bac à sable/);
    assert.doesNotMatch(renderHomePage({ ...facts, isSandbox: false }), /Bac à sable/);
  });

  test('shows what the configuration says as text, never as markup', () => {
    const page = renderHomePage({ ...facts, operator: '<script>"x"</script>' });
    assert.doesNotMatch(page, /<script/);
    assert.match(page, /&#60;script/);
  });
});
