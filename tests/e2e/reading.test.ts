/** A day in the list: found, tidied, thrown away and brought back; and every page held to what everybody can use. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  assertAccessible,
  assertAccessibleEverywhere,
  bodyOf,
  Offices,
  openFromList,
  rowOf,
  type Seat,
} from './office.ts';

const undo = (page: Page) =>
  page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: 'Annuler' }).last();

const goTo = (page: Page, place: string | RegExp) =>
  page.getByRole('navigation', { name: 'Navigation principale' }).getByRole('link', { name: place }).click();

describe('what was received', () => {
  let offices: Offices;
  let claire: Seat;
  before(async () => {
    offices = await Offices.open();
    claire = await offices.enter('claire.vasseur');
  });
  after(() => offices.close());

  test('two accounts stand in one list, or one of them alone', async () => {
    const { page } = claire;
    const own = rowOf(page, 'Pansement');
    const shared = rowOf(page, 'Renouvellement M. Roche');
    await own.getByText('Dr Claire VASSEUR').waitFor();
    await shared.getByText('Secrétariat, Cabinet des Tilleuls').waitFor();
    await page
      .getByRole('region', { name: 'Boîtes' })
      .getByRole('link', { name: /^Secrétariat/ })
      .click();
    await own.waitFor({ state: 'detached' });
    await shared.waitFor();
    await page.getByRole('link', { name: 'Toutes mes boîtes' }).click();
    await own.waitFor();
  });

  test('a message of a stranger shows nothing from elsewhere before its reader asks', async () => {
    const { page } = claire;
    const asked: string[] = [];
    await page.route('https://reseau.example/**', (route) => {
      asked.push(route.request().url());
      return route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
    });
    await openFromList(page, 'La lettre du réseau : réunion de jeudi');
    await bodyOf(page).getByText('Réunion de concertation').waitFor();
    await page.getByText('Une image distante n’a pas été chargée.').waitFor();
    await assertAccessibleEverywhere(page, 'a message with images from elsewhere');
    assert.deepEqual(asked, []);
    offices.assertQuiet();

    await bodyOf(page).getByRole('link', { name: 'S’inscrire à la réunion' }).click();
    const dialog = page.getByRole('dialog', { name: 'Ouvrir ce lien ?' });
    await dialog.getByText('https://reseau.example/inscription').waitFor();
    await assertAccessible(page, 'a link about to be followed');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(asked, []);
    offices.assertQuiet();

    const picture = page.waitForRequest('https://reseau.example/affiche.jpg');
    await page.getByRole('button', { name: 'Afficher', exact: true }).click();
    await picture;
    await bodyOf(page).getByText('Réunion de concertation').waitFor();
    offices.forgetComplaints(/^request: https:\/\/reseau\.example/);
    offices.assertQuiet();
  });

  test('words are found and marked, and a facet narrows what they find', async () => {
    const { page } = claire;
    await goTo(page, /^Messages/);
    await page.getByRole('searchbox', { name: 'Chercher un message' }).fill('kaliémie');
    await page.keyboard.press('Enter');
    await rowOf(page, 'Lettre de liaison').getByText('kaliémie', { exact: true }).and(page.locator('mark')).waitFor();
    await rowOf(page, 'M. Garnier, consultation').waitFor();
    await assertAccessibleEverywhere(page, 'what was found');
    await page.getByRole('button', { name: 'Affiner la recherche' }).click();
    const facets = page.getByRole('dialog', { name: 'Affiner la recherche' });
    await facets.getByRole('switch', { name: 'Pièces jointes' }).waitFor();
    await assertAccessible(page, 'the facets');
    await facets.getByText('Pièces jointes', { exact: true }).click();
    await facets.getByRole('button', { name: 'Chercher' }).click();
    await rowOf(page, 'Lettre de liaison').waitFor({ state: 'detached' });
    await rowOf(page, 'M. Garnier, consultation').waitFor();
    await page.getByRole('searchbox').fill('motquinestnullepart');
    await page.keyboard.press('Enter');
    await page.getByText('Aucun message ne correspond').waitFor();
    await assertAccessible(page, 'nothing that was found');
    offices.assertQuiet();
  });

  test('a message is starred, archived and thrown away, each with a way back', async () => {
    const { page } = claire;
    await goTo(page, /^Messages/);
    const row = rowOf(page, 'Garde de samedi');
    await row.getByRole('button', { name: 'Suivre' }).click();
    await row.getByRole('button', { name: 'Ne plus suivre' }).waitFor();
    for (const deed of ['Archiver', 'Mettre à la corbeille']) {
      await openFromList(page, 'Garde de samedi');
      await page.getByRole('region', { name: 'Actions sur le message' }).getByRole('button', { name: deed }).click();
      await row.waitFor({ state: 'detached' });
      await undo(page).click();
      await row.waitFor();
    }
    await goTo(page, 'Suivis');
    await row.waitFor();
    offices.assertQuiet();
  });

  test('what was deleted for good comes back from the deleted items', async () => {
    const { page } = claire;
    await goTo(page, /^Messages/);
    for (const subject of ['Photo demandée', 'Consultations avancées']) {
      await rowOf(page, subject).getByRole('checkbox').click({ force: true });
    }
    await page.getByRole('toolbar', { name: 'Actions sur la sélection' }).waitFor();
    await assertAccessibleEverywhere(page, 'ticked lines');
    await page.getByRole('button', { name: 'Mettre à la corbeille' }).click();
    await rowOf(page, 'Photo demandée').waitFor({ state: 'detached' });
    await goTo(page, 'Corbeille');
    await rowOf(page, 'Photo demandée').getByRole('checkbox').click({ force: true });
    await assertAccessible(page, 'the trash');
    await page.getByRole('button', { name: 'Supprimer', exact: true }).click();
    await rowOf(page, 'Photo demandée').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Supprimés de Dr Claire VASSEUR' }).click();
    await page.getByRole('button', { name: 'Récupérer : Photo demandée' }).waitFor();
    await assertAccessibleEverywhere(page, 'the deleted items');
    await page.getByRole('button', { name: 'Récupérer : Photo demandée' }).click();
    await page.getByText('Rien à récupérer').waitFor();
    await goTo(page, /^Messages/); // where it had been before the trash
    await rowOf(page, 'Photo demandée').waitFor();
    offices.assertQuiet();
  });

  test('the dialogs of a message and of a mailbox hold to it too', async () => {
    const { page } = claire;
    await goTo(page, /^Messages/);
    await page.getByRole('button', { name: 'Nouveau dossier' }).first().click();
    const making = page.getByRole('dialog', { name: 'Nouveau dossier' });
    await making.waitFor();
    await assertAccessible(page, 'a new mailbox');
    await making.getByLabel('Nom du dossier').fill('Courriers du réseau');
    await making.getByRole('button', { name: 'Créer' }).click();
    await page.getByRole('link', { name: 'Courriers du réseau' }).waitFor();
    await openFromList(page, 'M. Garnier, consultation à un mois');
    await page.getByRole('button', { name: 'Autres actions' }).last().click();
    await page.getByRole('menuitem', { name: 'Signaler' }).waitFor();
    await assertAccessible(page, 'the deeds of a message');
    await page.getByRole('menuitem', { name: 'Signaler' }).click();
    await page.getByRole('dialog', { name: 'Signaler ce message' }).waitFor();
    await assertAccessible(page, 'a report');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('v');
    await page.getByRole('dialog').getByText('Courriers du réseau').waitFor();
    await assertAccessible(page, 'where to move');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Ouvrir ecg.png' }).click();
    await page.getByRole('dialog').getByRole('img').first().waitFor();
    await assertAccessible(page, 'a picture in view');
    await page.keyboard.press('Escape');
    offices.assertQuiet();
  });

  test('every page can be used by everybody, wide and narrow, by day and by night', async () => {
    const { page, origin } = claire;
    const sections = ['affichage', 'ecriture', 'absence', 'notifications', 'appareil', 'compte'];
    const pages = [
      'messages/reception',
      'messages/brouillons',
      'urgence',
      ...sections.map((name) => `reglages/${name}`),
    ];
    for (const path of [...pages, 'annuaire', 'nulle-part']) {
      await page.goto(`${origin}/${path}`);
      await page.getByRole('heading').first().waitFor();
      await page.waitForLoadState('networkidle');
      await assertAccessibleEverywhere(page, path);
    }
    await page.goto(`${origin}/annuaire`);
    await page.getByRole('searchbox').fill('meziane');
    await page.getByRole('option', { name: /Rachid MEZIANE/ }).click();
    const card = page.getByRole('article').filter({ hasText: 'rachid.meziane@hopital.mssante.example' });
    await card.waitFor();
    await assertAccessibleEverywhere(page, 'the card of somebody');
    await card.getByRole('link', { name: 'Écrire' }).first().click();
    await page.getByRole('button', { name: /^Dr Rachid MEZIANE/ }).waitFor();
    offices.assertQuiet();
  });

  test('a theme is kept, and follows its person to another device', async () => {
    const { page, origin } = claire;
    const ground = (one: Page) => one.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.goto(`${origin}/reglages/affichage`);
    const light = await ground(page);
    await page.getByRole('radiogroup', { name: 'Thème' }).getByText('Sombre').click();
    await page.getByText('Enregistré').first().waitFor();
    const dark = await ground(page);
    assert.notEqual(dark, light);
    await page.reload();
    await page.getByRole('radio', { name: 'Sombre', checked: true }).waitFor();
    assert.equal(await ground(page), dark);
    const elsewhere = await offices.enter('claire.vasseur', { path: '/reglages/affichage' });
    await elsewhere.page.getByRole('radio', { name: 'Sombre', checked: true }).waitFor();
    assert.equal(await ground(elsewhere.page), dark);
    offices.assertQuiet();
  });
});
