import { CircleAlert } from 'lucide-react';
import { explainFault } from '../api/faults.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button } from '../ui/Button.tsx';
import { Notice, Skeleton } from '../ui/States.tsx';

/** What a panel shows until its answer is there: its shape, or the fault and the way to ask again. */
export function QueryState({
  query: { error, refetch },
  height,
}: {
  readonly query: { readonly error: Error | null; readonly refetch: () => Promise<unknown> };
  readonly height: string;
}) {
  if (error === null) return <Skeleton height={height} />;
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
