/** Text in UTF-7 (RFC 2152): old Microsoft gateways still write it. Ill-formed runs are kept as they stand. */
export function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9/]*)(-?)/g, (whole: string, digits: string, dash: string) => {
    if (digits === '') return dash === '-' ? '+' : whole; // RFC 2152, rule 2: "+-" is a plus sign
    const bytes = Buffer.from(digits, 'base64');
    const even = bytes.subarray(0, bytes.length & ~1);
    if (even.length === 0) return whole;
    return Buffer.from(even).swap16().toString('utf16le');
  });
}
