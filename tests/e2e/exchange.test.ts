/** A message from the practice to the hospital and back, by people at the screen. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { onePagePdf } from '../../sandbox/attachments.ts';
import { assertAccessible, Offices, type Seat } from './office.ts';

const rachid = 'rachid.meziane@hopital.mssante.example';

async function openFromList(page: Page, subject: string): Promise<void> {
  await page.getByRole('row').filter({ hasText: subject }).first().click();
  await page.getByRole('heading', { level: 1, name: subject }).waitFor();
}

describe('a doctor and a hospital', () => {
  let offices: Offices;
  let claire: Seat;
  before(async () => {
    offices = await Offices.open();
  });
  after(() => offices.close());

  test('sign in; a wrong password is told, and what was typed stays', async () => {
    claire = await offices.sit('claire.vasseur', { mayComplain: /401/ });
    const { page } = claire;
    await page.goto(claire.origin);
    await page.getByLabel('Identifiant').fill('claire.vasseur');
    await page.getByLabel('Mot de passe').fill('pas celui-ci');
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('alert').getByText('Identifiant ou mot de passe incorrect').waitFor();
    await assertAccessible(page, 'the sign-in page');
    await page.getByLabel('Mot de passe').fill(claire.password);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('grid', { name: 'Liste des messages' }).waitFor();
    await assertAccessible(page, 'the list');
    offices.assertQuiet();
  });

  test('send a PDF, read it there, answer, and see the delivery line advance', async () => {
    const { page } = claire;
    await page.getByRole('button', { name: 'Écrire un message' }).click();
    await page.getByRole('combobox', { name: 'Destinataires, champ À' }).fill(`${rachid},`);
    await page.getByLabel('Objet').fill('Avis pour Mme Roche');
    await page.getByRole('textbox', { name: 'Message' }).fill('Cher confrère, voici le bilan de Mme Roche.');
    await page.getByLabel('Joindre des fichiers').setInputFiles({
      name: 'bilan.pdf',
      mimeType: 'application/pdf',
      buffer: onePagePdf('Bilan', ['Kaliémie : 4,1 mmol/l']),
    });
    await page.getByRole('region', { name: 'Pièces jointes' }).getByText('bilan.pdf').waitFor();
    await assertAccessible(page, 'the composer');
    await page.getByRole('button', { name: 'Envoyer', exact: true }).click();

    const hospital = await offices.enter('rachid.meziane');
    const row = hospital.page.getByRole('row').filter({ hasText: 'Avis pour Mme Roche' });
    await row.waitFor({ timeout: 60_000 });
    await openFromList(hospital.page, 'Avis pour Mme Roche');
    await hospital.page.getByText('voici le bilan de Mme Roche').first().waitFor();
    await hospital.page.getByRole('button', { name: 'Ouvrir bilan.pdf' }).click();
    await hospital.page
      .getByRole('dialog')
      .getByRole('region', { name: 'bilan.pdf' })
      .locator('canvas')
      .first()
      .waitFor();
    await assertAccessible(hospital.page, 'a PDF in view');
    await hospital.page.keyboard.press('Escape');
    await assertAccessible(hospital.page, 'a message in view');

    await hospital.page.getByRole('button', { name: 'Répondre', exact: true }).click();
    await hospital.page.getByRole('textbox', { name: 'Message' }).pressSequentially('Vue mardi matin.');
    await hospital.page.getByRole('button', { name: 'Envoyer', exact: true }).click();

    await page.getByRole('link', { name: 'Envoyés' }).click();
    await openFromList(page, 'Avis pour Mme Roche');
    const line = page.getByRole('region', { name: 'Suivi de l’envoi' });
    await line.getByText('Répondu').waitFor({ timeout: 60_000 });
    assert.ok(await line.getByText('Accepté').isVisible());
    offices.assertQuiet();
  });
});
