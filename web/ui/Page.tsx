/** The frame of a page that is no list of messages: its title, what it is for, and the sheets that hold its matter. */
import type { ReactNode } from 'react';
import styles from './Page.module.css';

export interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Right of the title; below it on a phone. */
  readonly actions?: ReactNode;
  /** Above the title, on a phone: the way back to the list. */
  readonly back?: ReactNode;
  /** 2: the title of the screen stands elsewhere on it. */
  readonly level?: 1 | 2;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, back, level = 1, children }: PageProps) {
  const Title = level === 1 ? 'h1' : 'h2';
  return (
    <div className={styles.page}>
      {back}
      <header className={styles.header}>
        <div className={styles.words}>
          <Title className={styles.title}>{title}</Title>
          {lead === undefined ? null : <p className={styles.lead}>{lead}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}

export interface PanelProps {
  readonly title?: string;
  /** 3: inside a page whose own title is of level 2. */
  readonly level?: 2 | 3;
  readonly lead?: ReactNode;
  /** Right of the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** A sheet of matter that belongs together. */
export function Panel({ title, level = 2, lead, action, children }: PanelProps) {
  const Title = level === 2 ? 'h2' : 'h3';
  return (
    <section className={styles.panel}>
      {title === undefined ? null : (
        <div className={styles.panelHeader}>
          <div className={styles.words}>
            <Title className={styles.panelTitle}>{title}</Title>
            {lead === undefined ? null : <p className={styles.panelLead}>{lead}</p>}
          </div>
          {action}
        </div>
      )}
      {children}
    </section>
  );
}
