import type { ReactNode } from 'react';
import styles from './Tag.module.css';

export type TagKind = 'plain' | 'hygie' | 'care' | 'alarm' | 'pro' | 'patient';

/** A word that stands beside a name or a line, to be read and not pressed. */
export function Tag({
  kind = 'plain',
  icon,
  children,
}: {
  readonly kind?: TagKind;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <span className={styles.tag} data-kind={kind}>
      {icon}
      {children}
    </span>
  );
}
