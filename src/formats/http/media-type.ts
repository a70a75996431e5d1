/** A media type as a header field or a parameter carries it (RFC 9110 §8.3.1), read strictly. */

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,127}"; // RFC 6838 §4.2 bounds names at 127
const parameter = `[ \\t]*;[ \\t]*${token}=(?:${token}|"[^"\\\\\\x00-\\x1f\\x7f-\\uffff]{0,200}")`;
const mediaType = new RegExp(`^(${token}/${token})((?:${parameter}){0,5})$`);

export interface MediaType {
  /** `type/subtype`, lower case. */
  readonly essence: string;
  /** As it was written, parameters included. */
  readonly text: string;
}

/** Undefined for what is no media type, or has more than five parameters. */
export function parseMediaType(text: string | undefined): MediaType | undefined {
  const found = mediaType.exec((text ?? '').trim());
  if (found === null) return undefined;
  const [all, essence = ''] = found;
  return { essence: essence.toLowerCase(), text: all };
}
