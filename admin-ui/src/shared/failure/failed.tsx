import { ErrorState } from '@/shared/ui/error-state';
import { useFailure } from './use-failure';

/** In the place of what could not be loaded: what happened, and the button that tries again. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const failure = useFailure()(error);
  return (
    <ErrorState
      title={failure.title}
      details={failure.details}
      {...(onRetry && failure.retryable ? { onRetry } : {})}
    >
      {failure.text}
    </ErrorState>
  );
}
