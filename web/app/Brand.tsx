import styles from './Brand.module.css';

export function Brand({ isShort = false }: { readonly isShort?: boolean }) {
  return (
    <span className={styles.brand}>
      <svg viewBox="0 0 64 64" width="26" height="26" aria-hidden="true">
        <rect width="64" height="64" rx="15" fill="currentColor" />
        <path d="M18 16h8v12h12V16h8v32h-8V35H26v13h-8z" className={styles.letter} />
      </svg>
      <span className={isShort ? 'visually-hidden' : styles.name}>Hygie</span>
    </span>
  );
}
