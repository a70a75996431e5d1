/** Printing of `Content-Disposition` in answers (RFC 6266). */
import { httpLimits } from '../../base/limits.ts';

// Controls, separators of folders, and marks that reverse the direction of text: none belongs in the name of a file.
const unfit = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\:]/gu;

/** The name twice, as RFC 6266 §4.3 wants: in ASCII for old readers, and exactly (RFC 8187 §3.2). */
export function printContentDisposition(kind: 'attachment' | 'inline', name: string): string {
  const fit = [...name.replace(unfit, '_').trim()].slice(0, httpLimits.fileNameCharacters).join('');
  if (fit === '') return kind;
  const ascii = fit.replace(/[^\x20-\x7e]/g, '_').replace(/["%\\]/g, '_');
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encodeExtended(fit)}`;
}

/** RFC 8187 §3.2.1: all but `attr-char` is percent-encoded. */
function encodeExtended(text: string): string {
  const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/['()*]/g, percent);
}
