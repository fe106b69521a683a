export interface NatsConfig {
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  readonly pidFile: string;
  /** Upper bounds of what JetStream may store; the disk decides without them. */
  readonly maxFileStoreBytes?: number | undefined;
  /** Further lines of nats-server configuration, at the top level. */
  readonly extra?: string | undefined;
}

/** Twice the largest event body, and its headers. */
const maxPayloadBytes = 2 * 1024 * 1024;

/**
 * `sync_interval: always`: an acknowledged publish is on the disk, so that a power cut after a 202 loses nothing.
 * The default syncs every two minutes.
 */
export function natsConfig({ host, port, storeDir, pidFile, maxFileStoreBytes, extra }: NatsConfig): string {
  const lines = [
    'server_name: "postel-embedded"',
    `listen: ${JSON.stringify(`${host}:${port}`)}`,
    `pid_file: ${JSON.stringify(pidFile)}`,
    `max_payload: ${maxPayloadBytes}`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(storeDir)}`,
    '  sync_interval: always',
    ...(maxFileStoreBytes === undefined ? [] : [`  max_file_store: ${maxFileStoreBytes}`]),
    '}',
    ...(extra === undefined ? [] : [extra]),
  ];
  return `${lines.join('\n')}\n`;
}
