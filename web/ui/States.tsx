import { type ReactNode, useEffect, useState } from 'react';
import styles from './States.module.css';

/** Nothing here: what that means, and the next gesture. */
export function EmptyState({
  icon,
  title,
  children,
  action,
  isPage = false,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** It stands for a page, whose title it is. */
  readonly isPage?: boolean;
}) {
  return (
    <div className={styles.empty}>
      {icon}
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children === undefined ? null : <p>{children}</p>}
      {action}
    </div>
  );
}

export type NoticeKind = 'care' | 'alarm' | 'hygie' | 'patient' | 'pro';

/** What happened, then what to do. `isLive` tells screen readers at once. */
export function Notice({
  kind,
  icon,
  children,
  action,
  isLive = false,
}: {
  readonly kind: NoticeKind;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly isLive?: boolean;
}) {
  return (
    <div className={styles.notice} data-kind={kind} {...(isLive ? { role: 'alert' } : {})}>
      {icon}
      <div className={styles.noticeText}>{children}</div>
      {action}
    </div>
  );
}

/** The shape of what is coming. It takes its place at once and is seen only when the answer is late. */
export function Skeleton({ width = '100%', height = '1em' }: { readonly width?: string; readonly height?: string }) {
  return (
    <svg className={styles.skeleton} width={width} height={height} aria-hidden="true">
      <rect width="100%" height="100%" rx="5" />
    </svg>
  );
}

/** Told to screen readers while something loads, once it has lasted. */
export function LoadingNote({ children }: { readonly children: string }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 600);
    return () => clearTimeout(timer);
  }, []);
  return (
    <span className="visually-hidden" role="status">
      {isLate ? children : ''}
    </span>
  );
}
