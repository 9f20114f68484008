import { Refusal } from '@/api/client';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { Banner } from '@/shared/ui/banner';

/** Why something was not done. A refusal with words of its own needs no heading over them. */
export function Refused({ error }: { error: unknown }) {
  const { title, text: message } = useFailure()(error);
  const { text } = useFormat();
  const problem = error instanceof Refusal && error.status < 500 ? error.problem : undefined;
  const words = new Set(
    problem?.errors?.flatMap(({ endUserMessage }) => (endUserMessage ? [text(endUserMessage)] : [])),
  );
  const own = problem?.endUserMessage !== undefined;
  return (
    <Banner tone="stop" live="polite" title={own ? message : title}>
      {words.size > 0 ? (
        <ul>
          {[...words].map((word) => (
            <li key={word}>{word}</li>
          ))}
        </ul>
      ) : (
        !own && message
      )}
    </Banner>
  );
}
