import type { ReactNode } from 'react';
import { ErrorState } from '@/shared/ui/error-state';
import { useFailure } from './use-failure';

/** In the place of what could not be loaded: what happened, and the button that tries again. */
export function Failed({
  error,
  onRetry,
  action,
}: {
  error: unknown;
  onRetry?: () => void;
  action?: ReactNode;
}) {
  const failure = useFailure()(error);
  return (
    <ErrorState
      title={failure.title}
      details={failure.details}
      action={action}
      {...(onRetry && failure.retryable ? { onRetry } : {})}
    >
      {failure.text}
    </ErrorState>
  );
}
