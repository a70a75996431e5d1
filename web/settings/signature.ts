/** A signature of plain text, as the HTML that goes beside it. */

export function signatureHtml(text: string): string {
  const escaped = text.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped === '' ? '' : `<p>${escaped.replace(/\r?\n/g, '<br>')}</p>`;
}

/** Whether the HTML says more than the text: it was made elsewhere, with a form of its own. */
export function isFormatted({
  textSignature,
  htmlSignature,
}: {
  textSignature: string;
  htmlSignature: string;
}): boolean {
  return htmlSignature !== '' && htmlSignature !== signatureHtml(textSignature);
}
