import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiProblem, Unreachable } from '../api/client.ts';
import { endSession, enterAgain, isLeaving, type LeavingStore } from './leaving.ts';

function openStore(): LeavingStore {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const server = (fault?: Error) => ({
  async request<Answer>(): Promise<Answer> {
    if (fault !== undefined) throw fault;
    return undefined as Answer; // 204
  },
});

describe('signing out', () => {
  it('is done when the server heard it, or knew the session no longer', async () => {
    for (const api of [server(), server(new ApiProblem(401, 'signed-out', ''))]) {
      const store = openStore();
      assert.equal(await endSession(api, store), true);
      assert.equal(isLeaving(store), false);
    }
  });

  it('is remembered until then, so that the cookie lets nobody in', async () => {
    const store = openStore();
    assert.equal(await endSession(server(new Unreachable()), store), false);
    assert.equal(isLeaving(store), true);
    assert.equal(await endSession(server(new ApiProblem(503, 'unavailable', '')), store), false);
    assert.equal(isLeaving(store), true);
    enterAgain(store);
    assert.equal(isLeaving(store), false);
  });
});
