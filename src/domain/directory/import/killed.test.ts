import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { oneByOne, openImportWorld } from '../../../../testkit/directory/import-world.ts';
import { personCells, rowOf, textOf } from '../../../../testkit/directory/small-extraction.ts';
import { Refusal } from '../../../base/errors.ts';
import { importFiles } from './import.ts';

const importFile = oneByOne(importFiles);

const program = fileURLToPath(new URL('../../../../testkit/directory/import-process.ts', import.meta.url));

function text(from: number, to: number): string {
  return textOf(
    'mailboxes',
    Array.from({ length: to - from }, (_, index) => rowOf('mailboxes', personCells('mailboxes', from + index))),
  );
}

for (const stage of ['reading', 'merging', 'indexing']) {
  test(`an import killed while it is ${stage} leaves the edition before it, and the next one runs`, async (t) => {
    const world = await openImportWorld(t);
    await importFile(world.parts, world.write('one.txt', text(0, 10)), {});
    const index = await world.list('select bytes from directory.index_part');
    const next = world.write('two.txt', text(5, 200));
    const child = fork(program, [world.url.revealText(), next, stage], { stdio: 'ignore' });
    const exited = once(child, 'exit').then(() => assert.fail('the import ended before it was killed'));
    assert.deepEqual(await Promise.race([once(child, 'message'), exited]), [stage, undefined]);
    exited.catch(() => undefined);
    await assert.rejects(
      importFile(world.parts, next, {}),
      (fault) => fault instanceof Refusal && fault.code === 'import-running',
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal((await world.list('select address from directory.mailbox')).length, 10);
    assert.deepEqual(await world.list('select bytes from directory.index_part'), index);
    assert.deepEqual(await world.list("select file_name from directory.edition where state = 'current'"), ['one.txt']);
    // PostgreSQL needs a moment to see that the connection with the lock is gone.
    for (;;) {
      const outcome = await importFile({ ...world.parts, maxRemovedShare: 1 }, next, {}).catch(
        (fault: unknown) => fault,
      );
      const isHeld = outcome instanceof Refusal && outcome.code === 'import-running';
      if (!isHeld) break;
      await sleep(20);
    }
    assert.deepEqual(await world.list('select state from directory.edition order by edition_id'), [
      'superseded',
      'failed',
      'current',
    ]);
    assert.equal((await world.list('select address from directory.mailbox')).length, 195);
  });
}
