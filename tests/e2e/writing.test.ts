/** Nothing typed is lost, nothing leaves that was taken back, and nothing goes where it is not safe. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import type { Page } from 'playwright-core';
import { assertAccessible, Offices, type Seat } from './office.ts';

/** What the browser says of a server that was killed is no fault of the page. */
const mayComplain = /ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE|ERR_SOCKET|Failed to load resource/;

const body = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const saved = (page: Page) => page.getByText(/^Enregistré à/).first();

async function write(page: Page, to: string, subject: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Écrire un message' }).click();
  await page.getByRole('combobox', { name: 'À' }).fill(to);
  await page.getByLabel('Objet').fill(subject);
  await body(page).fill(text);
}

describe('what is being written', () => {
  let offices: Offices;
  let claire: Seat;
  before(async () => {
    offices = await Offices.open();
    claire = await offices.enter('claire.vasseur', { mayComplain });
  });
  after(() => offices.close());

  test('is refused for an address outside the trust space, with an archive as the way out', async () => {
    const { page } = claire;
    await write(page, 'jean.dupont@courriel.example', 'Bilan de Mme Roche', 'Kaliémie normale.');
    await page.getByRole('alert').getByRole('button', { name: 'Que faire ?' }).click();
    const dialog = page.getByRole('dialog', { name: 'Hors de l’espace de confiance' });
    await assertAccessible(page, 'why nothing is sent outside');
    const downloaded = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Préparer l’archive chiffrée' }).click();
    const archive = await readFile(await (await downloaded).path());
    const made = page.getByRole('alertdialog').or(page.getByRole('dialog', { name: 'Archive chiffrée' }));
    const password = (await made.getByRole('status').textContent()) ?? '';
    await assertAccessible(page, 'the password of an archive');
    await made.getByRole('button', { name: 'J’ai noté le mot de passe' }).click();

    assert.equal(archive.readUInt32LE(0), 0x04034b50, 'a ZIP entry');
    assert.equal(archive.readUInt16LE(6) & 1, 1, 'encrypted');
    assert.equal(archive.readUInt16LE(8), 99, 'by AES');
    assert.ok(!archive.includes('Kali') && !archive.includes('Roche'));
    const open = async (secret: string): Promise<string> => {
      const [entry] = await new ZipReader(new BlobReader(new Blob([archive]))).getEntries();
      assert.ok(entry !== undefined && !entry.directory);
      return entry.getData(new TextWriter(), { password: secret });
    };
    assert.match(await open(password), /Kaliémie normale\./);
    await assert.rejects(open(`${password}x`));

    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await page.getByText('Corrigez ou retirez les destinataires signalés en rouge.').waitFor();
    await page.getByRole('button', { name: 'Jeter le brouillon' }).click();
    offices.assertQuiet();
  });

  test('survives a killed tab', async () => {
    const { page, context, origin } = claire;
    await write(page, 'rachid.meziane@hopital.mssante.example', 'Onglet tué', 'Première phrase.');
    await saved(page).waitFor();
    await page.close();
    const next = await offices.reopen(context, origin, mayComplain);
    claire = { ...claire, page: next };
    await next.getByRole('link', { name: /^Brouillons/ }).click();
    await next.getByRole('row').filter({ hasText: 'Onglet tué' }).click();
    await body(next).getByText('Première phrase.').waitFor();
    assert.equal(await next.getByLabel('Objet').inputValue(), 'Onglet tué');
    await next.getByRole('button', { name: /^Retirer .*Meziane/i }).waitFor();
  });

  test('survives a killed server: it is saved once the server is back', async () => {
    const { page } = claire;
    await offices.killServer('cabinet');
    await body(page).press('Control+End');
    await page.keyboard.type(' Écrite pendant la panne.');
    await page.getByText('Non enregistré').first().waitFor();
    await assertAccessible(page, 'a draft that the server does not get');
    await offices.restartServer('cabinet');
    await saved(page).waitFor();
    await page.reload();
    await body(page).getByText('Première phrase. Écrite pendant la panne.').waitFor();
  });

  test('survives both at once', async () => {
    const { page, context, origin } = claire;
    await offices.killServer('cabinet');
    await body(page).press('Control+End');
    await page.keyboard.type(' Et la fin.');
    await page.getByText('Non enregistré').first().waitFor();
    await page.close();
    await offices.restartServer('cabinet');
    const next = await offices.reopen(context, `${origin}/ecrire`, mayComplain);
    claire = { ...claire, page: next };
    await next.getByText('Un message n’avait pas pu être enregistré').waitFor();
    await assertAccessible(next, 'the offer to resume');
    await next.getByRole('button', { name: 'Reprendre le message non enregistré' }).click();
    await body(next).getByText('Première phrase. Écrite pendant la panne. Et la fin.').waitFor();
    await saved(next).waitFor();
    offices.assertQuiet();
  });

  test('is taken back in the seconds after its send', async () => {
    const { page } = claire;
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    const toast = page.getByRole('region', { name: 'Notifications' });
    await toast.getByText(/^Message envoyé dans/).waitFor();
    await assertAccessible(page, 'a send that may be taken back');
    await toast.getByRole('button', { name: 'Annuler' }).click();
    await body(page).getByText('Et la fin.').waitFor();
    await toast.getByText('Envoi annulé').waitFor();
    offices.assertQuiet();
  });

  test('is scheduled, listed, and taken back from the list', async () => {
    const { page } = claire;
    await page.getByRole('button', { name: 'Options d’envoi' }).click();
    await page.getByRole('menuitem', { name: 'Programmer l’envoi' }).waitFor();
    await assertAccessible(page, 'the options of a send');
    await page.getByRole('menuitem', { name: 'Programmer l’envoi' }).click();
    const dialog = page.getByRole('dialog', { name: 'Programmer l’envoi' });
    await dialog.waitFor();
    await assertAccessible(page, 'the time of a send');
    await dialog.getByRole('button', { name: /^Demain matin/ }).click();
    await page.getByText(/^Envoi programmé/).waitFor();
    await page.goto(`${claire.origin}/programmes`);
    const line = page.getByRole('listitem').filter({ hasText: 'Onglet tué' });
    await line.waitFor();
    await assertAccessible(page, 'what waits for its time');
    await line.getByRole('button', { name: 'Annuler et rouvrir' }).click();
    await body(page).getByText('Première phrase.').waitFor();
    await page.goto(`${claire.origin}/programmes`);
    await page.getByText('Rien n’attend son heure').waitFor();
    await assertAccessible(page, 'nothing that waits');
    offices.assertQuiet();
  });

  test('never reached the hospital', async () => {
    const { page } = await offices.enter('rachid.meziane');
    await page.getByRole('row').first().waitFor();
    assert.equal(await page.getByRole('row').filter({ hasText: 'Onglet tué' }).count(), 0);
  });
});
