import pg from 'pg';

/** The driver keeps a buffer as large as the largest piece that it ever sent. */
const pieceBytes = 64 * 1024;

/** What the driver has and its types leave out. */
interface CopyConnection {
  sendCopyFromChunk(piece: Uint8Array): void;
  endCopyFrom(): void;
}

/** A statement, or several, with one `COPY … FROM STDIN` among them, and what that is to read. */
class CopyQuery extends pg.Query {
  constructor(
    sql: string,
    private readonly data: Uint8Array,
    done: (error: Error | undefined) => void,
  ) {
    super(sql, done);
  }

  /** Called by the driver when the server is ready to read. */
  handleCopyInResponse(connection: CopyConnection): void {
    for (let from = 0; from < this.data.length; from += pieceBytes) {
      connection.sendCopyFromChunk(this.data.subarray(from, from + pieceBytes));
    }
    connection.endCopyFrom();
  }
}

export function copyIn(client: pg.ClientBase, sql: string, data: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyQuery(sql, data, (error) => (error ? reject(error) : resolve())));
  });
}
