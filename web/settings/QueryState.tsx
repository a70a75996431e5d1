import { CircleAlert } from 'lucide-react';
import { explainFault } from '../api/faults.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Notice, Skeleton } from '../ui/States.tsx';
import styles from './Settings.module.css';

const field = (height: string) => (
  <div className={styles.field}>
    <Skeleton width="30%" height="17px" />
    <Skeleton height={height} />
  </div>
);

const shapes = {
  line: <Skeleton width="60%" height="24px" />,
  fields: (
    <div className={styles.form}>
      {field('40px')}
      {field('136px')}
    </div>
  ),
} as const;

/** What a panel shows until its answer is there: its shape, or the fault and the way to ask again. */
export function QueryState({
  query: { error, refetch },
  shape,
}: {
  readonly query: { readonly error: Error | null; readonly refetch: () => Promise<unknown> };
  readonly shape: keyof typeof shapes;
}) {
  if (error === null) return shapes[shape];
  return (
    <Notice
      kind="alarm"
      icon={<CircleAlert aria-hidden="true" />}
      action={<Button onPress={() => void refetch()}>{uiTexts.retry}</Button>}
    >
      {explainFault(error)}
    </Notice>
  );
}
