import type { Environment } from './environment.js';
import { SUBPROTOCOL } from './protocol.js';

/** What a probe of the bridge's health address can tell. */
export type Finding =
  | { name: 'not-running' }
  | { name: 'refused' }
  | { name: 'version-mismatch'; offered: string[] }
  | { name: 'running' };

const TIMEOUT_MS = 3_000;

/**
 * Finds out why a socket did not open. A socket closes with 1006 whatever the
 * cause, so the bridge is asked over plain HTTP: an answer we may read tells
 * its protocols, an answer we may not read means that something lives there
 * and does not know this page, and no answer means nothing listens.
 */
export async function diagnose(env: Environment, origin: string): Promise<Finding> {
  const url = `${origin}/healthz`;
  try {
    const response = await env.fetch(url, options('cors'));
    if (!response.ok) return { name: 'refused' };
    const health = (await response.json()) as { name?: string; protocols?: string[] };
    const offered = Array.isArray(health.protocols) ? health.protocols : [];
    return offered.includes(SUBPROTOCOL) ? { name: 'running' } : { name: 'version-mismatch', offered };
  } catch {
    return (await answers(env, url)) ? { name: 'refused' } : { name: 'not-running' };
  }
}

async function answers(env: Environment, url: string): Promise<boolean> {
  try {
    await env.fetch(url, options('no-cors'));
    return true;
  } catch {
    return false;
  }
}

function options(mode: RequestMode): RequestInit {
  return {
    mode,
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
}
