/** The frame of a page that is no list of messages: its title, what it is for, and the sheets that hold its matter. */
import { createContext, type ReactNode, useContext } from 'react';
import styles from './Page.module.css';

/** Headings below follow it, one level down. */
const PageLevel = createContext<1 | 2>(1);

export interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Right of the title; below it on a phone. */
  readonly actions?: ReactNode;
  /** Above the title, on a phone: the way back to the list. */
  readonly back?: ReactNode;
  /** 2: the title of the screen stands elsewhere on it. */
  readonly level?: 1 | 2;
  /** Two panes side by side need more than a column. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, back, level = 1, isWide = false, children }: PageProps) {
  const Title = level === 1 ? 'h1' : 'h2';
  return (
    <div className={styles.page} data-wide={isWide || undefined}>
      {back === undefined ? null : <div className={styles.back}>{back}</div>}
      <header className={styles.header}>
        <div className={styles.words}>
          <Title className={styles.title}>{title}</Title>
          {lead === undefined ? null : <p className={styles.lead}>{lead}</p>}
        </div>
        {actions}
      </header>
      <PageLevel.Provider value={level}>{children}</PageLevel.Provider>
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
  const Title = useContext(PageLevel) === 1 ? 'h2' : 'h3';
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
