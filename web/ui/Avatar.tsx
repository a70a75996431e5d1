import styles from './Avatar.module.css';

/** Professionals are squares, patients are rounds: told apart without colour. */
export type AvatarKind = 'pro' | 'patient' | 'unknown';

const titles = /^(?:dr|pr|m|mme|mlle|mr)\.?\s+/i;

/** Two letters at most: of the first and of the last word. */
function initialsOf(name: string): string {
  const words = name
    .replace(titles, '')
    .split(/[\s'’-]+/u)
    .filter((word) => /^\p{L}/u.test(word));
  const [first = '', ...rest] = words;
  return `${first.charAt(0)}${rest.at(-1)?.charAt(0) ?? ''}`.toLocaleUpperCase('fr');
}

export function Avatar({ name, kind }: { readonly name: string; readonly kind: AvatarKind }) {
  return (
    <span className={styles.avatar} data-kind={kind} aria-hidden="true">
      {initialsOf(name) || '?'}
    </span>
  );
}
