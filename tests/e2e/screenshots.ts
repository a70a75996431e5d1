/**
 * `npm run screenshots`: the main screens of the small world as Claire sees them, at three widths and in both themes, into
 * `docs/screenshots/<screen>-<width>-<theme>.png`. `-- SCREEN…` takes those alone.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { Offices, openFromList } from './office.ts';

const sizes = [
  { width: 390, height: 844 },
  { width: 1024, height: 768 },
  { width: 1440, height: 900 },
];
const themes = ['light', 'dark'] as const;
const folder = path.join(import.meta.dirname, '../../docs/screenshots');

interface Screen {
  readonly name: string;
  /** From the address `origin` on. */
  readonly open: (page: Page, origin: string) => Promise<void>;
  readonly isSignedOut?: true;
  /** Wider, another screen shows it too. */
  readonly isForPhone?: true;
  readonly leave?: (page: Page) => Promise<void>;
}

async function openList(page: Page, origin: string, view = 'reception'): Promise<void> {
  await page.goto(`${origin}/messages/${view}`);
  await page.getByRole('row').first().waitFor();
}

const screens: readonly Screen[] = [
  {
    name: 'sign-in',
    isSignedOut: true,
    open: async (page, origin) => {
      await page.goto(origin);
      await page.getByLabel('Identifiant').waitFor();
    },
  },
  { name: 'list', isForPhone: true, open: (page, origin) => openList(page, origin) },
  {
    name: 'message',
    open: async (page, origin) => {
      await openList(page, origin);
      await openFromList(page, 'M. Garnier, consultation à un mois');
      await page.getByRole('button', { name: 'Ouvrir ecg.png' }).waitFor();
    },
  },
  {
    name: 'conversation',
    open: async (page, origin) => {
      await openList(page, origin);
      await openFromList(page, 'Re : Mme Roche : tension du matin');
      await page.getByText('C’est noté.').last().waitFor();
    },
  },
  {
    name: 'delivery',
    open: async (page, origin) => {
      await openList(page, origin, 'envoyes');
      await openFromList(page, 'Demande d’avis');
      await page.getByRole('region', { name: 'Suivi de l’envoi' }).waitFor();
    },
  },
  {
    name: 'search',
    open: async (page, origin) => {
      await openList(page, origin);
      await page.getByRole('searchbox', { name: 'Chercher un message' }).fill('garnier');
      await page.keyboard.press('Enter');
      await page.locator('mark').first().waitFor();
    },
  },
  {
    name: 'compose',
    open: async (page, origin) => {
      await page.goto(`${origin}/ecrire`);
      const box = page.getByRole('combobox', { name: 'À' });
      await box.pressSequentially('meziane');
      await page.getByRole('option', { name: /Rachid MEZIANE/ }).click();
      await box.pressSequentially('aubry');
      await page.getByRole('option', { name: /Hélène AUBRY/i }).click();
      await page.getByLabel('Objet').fill('Mme Roche : avis');
      await page
        .getByRole('textbox', { name: 'Message' })
        .fill(
          'Cher confrère,\n\nJe souhaite votre avis pour Mme Roche, 71 ans, dont la tension reste au-dessus de 150.',
        );
      await page
        .getByText(/^Enregistré à/)
        .first()
        .waitFor();
    },
    leave: async (page) => {
      await page.getByRole('button', { name: 'Jeter le brouillon' }).click();
      await page.getByText('Brouillon jeté').waitFor();
    },
  },
  {
    name: 'directory',
    open: async (page, origin) => {
      await page.goto(`${origin}/annuaire`);
      await page.getByRole('searchbox').fill('meziane');
      await page.getByRole('option', { name: /Rachid MEZIANE/ }).click();
      await page.getByRole('heading', { name: 'Messageries sécurisées' }).waitFor();
    },
  },
  {
    name: 'settings',
    open: async (page, origin) => {
      await page.goto(`${origin}/reglages/affichage`);
      await page.getByRole('radiogroup', { name: 'Thème' }).waitFor();
    },
  },
  {
    name: 'emergency',
    open: async (page, origin) => {
      await page.goto(`${origin}/urgence`);
      await page.getByRole('heading', { name: 'Tout de suite' }).waitFor();
    },
  },
];

/** Nothing moves any more: letters are there, frames have their height, the pointer rests on nothing. */
async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function take(offices: Offices, wanted: readonly Screen[], size: (typeof sizes)[number]): Promise<void> {
  const out = await offices.sit('claire.vasseur', size);
  const seat = await offices.enter('claire.vasseur', size);
  for (const { name, open, isSignedOut, isForPhone, leave } of wanted) {
    if (isForPhone === true && size.width > 700) continue;
    const { page, origin } = isSignedOut === true ? out : seat;
    await open(page, origin);
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      await settle(page);
      await page.screenshot({ path: path.join(folder, `${name}-${size.width}-${theme}.png`), caret: 'hide' });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await leave?.(page);
  }
  await seat.context.close();
  await out.context.close();
}

const asked = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const offices = await Offices.open();
try {
  for (const size of sizes) {
    await take(
      offices,
      screens.filter(({ name }) => asked.length === 0 || asked.includes(name)),
      size,
    );
  }
} finally {
  await offices.close();
}
