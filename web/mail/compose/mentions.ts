/** Whether a text speaks of a paper that comes with it, so that one is not forgotten. */

const phrases: readonly RegExp[] = [
  /\bpi[eè]ces?[ -]jointes?\b/,
  /\b(?:p\.?j\.?|pj)\b(?=\s*[:.,;)]|\s|$)/,
  /\bci[ -](?:joints?|jointes?|inclus(?:es?)?|annex[eé]e?s?)\b/,
  /\ben (?:pi[eè]ce jointe|pj|annexe|attache)\b/,
  /\b(?:je|nous) (?:vous |te |t['’])?(?:joins|joignons|adresse en pi[eè]ce)\b/,
  /\bvous (?:trouverez|trouvera) (?:ci[ -])?joint/,
  /\b(?:courrier|document|compte[ -]rendu|ordonnance|lettre|photo|r[eé]sultats?|bilan|fichier|certificat|scanner|radio|irm)s? (?:est |sont |en |ci[ -])?joint(?:e|s|es)?\b/,
  /\bje (?:mets|place) en copie (?:le|la|les) (?:courrier|document|fichier)/,
];

/** Quoted lines were written by somebody else, and a signature is always there. */
function ownWords(text: string): string {
  const [beforeSignature = ''] = text.split(/^-- $/m);
  return beforeSignature
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n');
}

/** `text` as it is sent: quotes with `> `, the signature after `-- `. */
export function mentionsAttachment(subject: string, text: string): boolean {
  const words = `${subject}\n${ownWords(text)}`.toLowerCase().normalize('NFC');
  return phrases.some((phrase) => phrase.test(words));
}
