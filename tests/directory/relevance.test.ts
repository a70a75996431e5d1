/** Two hundred queries of a secretary over a generated directory, imported by the real import: whom they mean is among the first three. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { type Correspondent, createDirectory, type Directory } from '../../src/domain/directory/directory.ts';
import { generateDirectory } from '../../testkit/directory/generate-directory.ts';
import { openFoundation } from '../../testkit/foundation.ts';
import { type RelevanceQuery, relevanceQueries, relevanceWorld } from './relevance-queries.ts';

const published = new Date('2026-11-20T03:12:00Z');
/** In a hundred. */
const wanted = 97;

let folder: string;
const foundation = await openFoundation({ after });
let directory: Directory;

function isMeant(found: Correspondent, { expected }: RelevanceQuery): boolean {
  if (!expected.includes('@')) return found.id === `practitioner/8${expected}`;
  return found.addresses.some(({ address }) => address === expected);
}

/** From 1; 0 when it is not among the first ten. */
async function rankOf(query: RelevanceQuery): Promise<number> {
  const answer = await directory.search(foundation.database.db, { text: query.text, limit: 10 });
  return answer.items.findIndex((item) => isMeant(item, query)) + 1;
}

describe('the search over a generated directory', () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hygie-relevance-'));
    const { database, clock, audit, access } = foundation;
    directory = createDirectory({
      database,
      clock,
      log: silentLog,
      audit,
      rights: access,
      downloader: undefined,
      workFolder: folder,
      maxRemovedShare: 0.1,
      annuaire: undefined,
      publicationAnnuaire: undefined,
    });
    const files = await generateDirectory({ ...relevanceWorld, publishedAt: published, folder, zipped: true });
    await directory.importFiles([...files.professionalsFiles, files.mailboxesFile]);
  });
  after(async () => {
    await directory?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('is asked two hundred queries, each once, of people and services that it holds', async () => {
    assert.equal(relevanceQueries.length, 200);
    assert.equal(new Set(relevanceQueries.map(({ text }) => text)).size, 200);
    for (const { expected } of new Map(relevanceQueries.map((query) => [query.expected, query])).values()) {
      const answer = await directory.search(foundation.database.db, { text: expected, limit: 3 });
      assert.ok(
        answer.items.some((item) => isMeant(item, { group: '', text: '', expected })),
        `${expected} is not held`,
      );
    }
  });

  test(`has whom they mean among the first three at least ${wanted} times in a hundred`, async (context) => {
    const misses: string[] = [];
    let first = 0;
    for (const query of relevanceQueries) {
      const rank = await rankOf(query);
      if (rank === 1) first += 1;
      if (rank < 1 || rank > 3)
        misses.push(`${query.group}: “${query.text}” -> ${query.expected}, rank ${rank || 'none'}`);
    }
    const found = relevanceQueries.length - misses.length;
    context.diagnostic(`${found} of ${relevanceQueries.length} among the first three, ${first} first`);
    for (const miss of misses) context.diagnostic(`missed ${miss}`);
    assert.ok(found * 100 >= relevanceQueries.length * wanted, `${found} found:\n${misses.join('\n')}`);
  });
});
