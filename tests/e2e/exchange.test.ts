/** A message from the practice to the hospital and back, by people at the screen: with a mouse, by the keyboard alone, on a phone. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { onePagePdf } from '../../testkit/papers.ts';
import { assertAccessible, bodyOf, keptOn, Offices, openFromList, rowOf, type Seat, setTheme } from './office.ts';

async function tabTo(page: Page, wanted: Locator): Promise<void> {
  while (!(await wanted.evaluate((one) => one === document.activeElement))) await page.keyboard.press('Tab');
}

describe('a doctor and a hospital', () => {
  let offices: Offices;
  let claire: Seat;
  let rachid: Seat;
  before(async () => {
    offices = await Offices.open();
  });
  after(() => offices.close());

  test('a wrong password is told, the right one opens the list', async () => {
    claire = await offices.sit('claire.vasseur', { mayComplain: /401/ });
    const { page } = claire;
    await page.goto(claire.origin);
    await page.getByLabel('Identifiant').fill('claire.vasseur');
    await page.getByLabel('Mot de passe').fill('pas celui-ci');
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('alert').getByText('Identifiant ou mot de passe incorrect').waitFor();
    await assertAccessible(page, 'the sign-in page');
    assert.equal(await page.getByLabel('Identifiant').inputValue(), 'claire.vasseur');
    await page.getByLabel('Mot de passe').fill(claire.password);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('grid', { name: 'Liste des messages' }).waitFor();
    await assertAccessible(page, 'the list');
    offices.assertQuiet();
  });

  test('a recipient is taken from the directory, with role and place on the chip', async () => {
    const { page } = claire;
    await page.getByRole('button', { name: 'Écrire un message' }).click();
    const box = page.getByRole('combobox', { name: 'À' });
    await box.pressSequentially('mezia');
    await page.getByRole('option', { name: /Rachid MEZIANE.*TOURS/ }).waitFor();
    await assertAccessible(page, 'suggestions');
    await box.press('ArrowDown');
    await box.press('Enter');
    const chip = page.getByRole('button', { name: /^Dr Rachid MEZIANE .*CHU DE LA TOURAINE, TOURS/ });
    await chip.click();
    const card = page.getByRole('dialog', { name: 'Dr Rachid MEZIANE' });
    await card.getByText('rachid.meziane@hopital.mssante.example').waitFor();
    await assertAccessible(page, 'the card of a recipient');
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
  });

  test('send a PDF, read it there, answer, and see the delivery line advance without a reload', async () => {
    const { page } = claire;
    rachid = await offices.enter('rachid.meziane');
    await page.getByLabel('Objet').fill('Avis pour Mme Roche');
    await page.getByRole('textbox', { name: 'Message' }).fill('Cher confrère, voici le bilan de Mme Roche.');
    const chosen = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Joindre des fichiers' }).click();
    await (await chosen).setFiles({
      name: 'bilan.pdf',
      mimeType: 'application/pdf',
      buffer: onePagePdf('Bilan', ['Kaliémie : 4,1 mmol/l']),
    });
    await page.getByRole('button', { name: 'Retirer bilan.pdf' }).waitFor();
    await assertAccessible(page, 'the composer');
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await page.getByText('Message envoyé').waitFor();
    await assertAccessible(page, 'after a send');

    await openFromList(rachid.page, 'Avis pour Mme Roche');
    await bodyOf(rachid.page).getByText('voici le bilan de Mme Roche').waitFor();
    await assertAccessible(rachid.page, 'a message in view');
    await rachid.page.getByRole('button', { name: 'Ouvrir bilan.pdf' }).click();
    await rachid.page.getByRole('dialog').locator('canvas').first().waitFor();
    await assertAccessible(rachid.page, 'a PDF in view');
    await rachid.page.keyboard.press('Escape');

    await rachid.page.getByRole('button', { name: 'Répondre', exact: true }).click();
    await rachid.page.getByRole('textbox', { name: 'Message' }).pressSequentially('Vue mardi matin.');
    await rachid.page.getByRole('button', { name: 'Envoyer', exact: true }).click();

    await page.getByRole('link', { name: 'Envoyés' }).click();
    await openFromList(page, 'Avis pour Mme Roche');
    const line = page.getByRole('region', { name: 'Suivi de l’envoi' });
    await line.getByText('Répondu').waitFor();
    await assertAccessible(page, 'a delivery line');
    await setTheme(page, 'dark');
    await assertAccessible(page, 'a delivery line, dark');
    await setTheme(page, 'light');
    offices.assertQuiet();
  });

  test('an exchange by the keyboard alone, from the sign-in to the sign-out', async () => {
    const { page, origin, password } = await offices.sit('hugo.legoff');
    const { keyboard } = page;
    await page.goto(origin);
    await page.getByLabel('Identifiant').waitFor();
    await keyboard.type('hugo.legoff');
    await keyboard.press('Tab');
    await keyboard.type(password);
    await keyboard.press('Enter');
    await page.getByRole('grid', { name: 'Liste des messages' }).waitFor();

    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Raccourcis clavier' }).waitFor();
    await assertAccessible(page, 'the help of the shortcuts');
    await keyboard.press('Escape');

    await keyboard.press('c');
    await page.getByRole('combobox', { name: 'À' }).waitFor();
    await keyboard.type('claire.vasseur@cabinet.mssante.example');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: /^Retirer .*(?:Vasseur|claire)/i }).waitFor();
    await tabTo(page, page.getByLabel('Objet'));
    await keyboard.type('Garde du 12');
    await tabTo(page, page.getByRole('textbox', { name: 'Message' }));
    await keyboard.type('Je prends ta garde du 12.');
    await keyboard.press('Control+Enter');
    await page.getByText('Message envoyé').waitFor();

    const reader = claire.page;
    await reader.keyboard.press('g');
    await reader.keyboard.press('i');
    await rowOf(reader, 'Garde du 12').waitFor();
    await tabTo(reader, reader.getByRole('grid', { name: 'Liste des messages' }));
    await reader.keyboard.press('ArrowDown');
    await reader.keyboard.press('ArrowUp');
    await reader.keyboard.press('Enter');
    await reader.getByRole('heading', { level: 1, name: 'Garde du 12' }).waitFor();
    await reader.keyboard.press('r');
    await reader.getByRole('textbox', { name: 'Message' }).and(reader.locator(':focus')).waitFor();
    await reader.keyboard.type('Merci Hugo.');
    await reader.keyboard.press('Control+Enter');
    await reader.getByText('Message envoyé').waitFor();

    await rowOf(page, 'Re : Garde du 12').or(rowOf(page, 'Re: Garde du 12')).waitFor();
    await keyboard.press('g');
    await keyboard.press('i');
    await page.getByRole('grid', { name: 'Liste des messages' }).waitFor();
    offices.assertQuiet();
  });

  test('the same exchange on a phone', async () => {
    const { page } = await offices.enter('sophie.lambert', { width: 390, height: 844 });
    await assertAccessible(page, 'the list on a phone');
    await page.getByRole('link', { name: 'Écrire' }).first().click();
    const box = page.getByRole('combobox', { name: 'À' });
    await box.pressSequentially('vasseur');
    await page
      .getByRole('option', { name: /Vasseur/i })
      .first()
      .click();
    await page.getByLabel('Objet').fill('Passage de jeudi');
    await page.getByRole('textbox', { name: 'Message' }).fill('Je peux passer à 8 h.');
    await assertAccessible(page, 'the composer on a phone');
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await page.getByText('Message envoyé').waitFor();

    const doctor = await offices.enter('claire.vasseur', { width: 390, height: 844, theme: 'dark' });
    await openFromList(doctor.page, 'Passage de jeudi');
    await doctor.page.getByRole('button', { name: 'Détails' }).click(); // nothing of the head is cut off
    await assertAccessible(doctor.page, 'reading on a phone, dark');
    await doctor.page.getByRole('button', { name: 'Répondre', exact: true }).click();
    await doctor.page.getByRole('textbox', { name: 'Message' }).pressSequentially('Parfait.');
    await assertAccessible(doctor.page, 'the composer on a phone, dark');
    await doctor.page.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await doctor.page.getByText('Message envoyé').waitFor();

    await openFromList(page, 'Passage de jeudi');
    await bodyOf(page).getByText('Parfait.').waitFor();
    offices.assertQuiet();
  });

  test('who signs out leaves nothing on the device', async () => {
    const { page, context } = rachid;
    await page.getByRole('button', { name: /^Mon compte/ }).click();
    await page.getByRole('menuitem', { name: 'Se déconnecter' }).waitFor();
    await assertAccessible(page, 'the menu of a person');
    await page.getByRole('menuitem', { name: 'Se déconnecter' }).click();
    await page.getByRole('button', { name: 'Se connecter' }).waitFor();
    assert.deepEqual(await keptOn(page), { databases: [], session: [], local: [] });
    assert.deepEqual(await context.cookies(), []);
    offices.assertQuiet();
  });
});
