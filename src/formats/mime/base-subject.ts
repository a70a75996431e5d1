/** The subject by which answers and forwards sort with what they answer (RFC 5256 §2.1). */

const blob = /^\[[^[\]]*\]\s*/;
// `TR :` is what Outlook writes before a forward in French.
const refwd = /^(?:re|fwd?|tr)\s*(?:\[[^[\]]*\]\s*)?:\s*/i;
const trailer = /\s*\(fwd\)$/i;
const wrapped = /^\[fwd:\s*(.*)\]$/i;

/** `subject` is text already decoded. */
export function baseSubject(subject: string): string {
  let base = subject.replace(/\s+/g, ' ').trim();
  for (;;) {
    const before = base;
    while (trailer.test(base)) base = base.replace(trailer, '');
    base = withoutLeader(base);
    const inside = wrapped.exec(base)?.[1];
    if (inside !== undefined) base = inside.trim();
    if (base === before) return base;
  }
}

/** Without `Re:`, `Fwd:` and what stands in brackets before them; brackets that are all of the subject stay. */
function withoutLeader(text: string): string {
  let base = text;
  for (;;) {
    const before = base;
    let rest = base;
    while (blob.test(rest)) rest = rest.replace(blob, '');
    if (refwd.test(rest)) base = rest.replace(refwd, '');
    else if (rest !== '' && blob.test(base)) base = base.replace(blob, '');
    if (base === before) return base;
  }
}
