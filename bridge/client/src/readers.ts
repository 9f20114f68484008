import type { Notifications, Reader, Service } from './protocol.js';

/** The readers of this computer as the bridge last told them. */
export class Readers {
  private byId = new Map<string, Reader>();
  private seq = 0;
  private present: Service = { state: 'ok' };

  get list(): readonly Reader[] {
    return [...this.byId.values()];
  }

  get service(): Service {
    return this.present;
  }

  reset(service: Service): void {
    this.byId = new Map();
    this.seq = 0;
    this.present = service;
  }

  /** Takes a snapshot; false when something newer was told while it was under way. */
  replace(seq: number, service: Service, readers: readonly Reader[]): boolean {
    if (seq < this.seq) return false;
    this.seq = seq;
    this.present = service;
    this.byId = new Map(readers.map((reader) => [reader.id, reader]));
    return true;
  }

  saw(seq: number): void {
    this.seq = Math.max(this.seq, seq);
  }

  /** Follows one notification; false when it tells nothing about readers. */
  apply(method: keyof Notifications, params: unknown): boolean {
    switch (method) {
      case 'service.changed': {
        const { seq, service } = params as Notifications['service.changed'];
        this.saw(seq);
        this.present = service;
        return true;
      }
      case 'reader.added':
      case 'reader.changed': {
        const { seq, reader } = params as Notifications['reader.changed'];
        this.saw(seq);
        this.byId.set(reader.id, reader);
        return true;
      }
      case 'reader.removed': {
        const { seq, readerId } = params as Notifications['reader.removed'];
        this.saw(seq);
        return this.byId.delete(readerId);
      }
      default:
        return false;
    }
  }
}
