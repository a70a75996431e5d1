import { Link } from '@tanstack/react-router';
import { MailRail } from '../../mail/rail/MailRail.tsx';
import { shellTexts as texts } from '../../texts/shell.ts';
import { Brand } from '../Brand.tsx';
import { PersonMenu } from './PersonMenu.tsx';
import { places } from './places.tsx';
import styles from './Rail.module.css';

const { directory, emergency, settings } = places;

export function Rail() {
  return (
    <nav className={styles.rail} aria-label={texts.navigation}>
      <div className={styles.brand}>
        <Brand />
      </div>
      <div className={styles.places}>
        <MailRail />
      </div>
      <ul className={styles.list}>
        {[directory, settings].map(({ label, icon: Icon, ...target }) => (
          <li key={label}>
            <Link {...target} className={styles.place ?? ''} title={label}>
              <Icon aria-hidden="true" />
              <span className={styles.label}>{label}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        <PersonMenu />
        <Link to={emergency.to} className={styles.alarm ?? ''} title={texts.attacked}>
          <emergency.icon aria-hidden="true" />
          <span className={styles.label}>{texts.attacked}</span>
        </Link>
      </div>
    </nav>
  );
}
