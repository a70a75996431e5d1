import { Label, Meter } from 'react-aria-components';
import styles from './Gauge.module.css';

export interface GaugeProps {
  readonly label: string;
  /** Between 0 and 1. */
  readonly share: number;
  /** What the picture says, in words and figures. */
  readonly words: string;
  readonly kind?: 'hygie' | 'care' | 'alarm';
}

/** How much of a bounded thing is used. */
export function Gauge({ label, share, words, kind = 'hygie' }: GaugeProps) {
  const percent = Math.min(100, Math.max(0, share * 100));
  return (
    <Meter className={styles.gauge ?? ''} value={percent} valueLabel={words} data-kind={kind}>
      <Label className="visually-hidden">{label}</Label>
      <svg className={styles.bar} width="100%" height="8" aria-hidden="true">
        <rect className={styles.ground} width="100%" height="8" rx="4" />
        {percent === 0 ? null : <rect className={styles.filled} width={`${Math.max(percent, 2)}%`} height="8" rx="4" />}
      </svg>
      <span className={styles.words} data-figures="">
        {words}
      </span>
    </Meter>
  );
}
