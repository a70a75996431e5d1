/** Of what, and to whom, a message is begun. The address bar never shows `a` (app/private-history.ts). */
export interface ComposeSearch {
  /** `<accountId>.<emailId>` of what is answered or passed on. */
  readonly reponse?: string;
  readonly mode?: 'repondre' | 'repondre-a-tous' | 'transferer';
  /** Addresses, with commas. */
  readonly a?: string;
  /** The account to write from. */
  readonly compte?: string;
}

const modes = ['repondre', 'repondre-a-tous', 'transferer'] as const;
const longest = 2_000;
/** A group of a thousand at the longest addresses: no recipient may be lost on the way. */
const longestRecipients = 320_000;

function text(value: unknown, most = longest): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, most) : undefined;
}

export function readComposeSearch(given: Readonly<Record<string, unknown>>): ComposeSearch {
  const found = {
    reponse: text(given['reponse']),
    mode: modes.find((mode) => mode === given['mode']),
    a: text(given['a'], longestRecipients),
    compte: text(given['compte']),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as ComposeSearch;
}
