import type { Reader, ServiceCode } from './protocol.js';

/**
 * Why the browser keeps the page from this computer's bridge.
 *
 * `prompt`: it wants to ask the person first. `denied`: the person, or a
 * policy, said no. `insecure`: the page did not come over https, so the
 * browser does not even ask.
 */
export type PermissionReason = 'prompt' | 'denied' | 'insecure';

/** What a page can say about the bridge; exactly one is true at a time. */
export type BridgeState =
  | { name: 'connecting' }
  | { name: 'connected'; readers: readonly Reader[]; version: string; simulated: boolean }
  | { name: 'no-reader'; version: string; simulated: boolean }
  | { name: 'service-down'; code: ServiceCode | undefined; version: string; simulated: boolean }
  | { name: 'not-running' }
  | { name: 'permission-needed'; reason: PermissionReason; asking: boolean }
  | { name: 'refused' }
  | { name: 'crowded' }
  | { name: 'version-mismatch'; offered: readonly string[] };

export type BridgeStateName = BridgeState['name'];

/** Whether two states would look the same on screen. */
export function sameState(a: BridgeState, b: BridgeState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
