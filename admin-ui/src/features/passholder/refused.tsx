import { Refusal } from '@/api/client';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { Banner } from '@/shared/ui/banner';

/** Why something was not saved: each thing that stood in the way, in words. */
export function Refused({ error }: { error: unknown }) {
  const failure = useFailure();
  const { text } = useFormat();
  const { title, text: message } = failure(error);
  const fields = error instanceof Refusal ? (error.problem.errors ?? []) : [];
  const words = [
    ...new Set(fields.flatMap(({ endUserMessage }) => (endUserMessage ? [text(endUserMessage)] : []))),
  ];
  return (
    <Banner tone="stop" live="assertive" title={title}>
      {words.length > 0 ? (
        <ul className="grid gap-1">
          {words.map((word) => (
            <li key={word}>{word}</li>
          ))}
        </ul>
      ) : (
        <p>{message}</p>
      )}
    </Banner>
  );
}
