import { createLink, type LinkComponent } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './Button.module.css';
import type { ButtonKind } from './Button.tsx';

interface AnchorProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'className' | 'style'> {
  readonly kind?: ButtonKind;
  readonly icon?: ReactNode;
  readonly ref?: Ref<HTMLAnchorElement>;
}

function Anchor({ kind = 'quiet', icon, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={styles.button ?? ''} data-kind={kind}>
      {icon}
      <span className={styles.label}>{children}</span>
    </a>
  );
}

const Linked = createLink(Anchor);

/** Goes elsewhere in the application, and looks like the buttons beside it. */
export const ButtonLink: LinkComponent<typeof Anchor> = (props) => <Linked {...props} />;
