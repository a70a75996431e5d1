/**
 * The national directory of the small world: a few thousand invented professionals and the people of the demonstration among them,
 * written once as the source writes its extractions; and the stand-in Annuaire Santé, which knows the people of the demonstration.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../src/base/errors.ts';
import { silentLog } from '../src/base/log.ts';
import { directorySources, importDirectory } from '../src/ends/directory-import.ts';
import { openProduct } from '../src/ends/product.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import type { DatabaseUrls } from '../src/platform/db/embedded/databases.ts';
import { type StandInAnnuaire, startAnnuaire } from '../testkit/annuaire/annuaire.ts';
import { organization, practitioner, practitionerRole } from '../testkit/annuaire/resources.ts';
import type { ExtraMailbox, ExtraPerson } from '../testkit/directory/extra.ts';
import { generateDirectory } from '../testkit/directory/generate-directory.ts';
import { demoOperators, finessOf } from './people.ts';
import { sandboxTexts } from './texts.ts';
import type { WorldOperator } from './world.ts';

/** Names under which the archives are kept and published. */
export const mailboxesArchive = 'Extraction_Correspondance_MSSante.zip';
export const professionalsArchive = 'PS_LibreAcces.zip';
/** Of the stand-in, on loopback: it keeps nobody out. */
export const annuaireKey = 'bac-a-sable';

const seed = 37;
const activities = 4_000;
const mailboxes = 1_500;

function listedPeople(): readonly ExtraPerson[] {
  return demoOperators.flatMap(({ people, place = null }) =>
    people.flatMap(({ rpps, listed, holds }) =>
      rpps === null || listed === undefined
        ? []
        : [{ rpps, ...listed, place, addresses: holds.map(({ address }) => address) }],
    ),
  );
}

function listedServices(): readonly ExtraMailbox[] {
  return demoOperators.flatMap(({ shared, place, administrator }) =>
    place === undefined
      ? []
      : shared
          .filter(({ address }) => address !== administrator)
          .map(({ address, displayName }) => ({ address, service: displayName, place })),
  );
}

/** Writes the archives when they are not there yet: whole, or not at all. */
export async function keepDirectory(folder: string, now: Date): Promise<void> {
  const final = path.join(folder, professionalsArchive);
  if (existsSync(final)) return;
  const work = path.join(folder, 'directory.next');
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const made = await generateDirectory({
    seed,
    activities,
    mailboxes,
    publishedAt: now,
    folder: work,
    zipped: true,
    extra: { people: listedPeople(), mailboxes: listedServices() },
  });
  const [professionals = ''] = made.professionalsFiles;
  await rename(made.mailboxesFile, path.join(folder, mailboxesArchive));
  await rename(professionals, final);
  await rm(work, { recursive: true });
}

/** Imports the archives into the database of a professional operator, the first time. */
export async function importOnce(operator: WorldOperator, urls: DatabaseUrls): Promise<void> {
  const done = path.join(path.dirname(operator.configPath), 'directory-imported');
  if (operator.demo.kind === 'citizen' || existsSync(done)) return;
  const config = await loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: operator.configPath } });
  const ways = { ...urls, takesRole: false };
  const product = await openProduct({ config, log: silentLog, ways, applicationName: 'hygie sandbox' });
  try {
    const outcomes = await importDirectory(product, directorySources(config.directory), {});
    for (const outcome of outcomes) if (outcome.kind === 'rejected') throw outcome.fault;
    await writeFile(done, '');
  } finally {
    await product.close();
  }
}

/** The stand-in, with the people of the demonstration and where they practise. */
export async function startSandboxAnnuaire(port: number): Promise<StandInAnnuaire> {
  const resources = demoOperators.flatMap(({ name, place, people }) => {
    if (place === undefined) return [];
    const house = organization(name, finessOf(place), [], place.name);
    const persons = people.flatMap(({ login, rpps, listed, holds }) => {
      if (rpps === null || listed === undefined) return [];
      const known = holds.map(({ address, type }) => ({ address, type }));
      const role = practitionerRole(`${login}.1`, { practitioner: login, organization: name }, known);
      return [practitioner(login, `8${rpps}`, [], listed.family.toUpperCase()), role];
    });
    return [house, ...persons];
  });
  try {
    return await startAnnuaire({ apiKey: annuaireKey, resources, port });
  } catch (fault) {
    throw new Refusal('port-taken', sandboxTexts.portTaken(port), { cause: fault });
  }
}
