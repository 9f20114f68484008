import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema.gen';

type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];
export type Text = Schemas['Text'];

/**
 * The back end said no. `code` is stable and decides what the screen does;
 * `problem.endUserMessage` is what it may show.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

const signedOutListeners = new Set<() => void>();

/** Calls back whenever the back end no longer knows who asks. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => {
    signedOutListeners.delete(listener);
  };
}

const noticeSignedOut: Middleware = {
  onResponse({ response }) {
    if (response.status === 401)
      signedOutListeners.forEach((listener) => {
        listener();
      });
  },
};

/** The back end, typed by its contract. Tests replace fetch, so it is looked up at each call. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => fetch(request),
  headers: { Accept: 'application/json' },
});
api.use(noticeSignedOut);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer, or the refusal it is. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw new Refusal(asProblem(error, response.status));
}

// A proxy in between may answer with a page of its own.
function asProblem(error: unknown, status: number): Problem {
  if (typeof error === 'object' && error !== null && 'code' in error) return error as Problem;
  const code = status === 401 ? 'not-signed-in' : `http-${status.toString()}`;
  return { type: `/problems/${code}`, title: code, status, code };
}
