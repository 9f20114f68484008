import { createServer } from 'node:net';
import { once } from 'node:events';

/** A mail server that keeps what it is given. */
export interface MailBox {
  port: number;
  /** The mails as they came, headers and all. */
  mails: string[];
  close(): void;
}

/** Starts a mail server on a port of its own; it speaks as much SMTP as a sender needs. */
export async function receiveMail(): Promise<MailBox> {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let mail: string[] | undefined;
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.write('220 mailbox\r\n');
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (mail && line === '.') {
          // A long header goes on behind a space.
          mails.push(mail.join('\n').replace(/\n[ \t]+/g, ' '));
          mail = undefined;
          socket.write('250 kept\r\n');
        } else if (mail) {
          mail.push(line);
        } else if (/^DATA$/i.test(line)) {
          mail = [];
          socket.write('354 go on\r\n');
        } else if (/^QUIT$/i.test(line)) {
          socket.end('221 bye\r\n');
        } else {
          socket.write('250 ok\r\n');
        }
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    mails,
    close: () => {
      server.close();
    },
  };
}
