import { Link } from '@tanstack/react-router';
import { shellTexts as texts } from '../texts/shell.ts';
import { EmptyState } from '../ui/States.tsx';

export function NotFound() {
  return (
    <EmptyState
      isPage
      title={texts.notFoundTitle}
      action={
        <Link to="/messages/$view" params={{ view: 'reception' }}>
          {texts.backToMessages}
        </Link>
      }
    >
      {texts.notFound}
    </EmptyState>
  );
}
