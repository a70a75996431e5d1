/** What an attachment is, how it can be looked at, and what to beware of: by its name and by the type that it declares. */
import type { EmailBodyPart } from '../../../../contract/jmap/mail.ts';

export type PreviewKind = 'pdf' | 'image' | 'text' | 'message';

export type Danger =
  /** Runs when it is opened. */
  | 'program'
  /** `facture.pdf.exe` */
  | 'double'
  /** A name that says one type, a declaration that says another. */
  | 'mismatch'
  /** What is inside is not seen before it is opened. */
  | 'archive'
  /** Documents that carry programs. */
  | 'macro'
  /** A page, which may ask for passwords. */
  | 'page'
  /** Marks that write a part of the name backwards. */
  | 'reversed';

const programs =
  /^(?:exe|com|scr|pif|bat|cmd|msi|msp|msc|cpl|hta|jar|vbs?|vbe|jse?|wsf|wsh|ps1|psm1|reg|lnk|url|scf|inf|app|dmg|pkg|sh|command|apk|deb|rpm|dll|iso|img|vhdx?|one|chm|gadget|library-ms|settingcontent-ms)$/;
const archives = /^(?:zip|rar|7z|tar|gz|tgz|bz2|xz|cab|ace|arj|lzh)$/;
const macros = /^(?:docm|dotm|xlsm|xltm|xlam|xlsb|pptm|potm|ppam|ppsm|sldm|xll|doc|xls|ppt|rtf)$/;
const pages = /^(?:html?|xhtml|shtml|mht|mhtml|svg|xml|xsl)$/;

/** Extensions that a declared type agrees with; types that are not here agree with any. */
const extensionsOf: ReadonlyMap<string, RegExp> = new Map([
  ['application/pdf', /^pdf$/],
  ['image/jpeg', /^jpe?g$|^jfif$/],
  ['image/png', /^png$/],
  ['image/gif', /^gif$/],
  ['image/webp', /^webp$/],
  ['text/plain', /^(?:txt|text|log|csv|asc|md)$/],
  ['text/csv', /^(?:csv|txt)$/],
  ['text/html', /^html?$/],
  ['message/rfc822', /^(?:eml|msg|mht)$/],
  ['application/zip', /^(?:zip|docx|xlsx|pptx|od[tsp])$/],
  ['application/msword', /^(?:doc|dot)$/],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', /^docx$/],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', /^xlsx$/],
]);

const shownImages = /^image\/(?:png|jpeg|gif|webp|bmp|avif)$/;
const typeOfExtension: ReadonlyMap<string, string> = new Map([
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
]);

export type Family =
  | 'pdf'
  | 'image'
  | 'text'
  | 'message'
  | 'letter'
  | 'sheet'
  | 'slides'
  | 'archive'
  | 'program'
  | 'page'
  | 'sound'
  | 'film'
  | 'card'
  | 'event'
  | 'data'
  | 'file';

const families: readonly (readonly [Family, RegExp])[] = [
  ['pdf', /^pdf$/],
  ['image', /^(?:png|jpe?g|jfif|gif|webp|bmp|avif|tiff?|heic|dcm)$/],
  ['text', /^(?:txt|text|log|md|asc)$/],
  ['message', /^(?:eml|msg)$/],
  ['letter', /^(?:docx?|docm|dotm?|odt|rtf|pages)$/],
  ['sheet', /^(?:xlsx?|xlsm|xlsb|ods|csv|numbers)$/],
  ['slides', /^(?:pptx?|pptm|odp|key)$/],
  ['archive', archives],
  ['program', programs],
  ['page', /^(?:html?|xhtml|mhtml?|svg)$/],
  ['sound', /^(?:mp3|wav|ogg|m4a|aac|flac)$/],
  ['film', /^(?:mp4|webm|avi|mov|mkv|mpe?g)$/],
  ['card', /^vcf$/],
  ['event', /^ics$/],
  ['data', /^(?:xml|json|hpr|hl7|cda)$/],
];

/** Marks without a shape, and those that turn the direction of writing. */
const unseen = /[\p{Cc}\p{Cf}]/gu;

/** A name as it can be trusted on a screen; a reversed one shows its true order. */
export function cleanName(name: string | null): string {
  return (name ?? '').replace(unseen, '').replace(/\s+/g, ' ').trim();
}

function extensionOf(name: string): string {
  return /\.([a-z0-9-]{1,20})[\s.]*$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

type Part = Pick<EmailBodyPart, 'name' | 'type'>;

export function familyOf({ name, type }: Part): Family {
  const extension = extensionOf(cleanName(name));
  const named = families.find(([, form]) => form.test(extension))?.[0];
  if (named !== undefined) return named;
  const declared = type.toLowerCase();
  if (declared === 'message/rfc822') return 'message';
  const byType = [...typeOfExtension].find(([, each]) => each === declared)?.[0];
  if (byType !== undefined) return byType === 'pdf' ? 'pdf' : 'image';
  const [main] = declared.split('/');
  if (main === 'image' || main === 'text') return main;
  if (main === 'audio') return 'sound';
  return main === 'video' ? 'film' : 'file';
}

export function dangersOf({ name, type }: Part): Danger[] {
  const clean = cleanName(name);
  const extension = extensionOf(clean);
  const declared = type.toLowerCase();
  const agreed = extensionsOf.get(declared);
  const isProgram =
    programs.test(extension) || /^application\/(?:x-msdownload|x-msdos-program|x-sh|java-archive|hta)$/.test(declared);
  const found: readonly (readonly [Danger, boolean])[] = [
    ['program', isProgram],
    ['double', isProgram && /\.[a-z]{2,5}\s*\.[a-z0-9-]+[\s.]*$/i.test(clean)],
    ['reversed', /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/u.test(name ?? '')],
    ['page', pages.test(extension) || declared === 'text/html' || declared === 'image/svg+xml'],
    ['macro', macros.test(extension)],
    ['archive', archives.test(extension) || (extension === '' && declared === 'application/zip')],
    ['mismatch', agreed !== undefined && extension !== '' && !agreed.test(extension)],
  ];
  return found.filter(([, isSo]) => isSo).map(([danger]) => danger);
}

/** Undefined: it can be downloaded, and is not opened here. A file that lies about itself is not. */
export function previewOf(part: Part): PreviewKind | undefined {
  const dangers = dangersOf(part);
  if (dangers.some((danger) => danger !== 'archive')) return undefined;
  const type = shownType(part);
  if (type === 'application/pdf') return 'pdf';
  if (type === 'message/rfc822') return 'message';
  if (shownImages.test(type)) return 'image';
  return type === 'text/plain' || type === 'text/csv' ? 'text' : undefined;
}

/** Senders that know no types declare `application/octet-stream`: then the name counts. */
export function shownType({ name, type }: Part): string {
  const declared = type.toLowerCase();
  if (declared !== 'application/octet-stream' && declared !== '') return declared;
  return typeOfExtension.get(extensionOf(cleanName(name))) ?? declared;
}
