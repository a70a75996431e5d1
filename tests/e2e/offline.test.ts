/** A device that was declared professional: read and write without network, send once, and forget. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible, Offices, type Seat, signIn } from './office.ts';

const login = 'claire.vasseur';
const rachid = 'rachid.meziane@hopital.mssante.example';
/** What a browser says of a network that is away is no fault of the page. */
const mayComplain = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|\[DOM\]/;

async function declare({ page, origin, password }: Seat): Promise<void> {
  await page.goto(`${origin}/reglages/appareil`);
  await page.getByRole('button', { name: 'Cet appareil est exclusivement professionnel' }).click();
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill(password);
  await page.getByRole('button', { name: 'Garder une copie chiffrée' }).click();
  await page.getByRole('button', { name: 'Effacer maintenant' }).waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
}

async function unlock({ page, origin, password }: Seat): Promise<void> {
  await page.goto(origin);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Déverrouiller ma copie' }).click();
  await page.getByRole('heading', { name: /^Hors ligne/ }).waitFor();
}

/** Everything that the page's databases hold, as text: binary values octet by octet. */
function dump(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const print = (value: unknown): string => {
      if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
      if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value);
      if (Array.isArray(value)) return value.map(print).join('\n');
      if (typeof value !== 'object' || value === null) return String(value);
      return Object.entries(value)
        .map(([key, each]) => `${key}=${print(each)}`)
        .join('\n');
    };
    const of = <Result>(request: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const parts: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await of(indexedDB.open(name ?? ''));
      for (const store of database.objectStoreNames) {
        const reading = database.transaction(store).objectStore(store);
        parts.push(`${name} ${store}`, print(await of(reading.getAllKeys())), print(await of(reading.getAll())));
      }
      database.close();
    }
    return parts.join('\n');
  });
}

/** Of the copy's shelves, how many records each holds; undefined: there is no copy. */
function counts(page: Page): Promise<Record<string, number> | undefined> {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    if (!names.includes('hygie-copy')) return undefined;
    const of = <Result>(request: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await of(indexedDB.open('hygie-copy'));
    const found: Record<string, number> = {};
    for (const store of database.objectStoreNames) {
      found[store] = await of(database.transaction(store).objectStore(store).count());
    }
    database.close();
    return found;
  });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.fail(`never: ${what}`);
}

async function writeOffline(page: Page, subject: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Écrire' }).click();
  await page.getByLabel('À', { exact: true }).fill(rachid);
  await page.getByLabel('Objet').fill(subject);
  await page.getByRole('textbox', { name: 'Message' }).pressSequentially(text);
}

/** As the holder of the practice does in the settings. */
async function setOfflineAllowed(page: Page, isOfflineAllowed: boolean): Promise<void> {
  const status = await page.evaluate(async (isAllowed) => {
    const { csrfToken } = await (await fetch('/api/session')).json();
    const headers = { 'content-type': 'application/json', 'x-csrf-token': csrfToken };
    const body = JSON.stringify({ isOfflineAllowed: isAllowed });
    return (await fetch('/api/practice', { method: 'PATCH', headers, body })).status;
  }, isOfflineAllowed);
  assert.equal(status, 200);
}

const sentRows = (page: Page, subject: string) => page.getByRole('row').filter({ hasText: subject });

describe('a device that keeps a copy', () => {
  let offices: Offices;
  let claire: Seat;
  before(async () => {
    offices = await Offices.open();
  });
  after(() => offices.close());

  test('is declared with the right password alone, and keeps what is read from then on', async () => {
    claire = await offices.enter(login, { mayComplain: /403|\[DOM\]|ERR_INTERNET_DISCONNECTED|ERR_FAILED/ });
    const { page, origin } = claire;
    await page.goto(`${origin}/reglages/appareil`);
    await page.getByRole('button', { name: 'Cet appareil est exclusivement professionnel' }).click();
    await page.getByRole('textbox', { name: 'Mot de passe' }).fill('pas celui-ci');
    await page.getByRole('button', { name: 'Garder une copie chiffrée' }).click();
    await page.getByRole('alert').getByText('Mot de passe incorrect').waitFor();
    await assertAccessible(page, 'the declaration of a device');
    await declare(claire);
    await assertAccessible(page, 'the settings of a device');
    await page.goto(origin);
    await page.getByRole('row').filter({ hasText: 'Pansement' }).first().click();
    await page.getByText('Plaie propre ce matin').first().waitFor();
    await until('the read email is kept', async () => ((await counts(page))?.['emails'] ?? 0) > 0);
    await until('the frame is kept', async () => (await counts(page))?.['frame'] === 1);
    offices.assertQuiet();
  });

  test('holds no word of it in its databases', async () => {
    const held = await dump(claire.page);
    assert.match(held, /hygie-copy emails/);
    for (const word of ['Pansement', 'Plaie', 'propre', 'sophie', 'LAMBERT', 'vasseur', 'mssante', claire.password]) {
      assert.ok(!held.toLowerCase().includes(word.toLowerCase()), word);
    }
  });

  test('reads it without network, under its password alone, in the same frame', async () => {
    const { page, context, origin } = claire;
    await context.setOffline(true);
    await page.goto(origin);
    await page.getByLabel('Mot de passe').fill('pas celui-ci');
    await page.getByRole('button', { name: 'Déverrouiller ma copie' }).click();
    await page.getByRole('alert').getByText('Mot de passe incorrect').waitFor();
    await assertAccessible(page, 'the lock of the copy');
    await unlock(claire);
    await page.getByRole('button', { name: /Pansement/ }).click();
    await page.getByText('Plaie propre ce matin').last().waitFor();
    await assertAccessible(page, 'a message of the copy');
    await page.getByRole('searchbox', { name: 'Chercher dans la copie' }).fill('nulle part');
    await page.getByText('Rien dans la copie ne correspond.').waitFor();
    offices.assertQuiet();
  });

  test('writes without network, keeps the draft through a reload, and sends it once when the network is back', async () => {
    const { page, context, origin } = claire;
    const subject = 'Écrit en visite';
    await page.goto(origin);
    await unlock(claire);
    await writeOffline(page, subject, 'Mme Roche va mieux.');
    await page.getByText('Enregistré sur cet appareil, chiffré.').waitFor();
    await assertAccessible(page, 'writing without network');
    await unlock(claire);
    await page.getByRole('tab', { name: /^Brouillons/ }).click();
    await page.getByRole('button', { name: new RegExp(subject) }).click();
    await page.getByText('Mme Roche va mieux.').waitFor();
    await page.getByRole('button', { name: 'Envoyer plus tard' }).click();
    await page.getByRole('tab', { name: 'En attente (1)' }).click();
    await page.getByRole('button', { name: new RegExp(subject) }).waitFor();
    assert.equal((await counts(page))?.['outbox'], 1);
    assert.ok(!(await dump(page)).includes('Roche'));

    await context.setOffline(false);
    await page.getByRole('button', { name: 'Se reconnecter' }).click();
    await page.getByText('1 message en attente est parti.').waitFor();
    await page.getByRole('link', { name: 'Envoyés' }).click();
    await sentRows(page, subject).waitFor();
    assert.equal(await sentRows(page, subject).count(), 1);
    assert.equal((await counts(page))?.['outbox'], 0);
    offices.assertQuiet();
  });

  test('sends once even when the answer to the first try is lost', async () => {
    const { page, context, origin } = claire;
    const subject = 'Réponse perdue';
    await context.setOffline(true);
    await unlock(claire);
    await writeOffline(page, subject, 'Une seule fois.');
    await page.getByRole('button', { name: 'Envoyer plus tard' }).click();
    await page.getByRole('tab', { name: 'En attente (1)' }).waitFor();
    await context.setOffline(false);
    const ids: string[] = [];
    await context.route('**/jmap/**', async (route) => {
      const body = route.request().postData() ?? '';
      const [, id] = /"idempotencyId":"([^"]+)"/.exec(body) ?? [];
      if (id === undefined) return route.fallback();
      ids.push(id);
      if (ids.length > 1) return route.fallback();
      await route.fetch(); // the server has done it
      return route.abort();
    });
    await page.getByRole('button', { name: 'Se reconnecter' }).click();
    await page.getByText('1 message en attente d’envoi').waitFor();
    await until('the first try', async () => ids.length === 1);
    assert.equal((await counts(page))?.['outbox'], 1);
    // The line of the outbox stays; what the browser says of the network brings the next try.
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await page.getByText('1 message en attente est parti.').waitFor();
    assert.equal(ids.length, 2);
    assert.equal(new Set(ids).size, 1);
    await context.unroute('**/jmap/**');
    await page.goto(origin);
    await page.getByRole('link', { name: 'Envoyés' }).click();
    await sentRows(page, subject).first().waitFor();
    assert.equal(await sentRows(page, subject).count(), 1);
    await page.getByRole('link', { name: 'Brouillons' }).click();
    await page.getByRole('grid').first().waitFor();
    await until('no draft of it is left', async () => (await sentRows(page, subject).count()) === 0);

    const hospital = await offices.enter('rachid.meziane', { mayComplain });
    await sentRows(hospital.page, subject).first().waitFor({ timeout: 60_000 });
    assert.equal(await sentRows(hospital.page, subject).count(), 1);
    await hospital.context.close();
    offices.assertQuiet();
  });

  test('brings a draft that was written on without network to the server, in place of the former', async () => {
    const { page, context, origin } = claire;
    const subject = 'Brouillon de visite';
    await context.setOffline(true);
    await unlock(claire);
    await writeOffline(page, subject, 'À finir au cabinet.');
    await page.getByText('Enregistré sur cet appareil, chiffré.').waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Se reconnecter' }).click();
    await page.getByRole('link', { name: 'Brouillons' }).click();
    await sentRows(page, subject).first().waitFor();

    await context.setOffline(true);
    await unlock(claire);
    await page.getByRole('tab', { name: /^Brouillons/ }).click();
    await page.getByRole('button', { name: new RegExp(subject) }).click();
    await page.getByLabel('Objet').fill(`${subject}, suite`);
    await page.getByText('Enregistré sur cet appareil, chiffré.').waitFor();
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Se reconnecter' }).click();
    await page.getByRole('link', { name: 'Brouillons' }).click();
    await sentRows(page, `${subject}, suite`).first().waitFor();
    await until('the former draft is gone', async () => (await sentRows(page, subject).count()) === 1);
    await page.goto(origin);
    offices.assertQuiet();
  });

  test('is wiped when it is taken back elsewhere, at its next start, with nobody signed in', async () => {
    const { page, context, origin } = claire;
    const other = await offices.enter(login, { path: '/reglages/appareil', mayComplain });
    await other.page.getByRole('button', { name: /^Retirer/ }).click();
    await other.page.getByRole('dialog').getByRole('button', { name: 'Retirer', exact: true }).click();
    await other.page.getByText('Aucun appareil ne garde de copie').waitFor();
    await other.context.close();
    assert.notEqual(await counts(page), undefined);
    await context.clearCookies();
    await page.goto(origin);
    await page.getByLabel('Identifiant').waitFor();
    await until('the copy is gone', async () => (await counts(page)) === undefined);
    offices.assertQuiet();
  });

  test('is wiped at sign-out, with everything else that the browser kept', async () => {
    const { page, password } = claire;
    await signIn(page, login, password);
    await declare(claire);
    assert.notEqual(await counts(page), undefined);
    await page.getByRole('button', { name: /Claire Vasseur/ }).click();
    await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
    await page.getByLabel('Identifiant').waitFor();
    const left = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    assert.deepEqual(
      left.filter((name) => name?.startsWith('hygie-')),
      [],
    );
    const { page: elsewhere, context } = await offices.enter(login, { path: '/reglages/appareil', mayComplain });
    await elsewhere.getByText('Aucun appareil ne garde de copie').waitFor();
    await context.close();
    offices.assertQuiet();
  });

  test('is wiped when another person signs in, and after a week without contact', async () => {
    const { page, context, origin, password } = claire;
    await signIn(page, login, password);
    await declare(claire);
    await context.clearCookies();
    await page.goto(origin);
    const sophie = offices.world.file.people.find((one) => one.login === 'sophie.lambert');
    await signIn(page, 'sophie.lambert', sophie?.password ?? '');
    await page.getByText('La copie hors ligne d’une autre personne a été effacée').waitFor();
    await until('the copy is gone', async () => (await counts(page)) === undefined);

    await context.clearCookies();
    await page.goto(origin);
    await signIn(page, login, password);
    await declare(claire);
    await context.setOffline(true);
    await page.clock.setFixedTime(Date.now() + 7 * 86_400_000);
    await page.goto(origin);
    await page.getByRole('heading', { name: 'Hygie ne répond pas' }).waitFor();
    assert.equal(await counts(page), undefined);
    await context.setOffline(false);
  });

  test('is wiped when the practice switches copies off', async () => {
    const { page, origin } = claire;
    await page.clock.setFixedTime(Date.now());
    await page.goto(origin); // she is signed in still
    await declare(claire);
    await setOfflineAllowed(page, false);
    await page.goto(origin);
    await page.getByText('Votre structure n’autorise plus de copie hors ligne').waitFor();
    await until('the copy is gone', async () => (await counts(page)) === undefined);
    await page.goto(`${origin}/reglages/appareil`);
    await page.getByText('Votre structure n’autorise pas de copie').waitFor();
    await setOfflineAllowed(page, true);
  });

  test('has no service worker any more once the server has none', async () => {
    const { page, context, origin } = claire;
    const count = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    assert.equal(await count(), 1);
    await context.route('**/sw.js', (route) => route.fulfill({ status: 404 }));
    await page.goto(origin);
    await until('it is gone', async () => (await count()) === 0);
    await page.goto(origin);
    await until('nor its files', () => page.evaluate(async () => (await caches.keys()).length === 0));
  });
});
