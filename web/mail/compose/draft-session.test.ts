import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EmailRef } from '../store/types.ts';
import { beginDraft, type SaveOutcome } from './draft-session.ts';
import type { JournalEntry } from './journal.ts';
import type { ComposedMessage } from './message.ts';

const empty: ComposedMessage = {
  ...{ draftId: 'd', accountId: 'a', identityId: 'i', to: [], cc: [], bcc: [], subject: '', format: 'text', html: '' },
  ...{
    text: '',
    attachments: [],
    isUrgent: false,
    wantsReceipt: false,
    inReplyTo: [],
    references: [],
    origin: undefined,
  },
};

type Answer = (message: ComposedMessage, former: readonly EmailRef[]) => Promise<SaveOutcome>;

/** Timers run when they are told to, the longest wait last. */
function world(answer?: Answer) {
  const timers = new Map<() => void, number>();
  const saves: { subject: string; former: readonly string[] }[] = [];
  const journal = new Map<string, JournalEntry>();
  let count = 0;
  const session = beginDraft(
    { message: empty, draft: undefined },
    {
      async save(message, former) {
        saves.push({ subject: message.subject, former: former.map(({ emailId }) => emailId) });
        if (answer !== undefined) return answer(message, former);
        count += 1;
        return { kind: 'saved', emailId: `e${count}`, wasGone: false, left: [], blobs: new Map() };
      },
      journal: {
        write: async (entry) => void journal.set(entry.message.draftId, entry),
        erase: async (draftId) => void journal.delete(draftId),
      },
      setTimer(deed, ms) {
        timers.set(deed, ms);
        return () => timers.delete(deed);
      },
      now: () => 7,
    },
  );
  const run = async (ms: number): Promise<void> => {
    for (const [deed, after] of [...timers]) {
      if (after > ms) continue;
      timers.delete(deed);
      deed();
    }
    await new Promise(setImmediate);
  };
  return { session, saves, journal, run, waits: () => [...timers.values()] };
}

test('what nobody wrote is not saved', async () => {
  const { session, saves, run } = world();
  session.update({ subject: '' });
  await run(60_000);
  assert.ok(await session.flush());
  assert.deepEqual(saves, []);
});

test('a change is in the journal before it is saved, and out of it after', async () => {
  const { session, saves, journal, run } = world();
  session.update({ subject: 'a' });
  await run(250);
  assert.equal(journal.get('d')?.message.subject, 'a');
  assert.deepEqual(saves, []);
  await run(1_500);
  assert.deepEqual(saves, [{ subject: 'a', former: [] }]);
  assert.equal(journal.size, 0);
  assert.deepEqual(session.view().save, { kind: 'saved', at: 7 });
  assert.deepEqual(session.view().draft, { accountId: 'a', emailId: 'e1' });
});

test('each save drops the draft before it', async () => {
  const { session, saves, run } = world();
  for (const subject of ['a', 'b', 'c']) {
    session.update({ subject });
    await run(1_500);
  }
  assert.deepEqual(
    saves.map(({ former }) => former),
    [[], ['e1'], ['e2']],
  );
});

test('what is typed while a save is on its way is saved after it, never beside it', async () => {
  let release: (outcome: SaveOutcome) => void = () => undefined;
  const { session, saves, journal, run } = world(
    () =>
      new Promise((resolve) => {
        release = resolve;
      }),
  );
  session.update({ subject: 'a' });
  await run(1_500);
  session.update({ subject: 'ab' });
  await run(1_500);
  assert.equal(saves.length, 1);
  release({ kind: 'saved', emailId: 'e1', wasGone: false, left: [], blobs: new Map() });
  await run(0);
  assert.equal(session.view().save.kind, 'dirty');
  assert.equal(journal.get('d')?.savedAs?.emailId, 'e1');
  await run(1_500);
  assert.deepEqual(saves.at(-1), { subject: 'ab', former: ['e1'] });
});

test('without an answer it is tried again, later each time, and the journal keeps it', async () => {
  let isAway = true;
  const { session, saves, journal, run, waits } = world(async () => {
    if (isAway) throw new Error('away');
    return { kind: 'saved', emailId: 'e', wasGone: false, left: [], blobs: new Map() };
  });
  session.update({ subject: 'a' });
  await run(1_500);
  assert.equal(session.view().save.kind, 'unreachable');
  assert.equal(journal.size, 1);
  const waited: number[] = [];
  for (let failure = 0; failure < 6; failure += 1) {
    waited.push(Math.max(...waits()));
    await run(60_000);
  }
  assert.deepEqual(waited, [4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  isAway = false;
  assert.ok(await session.flush());
  assert.equal(saves.length, 8);
  assert.equal(journal.size, 0);
});

test('a refusal is told, and the next change tries again', async () => {
  const { session, saves, journal, run } = world(async () => ({ kind: 'refused', text: 'plein' }));
  session.update({ subject: 'a' });
  await run(1_500);
  assert.deepEqual(session.view().save, { kind: 'refused', text: 'plein' });
  assert.equal(journal.size, 1);
  session.update({ subject: 'ab' });
  await run(1_500);
  assert.equal(saves.length, 2);
});

test('files are those of the new draft once the former is gone', async () => {
  const { session, run } = world(async () => ({
    ...{ kind: 'saved', emailId: 'e', wasGone: true, left: [] },
    blobs: new Map([['up', 'E1-2']]),
  }));
  session.update({ attachments: [{ blobId: 'up', type: 'a/b', name: 'x', size: 1 }] });
  await run(1_500);
  assert.equal(session.view().message.attachments[0]?.blobId, 'E1-2');
  assert.ok(session.view().wasGone);
  assert.ok(await session.flush());
});

test('once it is finished nothing is saved, and all its drafts are told', async () => {
  const { session, saves, journal, run } = world();
  session.update({ subject: 'a' });
  await run(1_500);
  session.takeOver({ accountId: 'a', emailId: 'refused' });
  session.update({ subject: 'ab' });
  await run(250);
  assert.deepEqual(
    (await session.finish()).map(({ emailId }) => emailId),
    ['e1', 'refused'],
  );
  session.update({ subject: 'abc' });
  await run(60_000);
  assert.equal(saves.length, 1);
  assert.equal(journal.size, 0);
});

test('nothing is saved while a message is being sent, and what was being saved is waited for', async () => {
  let saved: () => void = () => undefined;
  const { session, saves, run } = world(
    () =>
      new Promise((resolve) => {
        saved = () => resolve({ kind: 'saved', emailId: 'e1', wasGone: false, left: [], blobs: new Map([['b', 'c']]) });
      }),
  );
  session.update({ attachments: [{ blobId: 'b', type: 'text/plain', name: 'n', size: 1 }] });
  await run(1_500);
  let isQuiet = false;
  const paused = session.pause().then(() => {
    isQuiet = true;
  });
  await new Promise(setImmediate);
  assert.equal(isQuiet, false);
  saved();
  await paused;
  assert.equal(session.view().message.attachments[0]?.blobId, 'c', 'the file as the saved draft holds it');
  session.update({ subject: 'more' });
  assert.equal(await session.flush(), false);
  await run(60_000);
  assert.equal(saves.length, 1);
  session.resume();
  await run(1_500);
  assert.equal(saves.length, 2);
});
