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
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, back, children }: PageProps) {
  return (
    <div className={styles.page}>
      {back}
      <header className={styles.header}>
        <div className={styles.words}>
          <h1 className={styles.title}>{title}</h1>
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
  readonly lead?: ReactNode;
  /** Right of the title. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** A sheet of matter that belongs together. */
export function Panel({ title, lead, action, children }: PanelProps) {
  return (
    <section className={styles.panel}>
      {title === undefined ? null : (
        <div className={styles.panelHeader}>
          <div className={styles.words}>
            <h2>{title}</h2>
            {lead === undefined ? null : <p className={styles.panelLead}>{lead}</p>}
          </div>
          {action}
        </div>
      )}
      {children}
    </section>
  );
}
