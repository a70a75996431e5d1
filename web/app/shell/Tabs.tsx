import { Link } from '@tanstack/react-router';
import { shellTexts as texts } from '../../texts/shell.ts';
import { places } from './places.tsx';
import styles from './Tabs.module.css';

const { messages, directory, compose, settings, emergency } = places;

/** Of a phone: five, the thumb's reach. */
export function Tabs() {
  return (
    <nav className={styles.tabs} aria-label={texts.navigation}>
      {[messages, directory, compose, settings, emergency].map(({ label, icon: Icon, ...target }) => (
        <Link key={label} {...target} className={styles.tab ?? ''} data-alarm={target.to === emergency.to || undefined}>
          <Icon aria-hidden="true" />
          <span>{label}</span>
        </Link>
      ))}
    </nav>
  );
}
