/** True for a text that shows, on one line: no control character (RFC 5322 §2.2, RFC 8621 §2), not blank. */
export function isOneLine(text: string): boolean {
  return text.trim() !== '' && !/\p{Cc}/u.test(text);
}
