/** Where a link leads, and whether what it shows says otherwise. */

export type LinkTarget =
  | { readonly kind: 'web'; readonly url: string; readonly host: string; readonly isSecure: boolean }
  | { readonly kind: 'mail'; readonly address: string }
  | { readonly kind: 'phone'; readonly number: string };

/** Browsers drop these before they read a scheme: so do we, then what is left must be what it says. */
const dropped = /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const phone = /^tel:(\+?[\d().\s-]{3,30})$/i;
const mail = /^mailto:([^?,;\s<>"]{1,254}@[^?,;\s<>"@]{1,253})(?:\?|$)/i;

/** Undefined: not a link that we follow (a script, a file, a place of our own application). */
export function readLink(href: string): LinkTarget | undefined {
  const given = href.trim();
  const [, number] = phone.exec(given) ?? [];
  if (number !== undefined) return { kind: 'phone', number: number.replace(/[^\d+]/g, '') };
  const [, address] = mail.exec(given) ?? [];
  if (address !== undefined) return readMailAddress(address);
  const plain = given.replace(dropped, '');
  if (!/^https?:\/\//i.test(plain) || !URL.canParse(plain)) return undefined;
  const { protocol, host, href: url, username, password } = new URL(plain);
  // `https://banque.fr@ailleurs.example`: the part before the sign is there to deceive.
  if (username !== '' || password !== '' || host === '') return undefined;
  return { kind: 'web', url, host, isSecure: protocol === 'https:' };
}

function readMailAddress(text: string): LinkTarget | undefined {
  try {
    const address = decodeURIComponent(text);
    return /^[^\s<>"@,;]+@[^\s<>"@,;]+$/.test(address) ? { kind: 'mail', address } : undefined;
  } catch {
    return undefined; // an escape that is none
  }
}

const shownHost =
  /(?:^|[\s("«<[])(?:https?:\/\/)?((?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?\.)+\p{L}{2,24})(?=[\s/:?#)"»>\],.]|$)/iu;
/** Endings of files, which look like those of hosts. */
const fileName = /\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|txt|csv|xml|html?|jpe?g|png|gif|zip|rtf)$/i;

/** The host or address that the text of a link shows, when it is not where the link leads. */
export function findDeceit(text: string, target: LinkTarget): string | undefined {
  const plain = text.normalize('NFKC').replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '');
  if (target.kind === 'mail') {
    const [shown] = /[^\s<>"@,;:()«»]+@[^\s<>"@,;:()«»]+\.[\p{L}]{2,}/u.exec(plain) ?? [];
    return shown !== undefined && shown.toLowerCase() !== target.address.toLowerCase() ? shown : undefined;
  }
  if (target.kind === 'phone') return undefined;
  const withoutMail = plain.replace(/\S+@\S+/g, ' ');
  const [, shown] = shownHost.exec(withoutMail) ?? [];
  if (shown === undefined || fileName.test(shown)) return undefined;
  return isSameHost(shown, target.host) ? undefined : shown;
}

/** `exemple.fr` for `www.exemple.fr` and the other way round; nothing else is the same. */
function isSameHost(shown: string, host: string): boolean {
  const bare = (name: string) =>
    name
      .toLowerCase()
      .replace(/:\d+$/, '')
      .replace(/^www\./, '');
  const canonical = URL.canParse(`https://${shown}`) ? new URL(`https://${shown}`).host : shown;
  return bare(canonical) === bare(host) || bare(host).endsWith(`.${bare(canonical)}`);
}

export type ImageSource =
  | { readonly kind: 'part'; readonly contentId: string }
  | { readonly kind: 'inline'; readonly url: string }
  | { readonly kind: 'remote'; readonly url: string; readonly isSecure: boolean };

const rasterData = /^data:image\/(?:png|jpe?g|gif|webp|bmp|avif);base64,[a-z0-9+/=]+$/i;

/** Undefined: nothing that is shown. Pictures that may hold addresses themselves (SVG) are not. */
export function readImage(source: string): ImageSource | undefined {
  const plain = source.replace(dropped, '');
  if (/^cid:/i.test(plain)) {
    try {
      return { kind: 'part', contentId: decodeURIComponent(plain.slice(4)) };
    } catch {
      return undefined;
    }
  }
  if (rasterData.test(plain)) return { kind: 'inline', url: plain };
  const absolute = plain.startsWith('//') ? `https:${plain}` : plain;
  if (!/^https?:\/\//i.test(absolute) || !URL.canParse(absolute)) return undefined;
  const url = new URL(absolute);
  return { kind: 'remote', url: url.href, isSecure: url.protocol === 'https:' };
}

/** What of a target a person should look at: the host, the address, the number. */
export function placeOf(target: LinkTarget): string {
  switch (target.kind) {
    case 'web':
      return target.host;
    case 'mail':
      return target.address;
    case 'phone':
      return target.number;
  }
}
