/** The plain page of an operator's web address, until the webmail takes its place: what runs, and where. */
import { httpdTexts as texts } from './texts.ts';

export interface HomePageFacts {
  readonly operator: string;
  readonly domains: readonly string[];
  readonly isSandbox: boolean;
  readonly services: readonly { readonly name: keyof typeof texts.names; readonly address: string }[];
  readonly whiteList: { readonly generatedAt: Date } | undefined;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const dateFormat: Intl.DateTimeFormatOptions = {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'Europe/Paris',
};

function definition(term: string, values: readonly string[]): string {
  return `<div><dt>${escaped(term)}</dt>${values.map((value) => `<dd>${escaped(value)}</dd>`).join('')}</div>`;
}

export function renderHomePage(facts: HomePageFacts): string {
  // Without a list nobody is believed: to say that all is well would be a lie.
  const isExchanging = facts.whiteList !== undefined;
  const list =
    facts.whiteList === undefined
      ? texts.whiteListAbsent
      : texts.whiteListHeld(facts.whiteList.generatedAt.toLocaleDateString('fr-FR', dateFormat));
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(texts.homeTitle(facts.operator))}</title>
<link rel="stylesheet" href="/home.css">
</head>
<body>
<main>
<h1>${escaped(facts.operator)}</h1>
<p class="state${isExchanging ? '' : ' waits'}"><span aria-hidden="true"></span>${escaped(isExchanging ? texts.running : texts.waiting)}</p>
${facts.isSandbox ? `<p class="note">${escaped(texts.sandbox)}</p>` : ''}
<p>${escaped(texts.notYet)}</p>
<h2>${escaped(texts.services)}</h2>
<dl>
${facts.services.map((service) => definition(texts.names[service.name], [service.address])).join('\n')}
${definition(texts.domains, facts.domains)}
${definition(texts.whiteList, [list])}
</dl>
</main>
</body>
</html>
`;
}

/** Warm paper, quiet lines, one green; light and dark by the reader’s own setting. */
export const homeStylesheet = `:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f4ef, #15181a);
  --sheet: light-dark(#fffefb, #1c2023);
  --line: light-dark(#e2ddd2, #30363a);
  --ink: light-dark(#1d2524, #e9ebe8);
  --soft: light-dark(#56605d, #a5aeab);
  --hygie: light-dark(#0f5f55, #6fcfbe);
  --care: light-dark(#8a5300, #f0b95c);
  --care-wash: light-dark(#fbeed3, #3a2c12);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 640px; margin: 32px auto; padding: 24px; background: var(--sheet); border: 1px solid var(--line); border-radius: 14px; }
h1 { margin: 0 0 8px; font-size: 28px; line-height: 1.2; }
h2 { margin: 24px 0 8px; font-size: 17px; }
p { margin: 0 0 12px; }
.state { display: flex; align-items: center; gap: 8px; font-weight: 600; color: var(--hygie); }
.state span { flex: none; width: 12px; height: 12px; border-radius: 50%; background: currentcolor; }
.state.waits { color: var(--care); }
.note { padding: 12px 16px; border-radius: 10px; background: var(--care-wash); color: var(--care); }
dl { margin: 0; border-top: 1px solid var(--line); }
dl > div { display: grid; grid-template-columns: 2fr 3fr; gap: 4px 24px; padding: 12px 0; border-bottom: 1px solid var(--line); }
dl > div:last-child { border-bottom: 0; padding-bottom: 0; }
dt { grid-column: 1; color: var(--soft); }
dd { grid-column: 2; margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
@media (max-width: 700px) {
  main { margin: 0; min-height: 100vh; border: 0; border-radius: 0; }
  dl > div { grid-template-columns: 1fr; }
  dd { grid-column: 1; }
}
`;
