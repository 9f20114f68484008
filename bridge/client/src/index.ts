/**
 * Card readers and cards from a web page, through the bridge on this computer.
 *
 * `Bridge` keeps the connection and its state; `TabLease` tells which of
 * several open tabs acts on a card. Nothing here draws anything.
 */
export { Bridge, type BridgeEvents, type BridgeOptions } from './client.js';
export { type CardPart } from './reading.js';
export {
  type Address,
  type CardAddress,
  type CardFailed,
  type CardFile,
  type CardIdentity,
  type CardPicture,
  type CardVerdict,
  type Check,
  type Finding,
  type Identity,
  type PartialDate,
  type Proofs,
  type ReadScope,
  type Verdict,
} from './eid.js';
export { TabLease, type TabEnvironment, type ChannelLike } from './lease.js';
export { type BridgeState, type BridgeStateName, type PermissionReason } from './state.js';
export { type Environment, type PermissionLike } from './environment.js';
export {
  BridgeError,
  CloseCode,
  PORT,
  SUBPROTOCOL,
  type Card,
  type CardKind,
  type CardPresented,
  type CardProblem,
  type CardProblemCode,
  type CardRemoved,
  type Hello,
  type Method,
  type Methods,
  type Notifications,
  type Reader,
  type ReaderState,
  type SampleCard,
  type Service,
  type ServiceCode,
  type SimulatedReader,
} from './protocol.js';
